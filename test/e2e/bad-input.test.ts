import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { argvOf, createRepository, environmentOf, runCommand, writeIn } from "./command-line.ts";
import { createMemoryFolder } from "./memory-folder.ts";
import { createValue } from "./value.ts";

const bad = "FROM debian:12\nRUM make\n";
const granted = "FROM debian:12\n# buildseal: secret=token\nRUN make\n";
const mount = "--mount=type=secret,id=token,target=/run/secrets/token,required=true,mode=0444 ";
const done = granted.replace("RUN ", `RUN ${mount}`);

/** Declares the secret that the comment above asks for. */
const declared = "version: 1\nsecrets: { token: { from: env, name: TOKEN } }\n";

const lint = (folder: string, ...words: string[]) => runCommand(folder, ["lint", ...words]);
const rewrite = (folder: string, ...words: string[]) => runCommand(folder, ["rewrite", ...words]);

type Report = {
  readonly complete: boolean;
  readonly findings: readonly {
    readonly rule: string;
    readonly where: { readonly file: string; readonly line: number };
  }[];
  readonly skipped: readonly { readonly what: string; readonly why: string }[];
};
const reportOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as Report;
const placesOf = (report: Report) => report.findings.map(({ where, rule }) => `${where.file}:${where.line} ${rule}`);

/** By name what each is, the line that BuildKit refuses, and the text. */
const refused: Readonly<Record<string, readonly [number, string | Uint8Array]>> = {
  binary: [1, Uint8Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256)],
  nul: [3, "FROM a\nRUN b\nRUN c\0d\n"],
  long: [2, `FROM a\nRUN ${"x".repeat(65_536 - 4)}\nRUN y\n`],
  empty: [1, ""],
  comments: [3, "# a\n\n# b\n"],
  heredoc: [2, "FROM a\nRUN <<E\nnever\nRUN x\n"],
  escape: [2, "# escape=`\n# escape=`\nFROM a\n"],
  utf16: [1, Buffer.from("\uFEFFFROM a\nRUN b\n", "utf16le")],
};
const refusedFiles = Object.fromEntries(
  Object.entries(refused).map(([name, [, text]]) => [`${name}.Dockerfile`, text] as const),
);

describe("a file that BuildKit refuses", () => {
  test("is a finding with its line, and the others are done", () => {
    const folder = createRepository({ ...refusedFiles, "a.Dockerfile": bad, "z.Dockerfile": bad });
    const run = lint(folder, "--format", "json");
    expect([run.status, run.stderr, reportOf(run).skipped]).toEqual([1, "", []]);
    const wanted = { a: [2], z: [2], ...refused };
    expect(placesOf(reportOf(run)).sort()).toEqual(
      Object.entries(wanted)
        .map(([name, [line]]) => `${name}.Dockerfile:${line} unreadable-dockerfile`)
        .sort(),
    );
  });

  test("is left as it is by rewrite, with an error that names file and line, and the others are done", () => {
    const folder = createRepository({
      "buildseal.yaml":
        "version: 1\nsecrets: { token: { from: env, name: TOKEN } }\ngrants: [{ secret: token, steps: { run: '.' }, allowNone: true }]\n",
      ...refusedFiles,
      "a.Dockerfile": "FROM debian:12\nRUN make\n",
      "z.Dockerfile": "FROM debian:12\nRUN make\n",
    });
    const { status, stderr } = rewrite(folder, ".", "--write", "--quiet");
    expect(status).toBe(2);
    const lines = stderr.trimEnd().split("\n");
    for (const [name, [line, text]] of Object.entries(refused)) {
      expect(lines.filter((one) => one.startsWith(`buildseal: ${name}.Dockerfile, line ${line}: `))).toHaveLength(1);
      expect(readFileSync(join(folder, `${name}.Dockerfile`)).equals(Buffer.from(text))).toBe(true);
    }
    expect(lines).toHaveLength(Object.keys(refused).length);
    for (const name of ["a", "z"]) {
      expect(readFileSync(join(folder, `${name}.Dockerfile`), "utf8")).toContain("RUN --mount=type=secret,id=token");
    }
  });
});

test("bytes that are no UTF-8 are kept byte for byte, and are no finding", () => {
  const bytes = Buffer.concat([Buffer.from(`${granted}RUN echo `), Buffer.from([0xe9, 0xff, 0xc3, 0x28, 10])]);
  const folder = createRepository({ "buildseal.yaml": declared, Dockerfile: bytes });
  expect(lint(folder)).toMatchObject({ status: 0, stdout: "Nothing found in 1 file.\n" });
  const { status, bytes: result } = rewrite(folder, "Dockerfile");
  expect(status).toBe(0);
  expect(result.equals(Buffer.concat([Buffer.from(done), bytes.subarray(granted.length)]))).toBe(true);
});

describe("what is no file", () => {
  test("a folder, a pipe, a socket, a circle of links, a link that leads out: each is said, and nothing hangs", async () => {
    const folder = createRepository({ "Dockerfile/x": "", "ok/Dockerfile": bad });
    mkdirSync(join(folder, "p"));
    execFileSync("/usr/bin/env", ["mkfifo", join(folder, "p/Dockerfile"), join(folder, "p/.dockerignore")]);
    writeIn(folder, "p/copy.Dockerfile", "FROM a\nCOPY . .\n");
    const server = createServer().listen(join(folder, "p/s.Dockerfile"));
    await new Promise((ready) => server.once("listening", ready));
    onTestFinished(() => void server.close());
    symlinkSync("loop.Dockerfile", join(folder, "loop.Dockerfile"));
    symlinkSync("..", join(folder, "p/up"));
    symlinkSync("/etc/hostname", join(folder, "out.Dockerfile"));
    symlinkSync("gone", join(folder, "gone.Dockerfile"));
    const said = [
      ["gone.Dockerfile", "it is a link to a file that is not there"],
      ["loop.Dockerfile", "its symbolic links lead in a circle"],
      ["out.Dockerfile", "it is a link to a file outside the repository: name it to have it looked at"],
      ["p/Dockerfile", "it is no regular file"],
      ["p/s.Dockerfile", "it is no regular file"],
    ] as const;
    const run = lint(folder, "--format", "json");
    expect([run.status, reportOf(run).complete]).toEqual([2, false]);
    expect(placesOf(reportOf(run))).toEqual(["ok/Dockerfile:2 unreadable-dockerfile"]);
    const skipped = reportOf(run).skipped.map(({ what, why }) => [what, why]);
    expect(skipped.sort()).toEqual(said.map((one) => [...one]).sort());
    const { status, stderr } = rewrite(folder, ".", "--check");
    expect(status).toBe(2);
    for (const [what, why] of said) expect(stderr).toContain(`${what} cannot be read: ${why}`);
    // named, and by a glob: still nobody writes to the pipe
    for (const words of [["p/Dockerfile"], ["p/s.Dockerfile"], ["p/*Dockerfile"]]) {
      expect([words, lint(folder, ...words).status]).toEqual([words, 2]);
    }
    expect(rewrite(folder, "p/Dockerfile")).toMatchObject({ status: 2, stdout: "" });
    expect(rewrite(folder, "gone-too")).toMatchObject({ status: 2, stdout: "" });
    expect(lint(folder, "--baseline", "p/Dockerfile")).toMatchObject({ status: 2, stdout: "" });
    expect(lint(folder, "--config", "p/Dockerfile")).toMatchObject({ status: 2, stdout: "" });
  });

  test("a pipe that a shell hands over is read", () => {
    const folder = createRepository({});
    const [node, main] = argvOf([]);
    const shell = (command: string) =>
      spawnSync("bash", ["-c", command, node, main!], {
        cwd: folder,
        env: environmentOf(),
        encoding: "utf8",
        timeout: 60_000,
      });
    expect(shell(`"$0" "$1" lint <(printf 'FROM a\\nRUM b\\n')`).stdout).toMatch(/\n {2}2:1 {2}error/);
    expect(shell(`"$0" "$1" rewrite <(printf 'FROM a\\n')`)).toMatchObject({ status: 0, stdout: "FROM a\n" });
  });

  test("a file or a folder that may not be read is said, and the others are done", () => {
    const folder = createRepository({ "a/Dockerfile": bad, "b/Dockerfile": bad, "c/Dockerfile": bad });
    chmodSync(join(folder, "a/Dockerfile"), 0);
    chmodSync(join(folder, "b"), 0);
    onTestFinished(() => chmodSync(join(folder, "b"), 0o755));
    const run = runCommand(folder, ["lint", "--format", "json"], { heedsModes: true });
    expect([run.status, placesOf(reportOf(run))]).toEqual([2, ["c/Dockerfile:2 unreadable-dockerfile"]]);
    expect(reportOf(run).skipped).toEqual([
      { what: "b/", why: "it may not be read" },
      { what: "a/Dockerfile", why: "it may not be read" },
    ]);
    const { status, stderr } = runCommand(folder, ["rewrite", ".", "--check"], { heedsModes: true });
    expect(status).toBe(2);
    for (const what of ["a/Dockerfile", "b/"]) expect(stderr).toContain(`${what} cannot be read: it may not be read`);
  });
});

test("a name that is no UTF-8, an empty one, and a folder that is gone are said as what they are", () => {
  const folder = createRepository({ Dockerfile: bad, ".gitignore": "ignored\n", "ignored/x": "" });
  const odd = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, "latin1")]);
  writeFileSync(odd("\xff.Dockerfile"), bad);
  writeFileSync(odd("\xff.txt"), "");
  mkdirSync(odd("\xfe"));
  const run = lint(folder, "--format", "json");
  expect([run.status, ...placesOf(reportOf(run))]).toEqual([2, "Dockerfile:2 unreadable-dockerfile"]);
  expect(
    reportOf(run)
      .skipped.map(({ what, why }) => `${what}: ${why}`)
      .sort(),
  ).toEqual(["\ufffd.Dockerfile: its name is no UTF-8", "\ufffd: its name is no UTF-8"]);
  for (const command of [lint, rewrite]) {
    const { status, stdout, stderr } = command(folder, "");
    expect(status).toBe(2);
    expect(stdout + stderr).toContain("the name is empty");
  }
  const [node, main] = argvOf([]);
  const gone = join(folder, "gone");
  mkdirSync(gone);
  const command = `rmdir "$2"; "$0" "$1" lint`;
  const said = spawnSync("bash", ["-c", command, node, main!, gone], {
    cwd: gone,
    env: environmentOf(),
    encoding: "utf8",
  });
  expect([said.status, said.stderr]).toEqual([
    2,
    "buildseal: The folder that you are in is not there any more. Change to another.\n",
  ]);
});

test("a home that may not be entered, or is none, keeps nothing from being done", () => {
  const folder = createRepository({ Dockerfile: bad, "home/.cache/x": "", file: "" });
  chmodSync(join(folder, "home"), 0);
  onTestFinished(() => chmodSync(join(folder, "home"), 0o755));
  for (const home of [join(folder, "home"), join(folder, "home/of/nobody"), join(folder, "file"), "", "relative"]) {
    const run = runCommand(folder, ["lint", "Dockerfile", "--format", "json"], {
      heedsModes: true,
      variables: { HOME: home },
    });
    expect([home, run.status, run.stderr, ...placesOf(reportOf(run))]).toEqual([
      home,
      1,
      "",
      "Dockerfile:2 unreadable-dockerfile",
    ]);
  }
});

test("files that come and go during a run are looked at or said, and the run ends as it should", async () => {
  const names = Array.from({ length: 400 }, (_, at) => `d${at}/Dockerfile`);
  const folder = createRepository(Object.fromEntries(names.map((name) => [name, bad])));
  const [program, ...words] = argvOf(["lint", "--format", "json"]);
  const child = spawn(program, words, { cwd: folder, env: environmentOf(), stdio: ["ignore", "pipe", "inherit"] });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  const ended = new Promise<number | null>((end) => child.once("close", end));
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (let round = 0; !isOver; round++) {
    const path = join(folder, names[(round * 37) % names.length]!);
    unlinkSync(path);
    await new Promise(setImmediate);
    writeFileSync(path, bad);
  }
  const status = await ended;
  const report = reportOf({ stdout: Buffer.concat(output).toString() });
  const whole = new Set([...report.findings.map(({ where }) => where.file), ...report.skipped.map(({ what }) => what)]);
  expect(status).toBe(report.skipped.length > 0 ? 2 : 1);
  for (const { why } of report.skipped) expect(why).toBe("there is no such file");
  // one that was gone when its folder was listed is in neither
  expect(whole.size).toBeGreaterThan(names.length - 30);
});

describe("size", () => {
  test("a Dockerfile of 10 MB, and one of 100,000 continuation lines, are read to their end", () => {
    const large = `FROM debian:12\n${"RUN make a-target of-the-build\n".repeat(330_000)}`;
    const long = `FROM debian:12\nRUN a \\\n${"  && b \\\n".repeat(100_000)}  && c\n`;
    const folder = createRepository({
      "buildseal.yaml": declared,
      "large.Dockerfile": `${large}RUM x\n`,
      "long.Dockerfile": `${long}RUM y\n`,
    });
    expect(large.length).toBeGreaterThan(10_000_000);
    const run = lint(folder, "--format", "json");
    expect([run.status, ...placesOf(reportOf(run))]).toEqual([
      1,
      "large.Dockerfile:330002 unreadable-dockerfile",
      "long.Dockerfile:100004 unreadable-dockerfile",
    ]);
    writeIn(folder, "long.Dockerfile", long.replace("RUN a", "# buildseal: secret=token\nRUN a"));
    const { status, stdout } = rewrite(folder, "long.Dockerfile");
    const wanted = long.replace("RUN a", `# buildseal: secret=token\nRUN ${mount}a`);
    // not compared by expect, which would show a megabyte
    expect([status, stdout === wanted]).toEqual([0, true]);
  });

  test("a file of more than 16 MiB is said and not read", () => {
    const folder = createRepository({ "huge.Dockerfile": "", Dockerfile: "FROM a\n" });
    truncateSync(join(folder, "huge.Dockerfile"), 17 << 20);
    expect(lint(folder)).toMatchObject({ status: 2 });
    expect(lint(folder).stdout).toContain("huge.Dockerfile: it is larger than 16 MiB");
    expect(rewrite(folder, "huge.Dockerfile")).toMatchObject({ status: 2, stdout: "" });
  });

  test("a folder of 200,000 files, and one 400 folders deep, are gone through", () => {
    const { path: folder, remove } = createMemoryFolder();
    onTestFinished(remove);
    mkdirSync(join(folder, ".git"));
    for (let name = 0; name < 200; name++) {
      mkdirSync(join(folder, "w", `${name}`), { recursive: true });
      for (let file = 0; file < 1000; file++) closeSync(openSync(join(folder, "w", `${name}`, `${file}`), "w"));
    }
    const deep = Array.from({ length: 400 }, () => "deep").join("/");
    writeIn(folder, `${deep}/Dockerfile`, bad);
    writeIn(folder, "w/77/Dockerfile", bad);
    const run = lint(folder, "--format", "json");
    expect([run.status, ...placesOf(reportOf(run))]).toEqual([
      1,
      `${deep}/Dockerfile:2 unreadable-dockerfile`,
      "w/77/Dockerfile:2 unreadable-dockerfile",
    ]);
  });
});

describe("an output that cannot be written", () => {
  const folder = () =>
    createRepository({
      "buildseal.yaml": declared,
      Dockerfile: `${granted}${"RUM make\n".repeat(3000)}`,
      "ok/Dockerfile": granted,
    });
  const commands = [
    ["lint"],
    ["lint", "--format", "json"],
    ["rewrite", "ok/Dockerfile"],
    ["rewrite", "--diff", "ok/Dockerfile"],
    ["explain"],
    ["lint", "--help"],
    ["rewrite", "--help"],
  ];

  test("is an error with status 2 where the disk is full", () => {
    const at = folder();
    for (const words of commands) {
      const { status, stderr } = runCommand(at, words, { stdout: "/dev/full" });
      expect([words, status]).toEqual([words, 2]);
      expect(stderr).toContain("buildseal: stdout could not be written (ENOSPC), so what stands there is not whole.");
    }
    expect(lint(at, "--output", "/dev/full")).toMatchObject({ status: 2, stdout: "" });
    expect(rewrite(at, "ok/Dockerfile", "--output", "/dev/full")).toMatchObject({ status: 2, stdout: "" });
  });

  test("is no error where the reader has had enough: nothing is said, and the status is that of the work", () => {
    const at = folder();
    const [node, main] = argvOf([]);
    for (const [words, status] of [
      ["lint", 1],
      ["lint --format json", 1],
      ["rewrite ok/Dockerfile", 0],
      ["explain", 0],
    ] as const) {
      const command = `"$0" "$1" ${words} | head -n 1 >/dev/null; exit \${PIPESTATUS[0]}`;
      const run = spawnSync("bash", ["-c", command, node, main!], {
        cwd: at,
        env: environmentOf(),
        encoding: "utf8",
        timeout: 60_000,
      });
      const said = run.stderr.split("\n").filter((line) => /error|EPIPE|stdout/i.test(line));
      expect([words, run.status, said]).toEqual([words, status, []]);
    }
  });
});

test("no control character of a file or of its name reaches the terminal", () => {
  const codes = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m";
  const folder = createRepository({
    [`${codes}.Dockerfile`]: `FROM debian:12\nENV API_TOKEN${codes}=x\nRU${codes}M x\n# buildseal: ignore=${codes}\nRUN --mount=type=secret,id=a${codes} make\n`,
    "g/Dockerfile": `FROM debian:12 AS ${codes}\n# buildseal: secret=${codes}\nRUN make # ${codes}\n`,
    "h/Dockerfile": `FROM debian:12\n# buildseal: secret=token\nRUN make # ${codes}\n`,
    "i/Dockerfile": `FROM debian:12\n::error::x\n##[group]x${codes}\n`,
    "buildseal.yaml": declared,
  });
  const control = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/;
  for (const format of ["text", "junit", "github"])
    expect(lint(folder, "--format", format).stdout).not.toMatch(control);
  for (const words of [["."], [codes], ["--config", codes], ["--format", codes], [`--${codes}`]]) {
    const { stdout, stderr } = lint(folder, ...words);
    expect(stdout + stderr).not.toMatch(control);
    expect(stdout + stderr).not.toMatch(/^\s*(?:::|##\[)/m);
  }
  for (const words of [
    [".", "--check"],
    [".", "--diff"],
    ["h/Dockerfile", "--diff"],
    [codes],
    ["--migrate", codes],
    ["--with", codes, "g/Dockerfile"],
  ]) {
    expect(rewrite(folder, ...words).stderr).not.toMatch(control);
  }
  const shown = runCommand(folder, ["rewrite", "h/Dockerfile", "--diff"], { variables: { FORCE_COLOR: "1" } }).stdout;
  expect(shown.replace(/\x1b\[\d*m/g, "")).not.toMatch(control);
});

test("a value in a file that cannot be read is not shown by rewrite either", () => {
  const value = createValue();
  const folder = createRepository({
    "a.Dockerfile": `FROM debian:12\n${value}\nRUN x\n`,
    "b.Dockerfile": `FROM debian:12\n# buildseal: secret=${value},fil=x\nRUN --mount=type=secret,id=a,${value}=1 x\n`,
    "c.Dockerfile": `FROM debian:12\nRUN <<${value.slice(0, 20)}\nPASSWORD=${value}\n`,
  });
  // the runs themselves search what is said
  for (const name of ["a", "b", "c"]) {
    expect([name, rewrite(folder, `${name}.Dockerfile`, "--check", "--with", "sccache").status]).toEqual([name, 2]);
  }
  expect(rewrite(folder, ".", "--check", "--migrate", "arg-secrets").status).toBe(2);
});
