import { describe, expect, test } from "vitest";
import { recipes } from "../../../src/recipe/recipes.ts";
import { ranBy, signOf } from "./surroundings.ts";

const shown = (name: string, body: string, options: object = {}) =>
  signOf(recipes.get(name) as never, body, {}, options) !== undefined;

describe("a command is seen", () => {
  test.each([
    ["npm", '["npm","ci"]'],
    ["pip", '["pip","install","x"]'],
    ["aws", '["aws","s3","cp","a","b"]'],
    ["npm", '["/bin/sh","-c","npm ci"]'],
  ])("of %s in the exec form, however that is written: %s", (name, body) => expect(shown(name, body)).toBe(true));

  test.each([
    ["npm", "until npm ci; do sleep 1; done"],
    ["pip", "if pip install x; then :; fi"],
    ["npm", "case $x in a) npm ci;; esac"],
    ["npm", 'FOO="a b" npm ci'],
    ["go", 'GOFLAGS="-a -b" go build'],
    ["npm", "command npm ci"],
  ])("of %s wherever the shell has one: %s", (name, body) => expect(shown(name, body)).toBe(true));

  test.each([
    ["npm", "timeout 600 npm ci"],
    ["npm", "nice -n 10 npm ci"],
    ["npm", "sudo -E npm ci"],
    ["npm", "sudo -u app npm ci"],
    ["npm", "gosu node npm ci"],
    ["pip", "cat r | xargs -n1 pip install"],
    ["pip", "uv run pip install x"],
    ["npm", "eval npm ci"],
    ["npm", "find . -name package.json -execdir npm ci ;"],
    ["uv", "sudo uv run pytest"],
    ["pip", "python -Im pip install x"],
    ["pip", '"$VENV/bin/pip" install x'],
    ["pip", "$PYTHON -m pip install x"],
    ["pnpm", "npx pnpm@9 install"],
    ["pnpm", "corepack pnpm@9.1.0 install"],
    ["uv", "/uv sync"],
    ["maven", "sh mvnw package"],
    ["maven", "bash -e ./mvnw -B package"],
    ["gradle", "sh gradlew build"],
    ["yarn", "node .yarn/releases/yarn-4.1.0.cjs install"],
  ])("of %s behind what runs it: %s", (name, body) => expect(shown(name, body)).toBe(true));

  test.each([
    ["yarn", "yarn --cwd ui --frozen-lockfile"],
    ["yarn", "yarn --network-timeout 100000"],
    ["gradle", "gradle assembleRelease"],
    ["gradle", "gradle :app:bootWar"],
    ["gradle", "gradle quarkusBuild"],
    ["gradle", "gradle nativeCompile"],
    ["gradle", "gradle resolveDependencies"],
    ["maven", "mvn spring-boot:build-image"],
    ["cargo", "cargo chef cook --release"],
    ["cargo", "cargo auditable build --locked"],
    ["yarn", "yarn workspace app add x"],
    ["pnpm", "pnpm recursive install"],
    ["docker-config", "docker compose pull"],
    ["nuget", "dotnet msbuild /t:Restore"],
    ["docker-config", "cosign sign example.com/x"],
    ["poetry", "poetry self add x"],
    ["aws", "aws --region x s3 cp a b"],
  ])("of %s, whatever its options and tasks are: %s", (name, body) => expect(shown(name, body)).toBe(true));

  test.each([
    "git clone https://example.com/acme/config.git",
    "git clone https://example.com/acme/log-shipper",
    "git clone https://example.com/acme/show.git",
    "git clone --config core.autocrlf=false https://example.com/a/b",
    "git clone -b tag https://example.com/a/b",
    "git fetch origin tag v1",
    "git -C a submodule --quiet update --init",
  ])("of git, whatever word its URL or options have: %s", (body) => expect(shown("git", body)).toBe(true));

  test("of git by ssh where the recipe makes https of it", () => {
    for (const url of ["git@example.com:a/b", "ssh://git@example.com/a/b", "deploy@example.com:a/b"]) {
      expect(shown("git", `git clone ${url}`)).toBe(false);
      expect(shown("git", `git clone ${url}`, { fromSsh: true })).toBe(true);
    }
  });
});

describe("what is no such command is not", () => {
  test.each([
    ["npm", "npm --prefix ui run update"],
    ["npm", "npm -w a run i"],
    ["npm", "echo npm ci"],
    ["netrc", "curl -uadmin https://x"],
    ["netrc", "curl -Hn https://x"],
    ["netrc", "curl -fsSLo n https://x"],
    ["nuget", "dotnet app.dll run"],
    ["gcp", "gcloud config set project run"],
    ["aws", "aws configure set region x"],
    ["aws", "pip install aws cli tools"],
    ["git", "git commit -m push"],
    ["git", "git remote add origin https://example.com/a"],
    ["git", "git submodule foreach git status"],
    ["yarn", "yarn --silent build"],
    ["gradle", "gradle --version"],
    ["go", "go env -w GOX=build"],
    ["cargo", "cargo chef prepare"],
    ["poetry", "poetry run install-x"],
  ])("of %s: %s", (name, body) => expect(shown(name, body)).toBe(false));
});

test("a line that is made to slow the signs down takes them no longer", () => {
  const started = performance.now();
  for (const line of [
    "a=a=".repeat(10_000),
    "sccache curl ".repeat(10_000),
    "curl ".repeat(28_000),
    "python -m ".repeat(12_000),
    "export SCCACHE_".repeat(8_000),
    "git clone -b ".repeat(10_000),
    `gradle ${"aBuild".repeat(20_000)}!`,
    `aws ${"a".repeat(100_000)} b`,
  ]) {
    const ran = ranBy(line);
    for (const { signs } of recipes.values()) for (const { run } of signs) run(ran, {});
  }
  expect(performance.now() - started).toBeLessThan(10_000);
});
