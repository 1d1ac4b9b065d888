import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { scratch } from "../system/scratch.ts";

const root = resolve(import.meta.dirname, "../../..");
const node = join(root, "node_modules/.bin/node");

type Run = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

function buildseal(folder: string, words: readonly string[], input = ""): Run {
  const { PATH, HOME } = process.env;
  return spawnSync(node, [inject("program"), ...words], {
    cwd: folder,
    input,
    encoding: "utf8",
    env: { PATH, HOME },
  });
}

const lint = (folder: string, ...words: string[]) => buildseal(folder, ["lint", ...words]);

function project(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = scratch();
  mkdirSync(join(folder, ".git"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const good = "FROM debian:12\nRUN make\n";
const bad = "FROM debian:12\nRUM make\n";
const unused = "FROM debian:12\n# buildseal: ignore=unreadable-dockerfile reason=x\nRUN make\n";

describe("the exit status of lint", () => {
  test("is 0 for what is clean, 1 for findings and 2 where not all was looked at, whatever the format", () => {
    for (const format of ["text", "json", "sarif", "junit", "github", "gitlab"]) {
      const of = (files: Record<string, string>, ...words: string[]) =>
        lint(project(files), "--format", format, ...words).status;
      expect([format, of({ Dockerfile: good })]).toEqual([format, 0]);
      expect([format, of({ Dockerfile: bad })]).toEqual([format, 1]);
      expect([format, of({ Dockerfile: bad }, "Dockerfile", "gone")]).toEqual([format, 2]);
    }
  });

  test("is by --fail-on, which is error where it is not given", () => {
    const folder = project({ Dockerfile: unused });
    expect(lint(folder).status).toBe(0);
    expect(lint(folder, "--fail-on", "warning").status).toBe(1);
    expect(lint(folder, "--fail-on", "info").status).toBe(1);
    expect(lint(project({ Dockerfile: bad }), "--fail-on", "never").status).toBe(0);
  });

  test("is 2 with one line for a command line that makes no sense", () => {
    const folder = project({ Dockerfile: good });
    for (const words of [
      ["--diff"],
      ["--unsafe-fixes"],
      ["--fix", "--update-baseline"],
      ["--update-baseline"],
      ["--format", "json", "--format", "sarif"],
      ["--format", "json=x.json", "--output", "y"],
      ["--fix", "--diff", "--format", "json"],
      ["-", "-"],
      ["--engine", "jinja2"],
      ["--baseline", "gone.json"],
      ["--config", "gone.yaml"],
    ]) {
      const { status, stdout, stderr } = lint(folder, ...words);
      expect([words, status, stdout, stderr.trimEnd().split("\n").length]).toEqual([words, 2, "", 1]);
    }
  });
});

describe("bad input", () => {
  test("of every kind is a finding or an error with its file and line, and the others are done", () => {
    const folder = project({
      "a.Dockerfile": bad,
      "binary.Dockerfile": Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 10, 3]),
      "nul.Dockerfile": "FROM a\nRUN a\0b\n",
      "utf16.Dockerfile": Buffer.from("\uFEFFFROM a\n", "utf16le"),
      "empty.Dockerfile": "",
      "comments.Dockerfile": "# a\n\n# b\n",
      "long.Dockerfile": `FROM a\nRUN ${"x".repeat(65_536)}\nRUN y\n`,
      "heredoc.Dockerfile": "FROM a\nRUN <<E\nnever\n",
      "escape.Dockerfile": "# escape=`\n# escape=`\nFROM a\n",
      "latin1.Dockerfile": Uint8Array.from([...Buffer.from("FROM a\nRUN echo "), 0xe9, 10]),
      "z.Dockerfile": bad,
      "folder.Dockerfile/x": "",
    });
    symlinkSync("loop.Dockerfile", join(folder, "loop.Dockerfile"));
    const { status, stdout } = lint(folder, "--format", "json");
    const report = JSON.parse(stdout) as {
      readonly complete: boolean;
      readonly findings: { readonly where: { readonly file: string; readonly line: number }; readonly rule: string }[];
      readonly skipped: unknown[];
    };
    expect(report.findings.map(({ where, rule }) => `${where.file}:${where.line} ${rule}`)).toEqual([
      "a.Dockerfile:2 unreadable-dockerfile",
      "binary.Dockerfile:1 unreadable-dockerfile",
      "comments.Dockerfile:3 unreadable-dockerfile",
      "empty.Dockerfile:1 unreadable-dockerfile",
      "escape.Dockerfile:2 unreadable-dockerfile",
      "heredoc.Dockerfile:2 unreadable-dockerfile",
      "long.Dockerfile:2 unreadable-dockerfile",
      "nul.Dockerfile:2 unreadable-dockerfile",
      "utf16.Dockerfile:1 unreadable-dockerfile",
      "z.Dockerfile:2 unreadable-dockerfile",
    ]);
    expect(report.skipped).toEqual([{ what: "loop.Dockerfile", why: "its symbolic links lead in a circle" }]);
    expect([status, report.complete]).toEqual([2, false]);
  });
});

describe("stdin", () => {
  test("is linted as -, and mended on stdout", () => {
    const folder = project({});
    expect(buildseal(folder, ["lint", "-"], bad)).toMatchObject({ status: 1, stderr: "" });
    const fixed = buildseal(folder, ["lint", "-", "--fix"], unused);
    expect([fixed.status, fixed.stdout]).toEqual([0, good]);
    expect(fixed.stderr).toContain("Nothing found");
  });
});

describe("mending", () => {
  test("keeps mode, link and line ends, and says what was done", () => {
    const folder = project({ "docker/api": unused.replaceAll("\n", "\r\n") });
    chmodSync(join(folder, "docker/api"), 0o754);
    symlinkSync("docker/api", join(folder, "Dockerfile"));
    const { status, stderr, stdout } = lint(folder, "--fix", "Dockerfile");
    expect([status, stdout]).toEqual([0, "Nothing found in 1 file.\n"]);
    expect(stderr).toBe("buildseal: Dockerfile: mended unused-suppression.\n");
    expect(readFileSync(join(folder, "docker/api"), "utf8")).toBe(good.replaceAll("\n", "\r\n"));
    expect(statSync(join(folder, "docker/api")).mode & 0o777).toBe(0o754);
    expect(lstatSync(join(folder, "Dockerfile")).isSymbolicLink()).toBe(true);
  });

  test("with --diff shows what would change, writes nothing, and has the status of what is there", () => {
    const folder = project({ Dockerfile: unused });
    const { status, stdout } = lint(folder, "--fix", "--diff", "--fail-on", "warning");
    expect(stdout).toBe(`--- Dockerfile
+++ Dockerfile
@@ -1,3 +1,2 @@
 FROM debian:12
-# buildseal: ignore=unreadable-dockerfile reason=x
 RUN make
`);
    expect([status, readFileSync(join(folder, "Dockerfile"), "utf8")]).toEqual([1, unused]);
  });
});

describe("the configuration", () => {
  test("sets severities and turns rules off for the files below it", () => {
    const folder = project({
      "buildseal.yaml": "version: 1\nlint: { rules: { unreadable-dockerfile: warning } }\n",
      "a/Dockerfile": bad,
      "b/buildseal.yaml": "version: 1\nlint: { rules: { unreadable-dockerfile: off } }\n",
      "b/Dockerfile": bad,
    });
    const { status, stdout } = lint(folder);
    expect(stdout).toMatch(/^a\/Dockerfile\n {2}2:1 {2}warning /);
    expect(stdout).toContain("1 warning in 2 files.");
    expect(status).toBe(0);
  });

  test("leaves files out by glob, unless they are named", () => {
    const folder = project({
      "buildseal.yaml": 'version: 1\nlint: { ignore: ["vendor/**"] }\n',
      "vendor/a/Dockerfile": bad,
      Dockerfile: good,
    });
    expect(lint(folder).stdout).toBe("Nothing found in 1 file.\n");
    expect(lint(folder, "vendor/a/Dockerfile").status).toBe(1);
  });

  test("with a rule that there is not is an error with its place and the nearest rule", () => {
    const folder = project({
      "buildseal.yaml": "version: 1\nlint:\n  rules:\n    unreadable-dockerfil: off\n",
      Dockerfile: good,
    });
    const { status, stderr } = lint(folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /buildseal\.yaml:4:5: unknown key `unreadable-dockerfil` in `lint\.rules`\. Did you mean `unreadable-dockerfile`\?/,
    );
  });
});

describe("a baseline", () => {
  test("holds what is found now, and only what is new is reported then, from wherever lint is started", () => {
    const folder = project({ "a/Dockerfile": bad });
    const update = lint(folder, "--baseline", "known.json", "--update-baseline");
    expect([update.status, update.stdout]).toEqual([0, "Nothing found in 1 file; 1 more in the baseline.\n"]);
    writeFileSync(join(folder, "a/Dockerfile"), `# a line more\n${bad}`);
    expect(lint(folder, "--baseline", "known.json").status).toBe(0);
    expect(lint(join(folder, "a"), "--baseline", "../known.json").status).toBe(0);
    writeFileSync(join(folder, "a/Dockerfile"), `${bad}RUM again\n`);
    const more = lint(folder, "--baseline", "known.json");
    expect([more.status, more.stdout.match(/unreadable-dockerfile/g)?.length]).toEqual([1, 1]);
  });

  test("with an entry for nothing is reported at its line, for files that were looked at or are gone", () => {
    const folder = project({ "a/Dockerfile": bad, "b/Dockerfile": bad });
    lint(folder, "--baseline", "known.json", "--update-baseline");
    writeFileSync(join(folder, "a/Dockerfile"), good);
    expect(lint(folder, "b", "--baseline", "known.json").stdout).toBe(
      "Nothing found in 1 file; 1 more in the baseline.\n",
    );
    const { stdout, status } = lint(folder, "--baseline", "known.json");
    expect(stdout).toMatch(
      /^known\.json\n {2}4:\d+ {2}warning {2}The baseline lists unreadable-dockerfile in a\/Dockerfile/,
    );
    expect(status).toBe(0);
    lint(folder, "--baseline", "known.json", "--update-baseline");
    expect(readFileSync(join(folder, "known.json"), "utf8")).not.toContain("a/Dockerfile");
  });
});

describe("reports", () => {
  test("go where they are asked to go, several at once", () => {
    const folder = project({ "a/Dockerfile": bad });
    const { stdout } = lint(
      join(folder, "a"),
      "--format",
      "text",
      "--format",
      "sarif=out.sarif",
      "--format",
      "gitlab=out.json",
    );
    expect(stdout).toMatch(/^Dockerfile\n/);
    const sarif = readFileSync(join(folder, "a/out.sarif"), "utf8");
    expect(sarif).toContain('"uri": "a/Dockerfile"');
    expect(JSON.parse(readFileSync(join(folder, "a/out.json"), "utf8"))[0].location.path).toBe("a/Dockerfile");
    expect(statSync(join(folder, "a/out.json")).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(lint(folder, "--format", "junit", "--output", "out.xml").stdout).toBe("");
    expect(existsSync(join(folder, "out.xml"))).toBe(true);
  });
});

describe("explain", () => {
  test("shows a rule's page, lists all rules, and names the nearest", () => {
    const folder = scratch();
    const page = buildseal(folder, ["explain", "unused-suppression"]);
    expect(page.stdout).toContain(readFileSync(join(root, "docs/rule/unused-suppression.md"), "utf8"));
    const list = buildseal(folder, ["explain"]).stdout;
    expect(list).toMatch(/^unreadable-dockerfile +error/m);
    expect(list.split("\n").filter((line) => line.length > 100)).toEqual([]);
    expect(buildseal(folder, ["explain", "unused-supression"])).toMatchObject({
      status: 2,
      stderr: "buildseal: There is no rule 'unused-supression'. Did you mean 'buildseal explain unused-suppression'?\n",
    });
  });
});
