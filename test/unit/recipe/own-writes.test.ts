import { describe, expect, test } from "vitest";
import { cargo } from "../../../src/recipe/cargo.ts";
import { dockerConfig } from "../../../src/recipe/docker-config.ts";
import { git } from "../../../src/recipe/git.ts";
import { go } from "../../../src/recipe/go.ts";
import { huggingface } from "../../../src/recipe/huggingface.ts";
import { netrc } from "../../../src/recipe/netrc.ts";
import { npm } from "../../../src/recipe/npm.ts";
import { nuget } from "../../../src/recipe/nuget.ts";
import { doesWrite, redirectsTo } from "../../../src/recipe/own-writes.ts";
import { pip } from "../../../src/recipe/pip.ts";
import type { Recipe } from "../../../src/recipe/recipe.ts";
import { uv } from "../../../src/recipe/uv.ts";
import { filesOf, needs, serve, surroundings } from "./surroundings.ts";

const of = <Options>(recipe: Recipe<Options>, options: Options, body: string) => {
  const serving = serve(recipe, options, { body });
  return [Object.keys(filesOf(serving)).at(-1), serving.notices.join()];
};

describe("where the step writes into the file that would be mounted", () => {
  test("the file lies elsewhere, if the consumer can be told", () => {
    const hosts = [{ host: "git.example.com", user: "ci" }];
    const writes = "echo machine x >> ~/.netrc && go build ./... && curl -n https://x";
    for (const recipe of [go, netrc] as Recipe<object>[]) {
      expect(of(recipe, { hosts }, "go build ./...")[0]).toBe("/root/.netrc");
      expect(of(recipe, { hosts }, writes)[0]).toBe("/run/secrets/netrc");
      expect(needs(recipe, { hosts }, { body: writes, envMounts: false })).toContain("a .netrc of its own");
    }
    const registries = [{ name: "acme" }];
    expect(of(cargo, { registries }, "cargo build")[0]).toBe("/root/.cargo/credentials.toml");
    expect(of(cargo, { registries }, "cargo login < t && cargo build")[0]).toBe("/run/secrets/cargo-token-acme");
    const sources = [{ name: "acme" }];
    expect(of(nuget, { sources }, "dotnet restore")[0]).toBe("/root/.nuget/NuGet/NuGet.Config");
    expect(of(nuget, { sources }, "dotnet nuget add source ./x && dotnet restore")[0]).toBeUndefined();
    const files = { hosts: [{ host: "git.example.com" }], form: "files" as const };
    expect(of(git, files, "git fetch")[0]).toBe("/root/.config/git/config");
    const sets = "git config --global advice.detachedHead false && git fetch";
    expect(of(git, files, sets)[0]).toBe("/run/secrets/git-config");
    expect(needs(git, { hosts: files.hosts }, { body: sets, envMounts: false })).toContain("Git's configuration");
  });

  test("a variable says it, which the frontend must take then", () => {
    const indexes = [{ url: "https://py.example.com/simple/", default: true }];
    for (const [recipe, body] of [
      [pip, "pip config set global.timeout 60 && pip install x"],
      [uv, "echo x > ~/.config/uv/uv.toml && uv sync"],
    ] as const) {
      expect(needs(recipe, { indexes }, { body, envMounts: false })).toContain("writes that file itself");
      expect(needs(recipe, { indexes }, { body: "pip install x", envMounts: false })).toBeUndefined();
    }
  });

  test("that is said, if it cannot", () => {
    const registries = [{ url: "https://npm.example.com/" }];
    expect(of(npm, { registries }, "npm config set fund false && npm ci")[1]).toContain("--location=project");
    expect(of(npm, { registries }, "npm config set --location=project fund false && npm ci")[1]).toBe("");
    expect(of(npm, { registries }, "npm config get registry && npm ci")[1]).toBe("");
    const hosts = { registries: [{ host: "registry.example.com" }] };
    expect(of(dockerConfig, hosts, "crane auth login x && crane pull y z")[1]).toContain("logs in");
    expect(of(dockerConfig, hosts, "crane pull y z")[1]).not.toContain("logs in");
    expect(of(huggingface, {}, "hf auth login && hf download x")[1]).toContain("logs in");
  });
});

test("a file is written by a redirect or by tee, and not where it is only named", () => {
  const writes = (body: string) => doesWrite(surroundings({ body }), redirectsTo(".netrc"));
  for (const body of [
    "echo x >> ~/.netrc",
    'echo x >"$HOME/.netrc"',
    "cat <<EOF > /root/.netrc\nx\nEOF",
    "echo x | tee -a ~/.netrc",
  ]) {
    expect(writes(body)).toBe(true);
  }
  for (const body of [
    "cat ~/.netrc",
    "curl --netrc-file ~/.netrc x > out",
    "echo x > ~/.netrc.example",
    "rm ~/.netrc",
  ]) {
    expect(writes(body)).toBe(false);
  }
  const { ran: _, ...container } = surroundings({ container: true });
  expect(doesWrite(container, redirectsTo(".netrc"))).toBe(false);
});
