// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { describe, expect, test } from "vitest";
import { aws } from "../../../src/recipe/aws.ts";
import { cargo } from "../../../src/recipe/cargo.ts";
import { ccache } from "../../../src/recipe/ccache.ts";
import { dockerConfig } from "../../../src/recipe/docker-config.ts";
import { gcp } from "../../../src/recipe/gcp.ts";
import { git } from "../../../src/recipe/git.ts";
import { go } from "../../../src/recipe/go.ts";
import { gradle } from "../../../src/recipe/gradle.ts";
import { huggingface } from "../../../src/recipe/huggingface.ts";
import { maven } from "../../../src/recipe/maven.ts";
import { netrc } from "../../../src/recipe/netrc.ts";
import { npm } from "../../../src/recipe/npm.ts";
import { nuget } from "../../../src/recipe/nuget.ts";
import { doesWrite, writesTo } from "../../../src/recipe/own-writes.ts";
import { pip } from "../../../src/recipe/pip.ts";
import type { Recipe } from "../../../src/recipe/recipe.ts";
import { sccache } from "../../../src/recipe/sccache.ts";
import { uv } from "../../../src/recipe/uv.ts";
import { filesOf, needs, serve, surroundings } from "./surroundings.ts";

const of = <Options>(recipe: Recipe<Options>, options: Options, body: string) => {
  const serving = serve(recipe, options, { body });
  return [Object.keys(filesOf(serving)).at(-1), serving.notices.join()];
};

const optionsOf = (recipe: string): object =>
  ({
    npm: { registries: [{ url: "https://npm.example.com/" }] },
    maven: { servers: [{ id: "acme" }] },
    "docker-config": { registries: [{ host: "registry.example.com" }] },
    cargo: { registries: [{ name: "acme" }] },
    nuget: { sources: [{ name: "acme" }] },
    gcp: { provider: "projects/1/locations/global/workloadIdentityPools/ci/providers/p" },
    ccache: { url: "http://cache.example.com" },
    sccache: { bucket: "cache", region: "r" },
  })[recipe] ?? {};

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

  test.each([
    [
      npm,
      "npm ci",
      "/root/.npmrc",
      "/run/secrets/npm-config",
      'echo "//x/:_authToken=y" > ~/.npmrc && npm ci && rm ~/.npmrc',
    ],
    [npm, "npm ci", "/root/.npmrc", "/run/secrets/npm-config", "cp docker/npmrc /root/.npmrc && npm ci"],
    [
      maven,
      "mvn package",
      "/root/.m2/settings.xml",
      "/run/secrets/maven-settings.xml",
      "cp settings.xml ~/.m2/settings.xml && mvn package",
    ],
    [
      maven,
      "mvn package",
      "/root/.m2/settings.xml",
      "/run/secrets/maven-settings.xml",
      "cp ci/settings.xml ~/.m2/ && mvn package",
    ],
    [
      dockerConfig,
      "crane pull x y",
      "/root/.docker/config.json",
      "/run/secrets/docker/config.json",
      "echo {} > ~/.docker/config.json && crane pull x y",
    ],
    [
      cargo,
      "cargo build",
      "/root/.cargo/credentials.toml",
      "/run/secrets/cargo-token-acme",
      'echo x >> "$CARGO_HOME"/credentials.toml',
    ],
    [nuget, "dotnet restore", "/root/.nuget/NuGet/NuGet.Config", undefined, "mv ci.config ~/.nuget/NuGet/NuGet.Config"],
    [
      gcp,
      "gcloud x",
      "/root/.config/gcloud/application_default_credentials.json",
      "/run/secrets/gcp-credentials.json",
      "echo {} > ~/.config/gcloud/application_default_credentials.json",
    ],
    [
      ccache,
      "ccache gcc",
      "/root/.config/ccache/ccache.conf",
      "/run/secrets/ccache.conf",
      "echo max_size=5G >> ~/.config/ccache/ccache.conf",
    ],
    [
      sccache,
      "sccache gcc",
      "/root/.config/sccache/config",
      "/run/secrets/sccache-config",
      "echo x > ~/.config/sccache/config",
    ],
    [aws, "aws s3 ls", "/root/.aws/credentials", "/run/secrets/aws-session", "printf x > ~/.aws/credentials"],
  ] as unknown as [Recipe<object>, string, string, string | undefined, string][])(
    "%# of every recipe: %s",
    (recipe, body, at, elsewhere, writes) => {
      expect(of(recipe, optionsOf(recipe.name), body)[0]).toBe(at);
      expect(of(recipe, optionsOf(recipe.name), writes)[0]).toBe(elsewhere);
    },
  );

  test("a variable says it, which the frontend must take then", () => {
    const indexes = [{ url: "https://py.example.com/simple/", default: true }];
    for (const [recipe, body] of [
      [pip, "pip config set global.timeout 60 && pip install x"],
      [pip, "echo x > ~/.config/pip/pip.conf && pip install x"],
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
    expect(of(npm, { registries }, "pnpm config set registry https://x && pnpm i")[1]).toContain("--location=project");
    expect(of(npm, { registries }, "pnpm config set store-dir /s && pnpm i")[1]).toBe("");
    const gradleOptions = { repositories: [{ name: "acme" }] };
    expect(of(gradle, gradleOptions, "echo x >> ~/.gradle/gradle.properties && gradle build")[1]).toContain(
      "GRADLE_OPTS",
    );
    expect(of(gradle, gradleOptions, "echo x >> ./gradle.properties && gradle build")[1]).toBe("");
    expect(of(huggingface, {}, "cp t ~/.cache/huggingface/token && hf download x")[1]).toContain(
      "writes the token's file",
    );
    expect(of(npm, { registries }, "npm config get registry && npm ci")[1]).toBe("");
    const hosts = { registries: [{ host: "registry.example.com" }] };
    expect(of(dockerConfig, hosts, "crane auth login x && crane pull y z")[1]).toContain("logs in");
    expect(of(dockerConfig, hosts, "crane pull y z")[1]).not.toContain("logs in");
    expect(of(huggingface, {}, "hf auth login && hf download x")[1]).toContain("logging in");
  });
});

test("a file is written by a redirect or by tee, and not where it is only named", () => {
  const writes = (body: string) => doesWrite(surroundings({ body }), writesTo(".netrc"));
  for (const body of [
    "echo x >> ~/.netrc",
    'echo x >"$HOME/.netrc"',
    "cat <<EOF > /root/.netrc\nx\nEOF",
    "echo x | tee -a ~/.netrc",
    "echo x | sudo tee   --append ~/.netrc > /dev/null",
    'cat x > "$HOME"/.netrc',
    'cat x > "${HOME}/.netrc"',
    "echo x >| ~/.netrc",
    "make &> /root/.netrc",
    "cp x ~/.netrc",
    "install -m 600 x ~/.netrc",
    "mv ci/.netrc ~/",
    "cp ci/.netrc /root && true",
    "ln -sf /x ~/.netrc",
    '["sh","-c","echo x > /root/.netrc"]',
  ]) {
    expect(writes(body)).toBe(true);
  }
  for (const body of [
    "cat ~/.netrc",
    "curl --netrc-file ~/.netrc x > out",
    "echo x > ~/.netrc.example",
    "rm ~/.netrc",
    "cp ~/.netrc /backup",
    "cp ~/.netrc ./netrc",
    "echo x > ./.netrc",
    "cp a/.netrc ./b",
    "cat ~/.netrc && echo x > y",
  ]) {
    expect(writes(body)).toBe(false);
  }
  const { ran: _, ...container } = surroundings({ container: true });
  expect(doesWrite(container, writesTo(".netrc"))).toBe(false);
});
