// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { describe, expect, test } from "vitest";
import type { SealError } from "../../../src/error.ts";
import { aws } from "../../../src/recipe/aws.ts";
import { bazel } from "../../../src/recipe/bazel.ts";
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
import { poetry } from "../../../src/recipe/poetry.ts";
import type { Recipe } from "../../../src/recipe/recipe.ts";
import { sccache } from "../../../src/recipe/sccache.ts";
import { uv } from "../../../src/recipe/uv.ts";
import { filesOf, type Here, needs, serve, surroundings } from "./surroundings.ts";

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
    gradle: { repositories: [{ name: "acme" }] },
    poetry: { sources: [{ name: "acme" }] },
    bazel: { cache: "https://cache.example.com" },
  })[recipe] ?? {};

describe("where the step writes into the file that would be mounted", () => {
  test("the file lies elsewhere, if the consumer can be told", () => {
    const hosts = [{ host: "git.example.com", user: "ci" }];
    const writes = "echo machine x >> ~/.netrc && go build ./... && curl -n https://x";
    for (const recipe of [go, netrc] as Recipe<object>[]) {
      expect(of(recipe, { hosts }, "go build ./...")[0]).toBe("/root/.netrc");
      expect(of(recipe, { hosts }, writes)[0]).toBe("/run/secrets/netrc");
      expect(needs(recipe, { hosts }, { body: writes, envMounts: false })).toContain(
        "the step writes /root/.netrc itself",
      );
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
    [
      gradle,
      "echo x >> /app/gradle.properties && gradle build",
      "/root/.gradle/gradle.properties",
      undefined,
      "echo x >> ~/.gradle/gradle.properties && gradle build",
    ],
    [
      poetry,
      "poetry install",
      "/root/.config/pypoetry/auth.toml",
      "/run/secrets/poetry/auth.toml",
      "cp auth.toml ~/.config/pypoetry/ && poetry install",
    ],
    [bazel, "bazel build x", "/root/.bazelrc", "/etc/bazel.bazelrc", "cat ci/bazelrc >> ~/.bazelrc && bazel build x"],
  ] as unknown as [Recipe<object>, string, string, string | undefined, string][])(
    "%# of every recipe: %s",
    (recipe, body, at, elsewhere, writes) => {
      expect(of(recipe, optionsOf(recipe.name), body)[0]).toBe(at);
      expect(of(recipe, optionsOf(recipe.name), writes)[0]).toBe(elsewhere);
    },
  );

  test.each([
    [npm, "echo @x:registry=y > ~/.npmrc && npm ci", "NPM_CONFIG_USERCONFIG"],
    [maven, "mkdir -p ~/.m2 && cp ci/settings.xml ~/.m2/ && mvn package", "MAVEN_ARGS"],
    [dockerConfig, "echo {} > ~/.docker/config.json && crane pull x y", "DOCKER_CONFIG"],
    [ccache, "echo max_size=5G >> ~/.config/ccache/ccache.conf && ccache gcc", "CCACHE_CONFIGPATH"],
    [gcp, "cp x ~/.config/gcloud/application_default_credentials.json", "GOOGLE_APPLICATION_CREDENTIALS"],
    [poetry, "cp auth.toml ~/.config/pypoetry/auth.toml && poetry install", "POETRY_CONFIG_DIR"],
    [aws, "printf x > ~/.aws/credentials && aws s3 ls", "AWS_SHARED_CREDENTIALS_FILE"],
    [sccache, "echo x > ~/.config/sccache/config && sccache gcc", "SCCACHE_CONF"],
  ] as unknown as [Recipe<object>, string, string][])(
    "what it wrote is not read then, which is said: %#",
    (recipe, body, variable) => {
      for (const user of ["root", "other"] as const) {
        const notices = serve(recipe, optionsOf(recipe.name), { body, user }).notices.join();
        expect(notices).toContain(` itself, which is not read where ${variable} names the recipe's file`);
      }
    },
  );

  test("the project's own file is read all the same", () => {
    const here = { body: "echo @x:registry=y > ~/.npmrc && npm ci", directory: "/root" };
    expect(serve(npm, { registries: [{ url: "https://npm.example.com/" }] }, here).notices).toEqual([]);
  });

  test("what cannot be told of another file is an error that says how else", () => {
    const error = <Options>(recipe: Recipe<Options>, options: Options, here: Here) => {
      try {
        recipe.serve(options, surroundings(here));
      } catch (caught) {
        return `${(caught as SealError).message}: ${(caught as SealError).remedy}`;
      }
      return undefined;
    };
    const dotted = { properties: { "gpr.key": "gradle-token" } };
    const body = (command: string) => ({ body: `gradle build && ${command}` });
    expect(error(gradle, dotted, body("rm -rf ~/.gradle/caches"))).toBeUndefined();
    expect(error(gradle, dotted, body("rm -rf ~/.gradle"))).toMatch(/the step removes \/root\/\.gradle: .*caches/);
    expect(error(gradle, dotted, body("chmod -R g+w ~/.gradle"))).toMatch(
      /the step changes the .* of all in \/root\/\.gradle/,
    );
    expect(error(gradle, dotted, body("touch ~/.gradle/gradle.properties"))).toContain("GRADLE_OPTS");
    for (const value of [null, "/app/.gradle"]) {
      expect(error(gradle, dotted, { assigned: { GRADLE_USER_HOME: value } })).toContain("set GRADLE_USER_HOME by ENV");
    }
    expect(error(gradle, dotted, { assigned: { GRADLE_USER_HOME: "~/.gradle" } })).toBeUndefined();
    const named = { sources: [{ name: "acme", url: "https://nuget.example.com/index.json" }] };
    const restore = (command: string) => ({ body: `${command} && dotnet restore` });
    expect(error(nuget, named, restore("dotnet nuget add source ./x"))).toContain("NuGet.Config itself");
    for (const option of ["--configfile", "-ConfigFile"]) {
      expect(error(nuget, named, restore(`dotnet nuget add source ./x ${option} ./nuget.config`))).toBeUndefined();
    }
    expect(error(nuget, named, restore("rm -rf ~/.nuget"))).toContain("or remove `/root/.nuget/packages`, not all");
    expect(error(nuget, named, restore("chown -R app ~"))).toContain("or change `/root/.nuget/packages`, not all");
  });

  test("a variable says it, which the frontend must take then", () => {
    const indexes = [{ url: "https://py.example.com/simple/", default: true }];
    for (const [recipe, body] of [
      [pip, "pip config set global.timeout 60 && pip install x"],
      [pip, "echo x > ~/.config/pip/pip.conf && pip install x"],
      [uv, "echo x > ~/.config/uv/uv.toml && uv sync"],
    ] as const) {
      expect(needs(recipe, { indexes }, { body, envMounts: false })).toMatch(
        /the step writes \/root\/\.config\/\S+ itself/,
      );
      expect(needs(recipe, { indexes }, { body: "pip install x", envMounts: false })).toBeUndefined();
    }
  });

  test("that is said, if it cannot", () => {
    const registries = [{ url: "https://npm.example.com/" }];
    expect(of(npm, { registries }, "npm config set fund false && npm ci")[1]).toContain("--location=project");
    expect(of(npm, { registries }, "npm config set --location=project fund false && npm ci")[1]).toBe("");
    expect(of(npm, { registries }, "pnpm config set registry https://x && pnpm i")[1]).toContain("--location=project");
    expect(of(npm, { registries }, "pnpm config set store-dir /s && pnpm i")[1]).toBe("");
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
    '["cp","x","/root/.netrc"]',
    "sudo install -m 600 x ~/.netrc",
    "set -e; install x ~/.netrc 2>/dev/null",
    "aws s3 cp s3://b/netrc ~/.netrc",
    "retry gcloud storage cp gs://b/x ~/.netrc",
    "chmod 600 ~/.netrc",
    "chgrp 0 ~/.netrc",
    "touch /root/.netrc",
    "sed -i s/a/b/ ~/.netrc",
    "sed -Ei.bak s/a/b/ ~/.netrc",
    "curl -o ~/.netrc https://x",
    "curl -sSLo ~/.netrc https://x",
    "wget -qO ~/.netrc https://x",
    "wget --output-document=/root/.netrc https://x",
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
    "npm install --userconfig ~/.netrc",
    "mvn -B install -s ~/.netrc",
    "helm install x oci://y --registry-config ~/.netrc",
    "sed s/a/b/ ~/.netrc",
    "curl --netrc-file ~/.netrc -o x https://x",
    "chmod 600 x",
  ]) {
    expect(writes(body)).toBe(false);
  }
  const { ran: _, ...container } = surroundings({ container: true });
  expect(doesWrite(container, writesTo(".netrc"))).toBe(false);
});
