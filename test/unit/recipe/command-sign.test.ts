// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { describe, expect, test } from "vitest";
import { writesTo } from "../../../src/recipe/own-writes.ts";
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
    ["pip", "/opt/conda/bin/python -mpip install -r requirements.txt"],
    ["pip", "python3.12 -Impip install x"],
    ["pip", "python -W ignore -mpip install x"],
    ["uv", "python3 -muv sync"],
    ["pip", '"$VENV/bin/pip" install x'],
    ["pip", "$PYTHON -m pip install x"],
    ["pip", "python -W ignore -m pip install x"],
    ["pip", "python3 -X utf8 -Im pip install x"],
    ["pip", "python3 --check-hash-based-pycs never -m pip install x"],
    ["pip", "python${V} -m pip install x"],
    ["pip", '"python$V" -m pip install x'],
    ["pip", '"/opt/$V/bin/python" -m pip install x'],
    ["pip", "{{ python }} -m pip install x"],
    ["pip", "@PYTHON@ -m pip install x"],
    ["pnpm", "npx pnpm@9 install"],
    ["pnpm", "corepack pnpm@9.1.0 install"],
    ["uv", "/uv sync"],
    ["maven", "sh mvnw package"],
    ["maven", "bash -e ./mvnw -B package"],
    ["gradle", "sh gradlew build"],
    ["yarn", "node .yarn/releases/yarn-4.1.0.cjs install"],
    ["npm", "ssh-agent sh -c 'ssh-add /k; npm ci'"],
    ["npm", 'retry bash -c "npm ci"'],
    ["npm", 'retry bash -c "cd $DIR && npm ci"'],
    ["npm", "flock /x sh -c 'npm ci'"],
    ["npm", "xvfb-run -a bash -o pipefail -c 'npm ci'"],
    ["npm", 'scl enable x -- bash -c "npm ci"'],
    ["npm", "pixi run bash -e -c 'npm ci'"],
    ["npm", "/entrypoint.sh bash -lc 'npm ci'"],
    ["npm", "a sh -c 'b /bin/sh -c \"npm ci\"'"],
    ["npm", "runuser -l app -c 'npm ci'"],
    ["npm", "runuser app -c 'npm ci'"],
    ["npm", "runuser -u app -- npm ci"],
    ["npm", "find . -name x -exec sh -c 'cd $1; npm ci' _ {} \\;"],
    ["npm", "nvm exec npm ci"],
    ["npm", "nvm exec 18.2 npm ci"],
    ["npm", "setpriv --reuid 1000 --clear-groups npm ci"],
    ["maven", "/usr/local/bin/mvn-entrypoint.sh mvn verify"],
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
    ["maven", "mvn -q generate-sources"],
    ["maven", "mvn initialize"],
    ["maven", "mvn process-classes"],
    ["maven", "mvn process-test-resources"],
    ["maven", "mvn prepare-package"],
    ["maven", "mvn pre-integration-test"],
    ["maven", "mvn site-deploy"],
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
    ["pip", "pip $PIP_OPTS install x"],
    ["pip", "python -m pip ${FLAGS} install x"],
    ["npm", 'npm "${ARGS[@]}" install'],
    ["npm", 'npm ${X:+--prefix "$X"} ci'],
    ["npm", "npm $(flags) ci"],
    ["npm", 'npm --prefix "$DIR" ci'],
    ["uv", "uv $X sync"],
    ["uv", "uv $X pip $Y install x"],
    ["cargo", "cargo $TOOLCHAIN build"],
    ["go", "go $X build"],
    ["nuget", "dotnet $X restore"],
    ["poetry", "poetry $X install"],
    ["pnpm", "pnpm $X install"],
    ["bazel", "bazel $X build //..."],
    ["docker-config", "skopeo $X copy a b"],
    ["git", "git submodule $QUIET update"],
    ["pip", "pip {{ opts }} install x"],
    ["npm", "npm {% if prod %}--omit=dev{% endif %} ci"],
    ["npm", "npm @FLAGS@ ci"],
    ["yarn", "yarn $FLAGS"],
    ["yarn", "yarn ${FLAGS} --frozen-lockfile"],
    ["yarn", "yarn {{ flags }}"],
  ])("of %s, whatever is filled in before its subcommand: %s", (name, body) => expect(shown(name, body)).toBe(true));

  test.each([
    ["npm", "npm --prefix test ci"],
    ["npm", "npm --prefix config install"],
    ["pnpm", "pnpm --filter test install"],
    ["cargo", "cargo ndk -t arm64-v8a build"],
  ])("of %s, whatever its options' values are: %s", (name, body) => expect(shown(name, body)).toBe(true));

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
    ["npm", 'npm --prefix "$DIR" run install'],
    ["npm", "npm --silent run install"],
    ["npm", "npm --no-progress run ci"],
    ["npm", "npm --no-audit run update"],
    ["pnpm", "pnpm -r test install"],
    ["npm", "npm $X"],
    ["gradle", "gradle --build-cache clean"],
    ["aws", "aws --region us-east-1 --profile dev configure set a b"],
    ["npm", "echo npm ci"],
    ["pip", "python -W -m pip install x"],
    ["pip", "python a.py -m pip install x"],
    ["pip", "python a.py -mpip install x"],
    ["pip", "python -Wmpip install x"],
    ["pip", "python -cimpip install x"],
    ["pip", "python -mpip download-x"],
    ["pip", "gcc -mpip install x"],
    ["npm", "echo run bash -c 'npm ci'"],
    ["npm", "retry bash npm -c 'npm ci'"],
    ["npm", "retry bash -e 'npm ci'"],
    ["netrc", "curl -uadmin https://x"],
    ["netrc", "curl -Hn https://x"],
    ["netrc", "curl -fsSLo n https://x"],
    ["nuget", "dotnet app.dll run"],
    ["gcp", "gcloud config set project run"],
    ["aws", "aws configure set region x"],
    ["aws", "aws help"],
    ["aws", "aws s3 help"],
    ["aws", "aws s3 cp help"],
    ["aws", "aws s3 cp --no-sign-request s3://open/x x"],
    ["aws", "pip install aws cli tools"],
    ["git", "git commit -m push"],
    ["git", "git remote add origin https://example.com/a"],
    ["git", "git submodule foreach git status"],
    ["yarn", "yarn --silent build"],
    ["gradle", "gradle --version"],
    ["go", "go env -w GOX=build"],
    ["cargo", "cargo chef prepare"],
    ["cargo", "cargo new test"],
    ["cargo", "cargo init --name test"],
    ["cargo", "cargo help build"],
    ["poetry", "poetry run install-x"],
  ])("of %s: %s", (name, body) => expect(shown(name, body)).toBe(false));
});

/** A text, so often repeated that the line is as long as is asked. */
const often = (piece: string) => (length: number) => piece.repeat(length / piece.length);

test.each<[string, (length: number) => string]>([
  ["assignments", often("a=a=")],
  ["names of programs", often("sccache curl ")],
  ["one program", often("curl ")],
  ["launchers", often("python -m ")],
  ["tools behind another program", (length) => `x ${often("make clean ")(length)}`],
  ["a tool's folder", (length) => `x ${often("a-/bin/")(length)}make-`],
  ["tools in one word", (length) => `x "${often("make clean;")(length)}"`],
  ["tools that are installed", (length) => `install ${often("make ")(length)}`],
  ["launchers with options", often("python -W a ")],
  ["options with values", often("git clone -b ")],
  ["options before a subcommand", (length) => `npm ${often("-a b ")(length)}ci`],
  ["what is filled in", (length) => `npm ${often("$A ")(length)}x`],
  ["settings that are begun", often("export SCCACHE_")],
  ["one name of a setting", (length) => `export ${often("SCCACHE")(length)}`],
  ["the same of ccache", (length) => `export A${often("_CCACHE")(length)} x`],
  ["blanks behind export", (length) => `export${often(" ")(length)}`],
  ["settings of one export", (length) => `export ${often("SCCACHE_A=b ")(length)}`],
  ["a quote that does not end", (length) => `export ${often('SCCACHE_A="b" ')(length)}SCCACHE_A="`],
  ["what stands before a program", (length) => `${often("sudo ")(length)}sccache`],
  ["packages", (length) => `apk ${often("-a ")(length)}sccache`],
  ["environments", often("conda ")],
  ["users", often("su a -c ")],
  ["users of users", (length) => `${often("sudo -u a ")(length)}sh -c "npm ci"`],
  ["blanks behind cargo", (length) => `cargo${often(" ")(length)}`],
  ["a toolchain's name", (length) => `cargo +${often("a")(length)}`],
  ["calls of ccache", often("ccache ")],
  ["a task's name", (length) => `gradle ${often("aBuild")(length)}!`],
  ["a service's name", (length) => `aws ${often("a")(length)} b`],
  ["wrappers", (length) => `${often("env ")(length)}npm ci`],
  ["shells", (length) => `x ${often("sh -c ")(length)}`],
  ["shells with options", (length) => `x ${often("sh -a ")(length)}-c y`],
  ["a redirect's marks", often("> ")],
  ["blanks behind tee", (length) => `tee${often(" ")(length)}x`],
  ["calls of tee", often("tee -a ")],
  ["a folder's name", (length) => `>${often("/.netr")(length)}`],
  ["files of that name", (length) => `>${often("/.netrcx")(length)}`],
  ["files that are copied", (length) => `cp ${often(".netrc ")(length)}~`],
  ["a copy's long place", (length) => `cp ${often(".netrc ")(length / 2)}~/${often("a")(length / 2)}`],
])("a line that is made to slow us down takes no longer for its length: %s", (_, line) => {
  const written = writesTo(".netrc");
  const took = (length: number): number => {
    const text = line(length);
    const started = performance.now();
    const ran = ranBy(text);
    for (const { signs } of recipes.values()) for (const { run } of signs) run(ran, {});
    written(ran);
    return performance.now() - started;
  };
  took(1_000);
  const [short, long] = [took(10_000), took(100_000)];
  // ten times the length: a hundred times as long would be each place anew from each place
  expect(long).toBeLessThan(Math.max(300, 40 * short));
});
