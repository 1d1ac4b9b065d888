import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { argvOf, createRepository, environmentOf, runCommand, writeIn } from "./command-line.ts";
import { mountMemory } from "./memory-folder.ts";

const rewrite = (folder: string, ...words: string[]) => runCommand(folder, ["rewrite", ...words]);

/** Grants the secret `token` to each step that runs make. */
const config =
  'version: 1\nsecrets: { token: { from: env, name: TOKEN } }\ngrants: [{ secret: token, as: { env: TOKEN }, steps: { run: "make" }, allowNone: true }]\n';
const mount = "--mount=type=secret,id=token,env=TOKEN,required=true ";
const plain = "FROM debian:12 AS build\n# a comment\nRUN make \\\n    all\nRUN echo done\nCOPY . .\n";
const rewritten = plain.replace("RUN make", `RUN ${mount}make`);
const template = "FROM {{ base }}\n{% if tests %}\nRUN make test\n{% endif %}\nRUN make\n";
const rewrittenTemplate = template.replaceAll("RUN make", `RUN ${mount}make`);

const repository = (files: Readonly<Record<string, string | Uint8Array>>): string =>
  createRepository({ "buildseal.yaml": config, ...files });
const textOf = (folder: string, name: string): string => readFileSync(join(folder, name), "latin1");

describe("the result", () => {
  test("of a file or of stdin goes to stdout, and only mounts are new", () => {
    const folder = repository({ Dockerfile: plain, "t.Dockerfile.j2": template });
    for (const words of [[], ["Dockerfile"], ["Dockerfile", "--quiet"]]) {
      expect(rewrite(folder, ...words)).toMatchObject({ status: 0, stdout: rewritten });
    }
    expect(runCommand(folder, ["rewrite", "-"], { input: plain })).toMatchObject({ status: 0, stdout: rewritten });
    expect(rewrite(folder, "t.Dockerfile.j2").stdout).toBe(rewrittenTemplate);
    expect(textOf(folder, "Dockerfile")).toBe(plain);
    expect(rewrite(folder, "Dockerfile", "--quiet").stderr).toBe("");
    expect(rewrite(folder, "Dockerfile").stderr).toContain("Dockerfile: 1 mount on 1 step of 2");
  });

  test("of a folder needs a place for each file", () => {
    const folder = repository({ Dockerfile: plain, "t.Dockerfile.j2": template });
    expect(rewrite(folder, ".")).toMatchObject({ status: 2, stdout: "" });
    expect(rewrite(folder, ".", "--output", "x")).toMatchObject({ status: 2, stdout: "" });
    expect(readdirSync(folder).sort()).toEqual([".git", "Dockerfile", "buildseal.yaml", "t.Dockerfile.j2"]);
  });

  test("is the same when it is rewritten again, whatever the file is like", () => {
    const corpus = join(import.meta.dirname, "../../fixtures/dockerfile/corpus");
    const names = readdirSync(corpus).filter((name) => statSync(join(corpus, name)).isFile());
    const folder = repository({});
    writeIn(folder, "buildseal.yaml", config.replace('run: "make"', "run: '.'"));
    for (const name of names) copyFileSync(join(corpus, name), join(folder, name));
    const words = [".", "--write", "--quiet"];
    rewrite(folder, ...words);
    const once = names.map((name) => textOf(folder, name));
    const changed = once.filter((text) => text.includes("id=token,env=TOKEN"));
    expect(changed.length).toBeGreaterThan(20);
    rewrite(folder, ...words);
    expect(names.filter((name, at) => textOf(folder, name) !== once[at])).toEqual([]);
    // every byte that was there is there still
    const given = once.map((text) => text.replace(/ --mount=type=secret,id=(?:token|aws-identity)[^\s\\]*/g, ""));
    expect(names.filter((name, at) => readFileSync(join(corpus, name), "latin1") !== given[at])).toEqual([]);
  });
});

describe("--diff", () => {
  const files: Readonly<Record<string, string | Uint8Array>> = {
    Dockerfile: plain,
    "crlf.Dockerfile": plain.replaceAll("\n", "\r\n"),
    "no-end.Dockerfile": "FROM a\nRUN make",
    "a b/latin1.Dockerfile": Buffer.from("FROM a\n# \xe9\xff\nRUN make \xe9\n", "latin1"),
    'odd "\\ ä\n+++ x.Dockerfile': plain,
    "t.Dockerfile.j2": template,
  };

  test.each([
    ["patch", ["patch", "--quiet", "--binary", "-p0"]],
    ["git", ["git", "apply", "-p0"]],
  ] as const)("is what %s takes, and gives what --write does", (_, [program, ...words]) => {
    const [folder, other] = [repository(files), repository(files)];
    const { status, bytes } = rewrite(folder, ".", "--diff");
    expect(status).toBe(0);
    execFileSync(program, words, { cwd: folder, input: bytes, env: environmentOf({ GIT_DIR: join(folder, ".none") }) });
    expect(rewrite(other, ".", "--write").status).toBe(0);
    for (const name of Object.keys(files)) {
      expect([name, textOf(folder, name)]).toEqual([name, textOf(other, name)]);
      expect(textOf(folder, name)).toContain(mount);
    }
    expect(rewrite(folder, ".", "--diff").stdout).toBe("");
  });
});

describe("--check", () => {
  test("is 1 where something would change, 0 where nothing would, 2 where something cannot be done", () => {
    const folder = repository({ "a/Dockerfile": plain, "b/Dockerfile": "FROM a\nRUN <<E\n" });
    const check = (...words: string[]) => rewrite(folder, "--check", ...words).status;
    expect([check("a"), check("b"), check("."), check("gone"), check("a", "--diff")]).toEqual([1, 2, 2, 2, 1]);
    expect(textOf(folder, "a/Dockerfile")).toBe(plain);
    expect(rewrite(folder, "a", "--check").stdout).toBe("a/Dockerfile: would change: 1 mount on 1 step of 2\n");
    expect(rewrite(folder, "a", "--write").status).toBe(0);
    expect(rewrite(folder, "a", "--check")).toMatchObject({ status: 0, stdout: "" });
  });
});

describe("--write", () => {
  test("keeps mode, owner, link and line ends, and leaves nothing else behind", () => {
    const folder = repository({ "real/file": plain.replaceAll("\n", "\r\n"), "x.Dockerfile": plain });
    symlinkSync("real/file", join(folder, "Dockerfile"));
    chmodSync(join(folder, "real/file"), 0o640);
    chmodSync(join(folder, "x.Dockerfile"), 0o4755);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(join(folder, "real/file"), 1234, 2345);
    const before = statSync(join(folder, "real/file"));
    expect(rewrite(folder, ".", "--write").status).toBe(0);
    expect(textOf(folder, "real/file")).toBe(rewritten.replaceAll("\n", "\r\n"));
    expect(lstatSync(join(folder, "Dockerfile")).isSymbolicLink()).toBe(true);
    const { uid, gid, mode } = statSync(join(folder, "real/file"));
    expect([uid, gid, mode]).toEqual([before.uid, before.gid, before.mode]);
    expect(statSync(join(folder, "x.Dockerfile")).mode & 0o7777).toBe(0o4755);
    expect(readdirSync(folder).sort()).toEqual([".git", "Dockerfile", "buildseal.yaml", "real", "x.Dockerfile"]);
    expect(readdirSync(join(folder, "real"))).toEqual(["file"]);
  });

  test("in a folder that may not be written is an error, and the others are done", () => {
    const folder = repository({ "a/Dockerfile": plain, "b/Dockerfile": plain });
    chmodSync(join(folder, "a"), 0o555);
    onTestFinished(() => chmodSync(join(folder, "a"), 0o755));
    const { status, stderr } = runCommand(folder, ["rewrite", ".", "--write", "--quiet"], { heedsModes: true });
    expect([status, stderr]).toEqual([
      2,
      `buildseal: ${join(folder, "a/Dockerfile")} could not be written (EACCES). See that its folder may be written.\n`,
    ]);
    expect([textOf(folder, "a/Dockerfile"), textOf(folder, "b/Dockerfile")]).toEqual([plain, rewritten]);
  });

  test("on a full disk leaves the file as it was, and no draft", () => {
    const memory = mountMemory(256);
    onTestFinished(memory.remove);
    const folder = memory.path;
    mkdirSync(join(folder, ".git"));
    writeIn(folder, "buildseal.yaml", config);
    const large = `${plain}# ${"x".repeat(120_000)}\n`.replace(/x{1000}/g, "$&\n# ");
    writeIn(folder, "Dockerfile", large);
    expect(() => writeFileSync(join(folder, "full"), Buffer.alloc(1 << 20))).toThrow("ENOSPC");
    const names = readdirSync(folder);
    const { status, stderr } = rewrite(folder, "Dockerfile", "--write", "--quiet");
    expect([status, stderr]).toEqual([
      2,
      `buildseal: ${join(folder, "Dockerfile")} could not be written (ENOSPC). Make room: the file was left as it was.\n`,
    ]);
    expect([textOf(folder, "Dockerfile"), readdirSync(folder)]).toEqual([large, names]);
  });

  test("that is killed in the middle leaves each file old or new, and nothing else", async () => {
    const names = Array.from({ length: 150 }, (_, at) => `${at}.Dockerfile`);
    const body = `${plain}${"# y\n".repeat(20_000)}`;
    const folder = repository(Object.fromEntries(names.map((name) => [name, body])));
    const after = body.replace("RUN make", `RUN ${mount}make`);
    const states = () => names.map((name) => [body, after].indexOf(textOf(folder, name)));
    const seen = new Set<string>();
    for (let round = 0; round < 12; round++) {
      for (const name of names) writeIn(folder, name, body);
      const [program, ...words] = argvOf(["rewrite", ".", "--write", "--quiet"]);
      const child = spawn(program, words, { cwd: folder, env: environmentOf(), stdio: "ignore" });
      const ended = new Promise((end) => child.once("close", end));
      // not before it is at work, which takes as long as the machine takes
      while (textOf(folder, names[0]!) === body && child.exitCode === null) await sleep(1);
      await sleep(round * 7);
      child.kill("SIGKILL");
      await ended;
      const found = states();
      expect(found).not.toContain(-1);
      seen.add(`${found.includes(0)} ${found.includes(1)}`);
      // a shell of its own takes the draft away once we are gone, on a disk that others may keep busy
      const litter = () => readdirSync(folder).filter((name) => name.includes("buildseal-"));
      for (let wait = 0; wait < 1500 && litter().length > 0; wait++) await sleep(10);
      expect(litter()).toEqual([]);
    }
    expect([...seen]).toContain("true true");
  });
});

describe("--output", () => {
  test("is a new file, or one that is replaced and keeps its mode; where it cannot be, the status is 2", () => {
    const folder = repository({ Dockerfile: plain, out: "old" });
    chmodSync(join(folder, "out"), 0o600);
    for (const name of ["new", "out"]) {
      expect(rewrite(folder, "Dockerfile", "--output", name)).toMatchObject({ status: 0, stdout: "" });
      expect(textOf(folder, name)).toBe(rewritten);
    }
    expect(statSync(join(folder, "out")).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "new")).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(rewrite(folder, "Dockerfile", "--output", "gone/new").status).toBe(2);
    expect(rewrite(folder, "Dockerfile", "--output", ".git").status).toBe(2);
    expect(runCommand(folder, ["rewrite", "-", "-o", "new"], { input: "FROM a\n" }).status).toBe(0);
    expect(textOf(folder, "new")).toBe("FROM a\n");
  });
});

describe("--render", () => {
  /** A template engine of a few lines: `{{ name }}`, and `{% if name %}` to `{% endif %}`. */
  const engine = (change: string) => `
const text = require("node:fs").readFileSync(process.argv[2], "latin1");
const values = { base: "debian:12", tests: true, hidden: "RUN make hidden" };
const rendered = text
  .replace(/\\{% if (\\w+) %\\}\\n([^]*?)\\{% endif %\\}\\n/g, (all, name, body) => (values[name] ? body : ""))
  .replace(/\\{\\{ (\\w+) \\}\\}/g, (all, name) => values[name]);
process.stdout.write(Buffer.from(rendered${change}, "latin1"));
`;
  const of = (text: string, change = "") => {
    const folder = repository({ "Dockerfile.j2": text, "engine.cjs": engine(change) });
    return { folder, ...rewrite(folder, "Dockerfile.j2", "--render", `'${process.execPath}' engine.cjs {}`) };
  };

  test("proves that the rendered files differ in mounts alone", () => {
    const { status, stdout, stderr } = of(template);
    expect([status, stdout]).toEqual([0, rewrittenTemplate]);
    expect(stderr).toContain("rendered: 2 of 2 steps have the mounts, and nothing else differs");
  });

  test("fails, and gives no result, where a step is hidden, the mount goes lost, or something else differs", () => {
    for (const [text, change] of [
      [`${template}{{ hidden }}\n`, ""],
      [template, '.replaceAll(/--mount=\\S+ /g, "")'],
      [template, '.replace("required=true", "required=false")'],
      [template, ' + (text.includes("--mount") ? "RUN id\\n" : "")'],
      [template, ' + "# " + process.hrtime.bigint() + "\\n" + (text.includes("--mount") ? "RUN x\\n" : "")'],
      [template, "; process.exitCode = 3; void (0"],
    ] as const) {
      const { folder, status, stdout, stderr } = of(text, change);
      expect([change, status, stdout]).toEqual([change, 2, ""]);
      expect(stderr).toMatch(/^buildseal: .+\n$/);
      expect(textOf(folder, "Dockerfile.j2")).toBe(text);
    }
  });

  test("says what is wrong with the command", () => {
    const folder = repository({ "Dockerfile.j2": template });
    const said = (command: string) => rewrite(folder, "Dockerfile.j2", "--render", command).stderr;
    expect(said("no-such-program {}")).toContain("no-such-program could not be started (ENOENT)");
    expect(said("cat {} | tee x")).toContain("only a shell understands");
    expect(said("cat '{}")).toContain("Close the quote");
  });
});

describe("--migrate static-aws-keys", () => {
  const pair = (of: (id: string, variable: string) => string, join_: string) =>
    [of("aws-key", "AWS_ACCESS_KEY_ID"), of("aws-secret", "AWS_SECRET_ACCESS_KEY")].join(join_);
  const flags = pair((id, variable) => `--secret id=${id},env=${variable}`, " ");
  const files = {
    Dockerfile: `FROM debian:12
ENV SCCACHE_BUCKET=b SCCACHE_REGION=us-west-2
RUN ${pair((id, variable) => `--mount=type=secret,id=${id},env=${variable}`, " \\\n    ")} \\
    # stays
    sccache --start-server && make
RUN echo done
`,
    "api.Dockerfile.j2": `FROM {{ base }}
{% if cache %}
RUN ${pair((id, variable) => `--mount=type=secret,id=${id},env=${variable}`, " ")} sccache --start-server && make {{ target }}
{% endif %}
`,
    ".github/workflows/build.yml": `on: push
jobs:
  build:
    runs-on: [self-hosted, eks]
    permissions: { id-token: write }
    steps:
      # keep this comment
      - run: docker build ${flags} .   # and this
        env:
${pair((_, variable) => `          ${variable}: \${{ secrets.${variable} }}`, "\n")}
`,
    "build.sh": `#!/bin/sh\n# builds\ndocker build ${flags} .\n`,
  };

  test("changes Dockerfile, template, workflow and script, and the diff of it is what patch takes", () => {
    const [folder, other] = [createRepository(files), createRepository(files)];
    const words = ["--migrate", "static-aws-keys", "."];
    const shown = rewrite(folder, ...words, "--diff");
    expect(shown.status).toBe(0);
    expect(rewrite(folder, ...words, "--check").status).toBe(1);
    for (const [name, text] of Object.entries(files)) expect(textOf(folder, name)).toBe(text);
    execFileSync("/usr/bin/env", ["patch", "--quiet", "-p0"], { cwd: folder, input: shown.bytes });
    expect(rewrite(other, ...words, "--write").status).toBe(0);
    for (const name of Object.keys(files)) {
      const text = textOf(other, name);
      expect([name, textOf(folder, name)]).toEqual([name, text]);
      expect([name, text.includes("aws-secret"), text.includes("AWS_SECRET_ACCESS_KEY")]).toEqual([name, false, false]);
    }
    expect(textOf(folder, "Dockerfile")).toContain("env=AWS_ROLE_ARN,required=true");
    expect(textOf(folder, "Dockerfile")).toContain("    # stays\n    sccache --start-server && make\nRUN echo done\n");
    expect(textOf(folder, "api.Dockerfile.j2")).toContain("make {{ target }}\n{% endif %}\n");
    expect(textOf(folder, ".github/workflows/build.yml")).toContain("      # keep this comment\n");
    expect(textOf(folder, ".github/workflows/build.yml")).toContain(" .   # and this\n");
    expect(textOf(folder, "build.sh")).toBe("#!/bin/sh\n# builds\nbuildseal build --seal-with sccache .\n");
    expect(rewrite(folder, ...words, "--check")).toMatchObject({ status: 0, stdout: "" });
  });

  test("lists what it is not sure of with file and line, leaves it, and ends with 2", () => {
    const text = files.Dockerfile.replace("sccache --start-server", 'test -n "$AWS_SECRET_ACCESS_KEY"');
    const folder = createRepository({ Dockerfile: text });
    const { status, stderr } = rewrite(folder, "--migrate", "static-aws-keys", "--write");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^buildseal: Dockerfile, line 3: left as it is: /m);
    expect(textOf(folder, "Dockerfile")).toBe(text);
  });

  test("takes configure's logs away only where that was asked for", () => {
    const text = files.Dockerfile.replace("&& make\n", "&& ./configure && make\n");
    const folder = createRepository({ Dockerfile: text });
    const migrate = (...words: string[]) => rewrite(folder, "--migrate", "static-aws-keys", ...words);
    expect(migrate().stdout).not.toContain("rm -f");
    expect(migrate().stderr).toMatch(/line 3: .*config\.log and config\.status/);
    expect(migrate("--also", "remove-config-log").stdout).toContain("make && rm -f config.log config.status\n");
  });
});

test("a file that cannot be placed is left as it is with line and reason", () => {
  const cases: Readonly<Record<string, string>> = {
    "FROM a\nRUN make && cat <<E\nx\n": "Dockerfile, line 2: the heredoc",
    "FROM a\nRUN --mount=type=secret,id=token,env=OTHER make\n": "Dockerfile",
    "# syntax=docker/dockerfile:1.4\nFROM a\nRUN make\n": "Dockerfile asks for the frontend docker/dockerfile:1.4",
  };
  for (const [text, said] of Object.entries(cases)) {
    const folder = repository({ Dockerfile: text });
    const { status, stderr } = rewrite(folder, "Dockerfile", "--write", "--quiet");
    expect([text, status, textOf(folder, "Dockerfile")]).toEqual([text, 2, text]);
    expect(stderr).toContain(said);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  }
});
