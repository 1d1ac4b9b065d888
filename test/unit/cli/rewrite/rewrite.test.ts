import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it, vi } from "vitest";
import { node, rewrite, scratch } from "./run.ts";

const WITH = ["--with", "sccache"];
const plain = "FROM a\nRUN sccache make\n";
const mounts = /--mount=type=secret,id=aws-identity\S+ /g;
const fixture = readFileSync(
  join(import.meta.dirname, "../../../../fixtures/rewrite/inference.Dockerfile.j2"),
  "latin1",
);

function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = scratch();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe("one file", () => {
  it("goes to stdout, and only mounts differ", () => {
    const text = Buffer.from("FROM a\r\nRUN sccache make\xff\r\nRUN x", "latin1");
    const { status, stdout } = rewrite(folderWith({ Dockerfile: text }), WITH);
    expect(status).toBe(0);
    expect(stdout.match(mounts)).toHaveLength(4);
    expect(stdout.replace(mounts, "")).toBe(text.toString("latin1"));
  });

  it("is the same from stdin, and from a pipe that is named", () => {
    const folder = folderWith({ Dockerfile: plain });
    const { stdout } = rewrite(folder, WITH);
    expect(rewrite(folder, ["-", ...WITH], { input: plain }).stdout).toBe(stdout);
  });

  it("is refused where it is a template of an engine that is not known, with the line", () => {
    const cottle = "{{\n    _ ARGS: x\n}}FROM {{if alpine:a|else:b}}\nRUN sccache make\n";
    const { status, stdout, stderr } = rewrite(folderWith({ "Dockerfile.linux.template": cottle }), [
      "Dockerfile.linux.template",
      ...WITH,
    ]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Dockerfile.linux.template, line 1: no instruction begins here");
  });

  it("is shown as a diff that patch takes, and coloured where that is asked for", () => {
    const folder = folderWith({ Dockerfile: plain });
    const { stdout, stderr } = rewrite(folder, [...WITH, "--diff"]);
    expect(stdout).toMatch(
      /^--- Dockerfile\n\+\+\+ Dockerfile\n@@ -1,2 \+1,2 @@\n FROM a\n-RUN sccache make\n\+RUN --mount/,
    );
    expect(stderr).toContain("recipe sccache (--with): runs sccache");
    expect(rewrite(folder, [...WITH, "--diff"], { env: { FORCE_COLOR: "1" } }).stdout).toContain(
      "\x1b[31m-RUN sccache make\x1b[m\n",
    );
    expect(readFileSync(join(folder, "Dockerfile"), "utf8")).toBe(plain);
  });

  it("goes to stdout where --output says -, or names a link to a pipe", () => {
    const folder = folderWith({ Dockerfile: plain });
    expect(rewrite(folder, [...WITH, "--output", "-"]).stdout.match(mounts)).toHaveLength(4);
    const words = [node, inject("program"), "rewrite", ...WITH, "--output", "/dev/stdout"];
    const piped = spawnSync("sh", ["-c", '"$0" "$@" | cat', ...words], { cwd: folder, encoding: "utf8" });
    expect(piped.stdout.match(mounts)).toHaveLength(4);
    expect(readdirSync(folder)).toEqual(["Dockerfile"]);
  });

  it("that would change is status 1 with --check, and 0 once it is written", () => {
    const folder = folderWith({ Dockerfile: plain });
    expect(rewrite(folder, [...WITH, "--check"])).toMatchObject({
      status: 1,
      stdout: "Dockerfile: would change: 4 mounts on 1 step of 1\n",
    });
    expect(rewrite(folder, [...WITH, "--write"]).status).toBe(0);
    expect(rewrite(folder, [...WITH, "--check"])).toMatchObject({ status: 0, stdout: "" });
    expect(readdirSync(folder)).toEqual(["Dockerfile"]);
  });

  it("keeps its mode, and a link stays a link", () => {
    const folder = folderWith({ "real/Dockerfile": plain });
    chmodSync(join(folder, "real/Dockerfile"), 0o640);
    symlinkSync("real/Dockerfile", join(folder, "Dockerfile"));
    expect(rewrite(folder, [...WITH, "--write"]).status).toBe(0);
    expect(readlinkSync(join(folder, "Dockerfile"))).toBe("real/Dockerfile");
    expect(lstatSync(join(folder, "real/Dockerfile")).isFile()).toBe(true);
    expect(statSync(join(folder, "real/Dockerfile")).mode & 0o7777).toBe(0o640);
    expect(readFileSync(join(folder, "Dockerfile"), "utf8")).toMatch(mounts);
  });

  it("that is read-only stays as it is, though its folder may be written", () => {
    const folder = folderWith({ Dockerfile: plain });
    const path = join(folder, "Dockerfile");
    chmodSync(path, 0o444);
    const { status, stderr } = rewrite(folder, [...WITH, "--write"], { withoutOverride: true });
    expect([status, readFileSync(path, "utf8")]).toEqual([2, plain]);
    expect(stderr).toContain("Dockerfile may not be written: it was left as it is (EACCES)");
  });

  it("goes to the file that --output names, which is new or replaced", () => {
    const folder = folderWith({ Dockerfile: plain });
    expect(rewrite(folder, [...WITH, "--output", "out"])).toMatchObject({ status: 0, stdout: "" });
    expect(readFileSync(join(folder, "out"), "utf8")).toMatch(mounts);
    expect(readFileSync(join(folder, "Dockerfile"), "utf8")).toBe(plain);
  });
});

describe("several files", () => {
  it("of a folder are all done, what git ignores is not, and one that cannot be read keeps none from it", () => {
    const folder = folderWith({
      "a/Dockerfile": plain,
      "b/Dockerfile.dev": "FROM a\nRUN <<EOF\nnever ends\n",
      "c/api.Dockerfile": plain,
      "gone/Dockerfile": plain,
      "c/notes.txt": plain,
      ".gitignore": "gone/\n",
      ".git/HEAD": "",
    });
    const { status, stderr } = rewrite(folder, [".", ...WITH, "--write"]);
    expect(status).toBe(2);
    expect(stderr).toContain('b/Dockerfile.dev, line 2: the heredoc "EOF" is not terminated');
    const isDone = (name: string) => readFileSync(join(folder, name), "utf8").includes("--mount");
    expect(["a/Dockerfile", "c/api.Dockerfile", "gone/Dockerfile", "c/notes.txt"].map(isDone)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("need --diff, --check or --write", () => {
    const { status, stderr } = rewrite(folderWith({ "a.Dockerfile": plain, "b.Dockerfile": plain }), [".", ...WITH]);
    expect(status).toBe(2);
    expect(stderr).toContain("2 files were found, and one result is wanted");
  });

  it("each have the configuration beside them", () => {
    const grant = (secret: string) =>
      `version: 1\nsecrets: { ${secret}: { from: env, name: X } }\ngrants: [{ secret: ${secret}, steps: { run: make } }]\n`;
    const folder = folderWith({
      "a/Dockerfile": plain,
      "a/buildseal.yaml": grant("one"),
      "b/Dockerfile": plain,
      "b/buildseal.yaml": grant("two"),
    });
    expect(rewrite(folder, [".", "--write"]).status).toBe(0);
    expect(readFileSync(join(folder, "a/Dockerfile"), "utf8")).toContain("id=one,");
    expect(readFileSync(join(folder, "b/Dockerfile"), "utf8")).toContain("id=two,");
  });

  it.each([
    "version: 1\ngrants: [{ with: nothing-like-it }]\n",
    "version: 1\ngrants: [{ secret: nowhere, steps: { run: . } }]\n",
  ])("have one configuration, and what is wrong with it is said once: %j", (broken) => {
    const folder = folderWith({ "a.Dockerfile": plain, "b.Dockerfile": plain, "buildseal.yaml": broken });
    const { status, stderr } = rewrite(folder, [".", "--diff"]);
    expect(status).toBe(2);
    expect(stderr.match(/buildseal\.yaml:2:10, grants/g)).toHaveLength(1);
  });

  it("may be hit by a grant in one of them alone; one that hits nowhere is an error", () => {
    const folder = folderWith({ "a.Dockerfile": plain, "b.Dockerfile": "FROM a\nRUN ls\n" });
    expect(rewrite(folder, [".", ...WITH, "--diff"]).status).toBe(0);
    const { status, stderr } = rewrite(folder, [".", "--with", "aws", "--diff"]);
    expect(status).toBe(2);
    expect(stderr).toContain("--with: recipe aws hits no step of any file that was named");
  });
});

describe("a file is refused and left as it is", () => {
  it.each<[string, Record<string, string>, string[], string]>([
    [
      "where a mount of the same id is another",
      { Dockerfile: "FROM a\nRUN --mount=type=secret,id=aws-identity-token,target=/x sccache make\n" },
      WITH,
      "Dockerfile: stage 0 RUN 1: sccache make (line 2) mounts",
    ],
    [
      "where its frontend is too old",
      { Dockerfile: `# syntax=docker/dockerfile:1.4\n${plain}` },
      WITH,
      "takes no variable from a mount",
    ],
    [
      "where its frontend is not Docker's",
      { Dockerfile: `# syntax=example/other:1\n${plain}` },
      WITH,
      "Dockerfile: The Dockerfile asks for the frontend example/other:1: it is not Docker's own",
    ],
    [
      "where a macro holds the step",
      { "Dockerfile.j2": "FROM a\n{% macro m() %}\nRUN sccache make\n{% endmacro %}\n{{ m() }}\nRUN sccache x\n" },
      ["Dockerfile.j2", ...WITH],
      "line 3: recipe sccache is for the RUN here",
    ],
    ["where it is a folder", { "Dockerfile/x": "" }, ["Dockerfile", ...WITH], "has no Dockerfile in it"],
    ["where it is not there", {}, WITH, "there is no such file"],
    [
      "where the policy forbids the grant",
      { Dockerfile: plain, "policy.yaml": "version: 1\ngrants: [{ secret: other }]\n" },
      WITH,
      "may not go to",
    ],
  ])("%s", (_, files, words, reason) => {
    const folder = folderWith(files);
    const env = "policy.yaml" in files ? { BUILDSEAL_POLICY: join(folder, "policy.yaml") } : {};
    const { status, stdout, stderr } = rewrite(folder, words, { env });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(reason);
  });

  it("where the command line is wrong, with what was meant", () => {
    const folder = folderWith({ Dockerfile: plain });
    expect(rewrite(folder, ["--chekc"]).stderr).toContain("Did you mean --check?");
    expect(rewrite(folder, ["--migrate", "static-aws-key"]).stderr).toContain("Did you mean static-aws-keys?");
    expect(rewrite(folder, ["--write", "--check"]).stderr).toContain("do not go together");
    expect(rewrite(folder, ["--also", "x", "--migrate", "hf-token"]).stderr).toContain("remove-config-log");
    expect(rewrite(folder, ["-", "--write"]).stderr).toContain("stdin cannot be written");
  });
});

describe("--render", () => {
  // takes out what stands between {% and %}, line by line, and puts a value in for {{ … }}
  const render = `let t = ""; const { readFileSync } = require("node:fs");
t = readFileSync(process.argv[2] ?? 0, "latin1");
t = t.replace(/\\{% include "x" %\\}/g, "RUN sccache hidden").replace(/\\{[%#][^\\n]*?[%#]\\}\\n?/g, "").replace(/\\{\\{[^\\n]*?\\}\\}/g, "v");
if (process.env.CLOCK) t += "RUN date " + process.hrtime.bigint() + "\\n";
process.stdout.write(Buffer.from(t, "latin1"));`;
  const command = (more = "") => `'${node}' render.cjs${more}`;

  it("proves that only mounts differ, by a file or by stdin", () => {
    const folder = folderWith({ "Dockerfile.j2": fixture, "render.cjs": render });
    for (const more of [" {}", ""]) {
      const { status, stderr } = rewrite(folder, ["Dockerfile.j2", ...WITH, "--check", "--render", command(more)]);
      expect(stderr).not.toContain("cannot");
      expect(status).toBe(1);
    }
    const { stdout } = rewrite(folder, ["Dockerfile.j2", ...WITH, "--check", "--render", command()]);
    expect(stdout).toContain("rendered: 7 of 9 steps have the mounts, and nothing else differs");
  });

  it("finds a granted step that the template hides", () => {
    const folder = folderWith({ "Dockerfile.j2": `${plain}{% include "x" %}\n`, "render.cjs": render });
    const { status, stderr } = rewrite(folder, ["Dockerfile.j2", ...WITH, "--diff", "--render", command()]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/rendered, line 3: .*sccache hidden would be granted, and the template hides it/);
  });

  it("says so where the command fails, is not there, or gives another file each time", () => {
    const folder = folderWith({
      "Dockerfile.j2": plain,
      "render.cjs": render,
      "fail.cjs": "console.error('no such name'); process.exit(3)",
    });
    const stderr = (words: string, env = {}) =>
      rewrite(folder, ["Dockerfile.j2", ...WITH, "--render", words], { env }).stderr;
    expect(stderr(`'${node}' fail.cjs`)).toMatch(/Dockerfile\.j2: the --render .* ended with status 3: no such name/);
    expect(stderr("echo hi")).toContain("Dockerfile.j2, rendered, line 1: no instruction begins with HI");
    expect(stderr("echo FROM a")).toContain("leaves out every step that gets a mount");
    expect(stderr("no-such-program {}")).toContain("could not be started (ENOENT)");
    expect(stderr("cat {} | x")).toContain("which only a shell understands");
    expect(stderr(command(), { CLOCK: "1" })).toContain("gives another Dockerfile each time");
  });

  it("ends the command with us, and leaves no copy of the template behind", async () => {
    const folder = folderWith({
      "Dockerfile.j2": plain,
      "wait.cjs": `require("node:fs").writeFileSync("pid", process.pid + "\\n"); setInterval(() => {}, 1000);`,
      "tmp/x": "",
    });
    const words = [inject("program"), "rewrite", "Dockerfile.j2", ...WITH, "--render", `'${node}' wait.cjs {}`];
    const env = { PATH: process.env["PATH"], HOME: folder, TMPDIR: join(folder, "tmp") };
    const child = spawn(node, words, { cwd: folder, env, stdio: "ignore" });
    const ended = once(child, "close");
    const pid = await vi.waitFor(
      () => Number(/^\d+(?=\n)/.exec(readFileSync(join(folder, "pid"), "utf8"))![0]),
      20_000,
    );
    child.kill("SIGINT");
    expect(await ended).toEqual([null, "SIGINT"]);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(readdirSync(join(folder, "tmp"))).toEqual(["x"]);
  });
});

describe("--migrate", () => {
  it("changes a template in its place, a second time nothing, and leaves status 2 where something is left", () => {
    const keys = "--mount=type=secret,id=k,env=AWS_ACCESS_KEY_ID --mount=type=secret,id=s,env=AWS_SECRET_ACCESS_KEY";
    const folder = folderWith({
      "inference.Dockerfile.j2": fixture,
      "left.Dockerfile": `FROM a\nRUN ${keys} echo $AWS_ACCESS_KEY_ID\n`,
    });
    const migrate = ["--migrate", "static-aws-keys"];
    expect(rewrite(folder, ["inference.Dockerfile.j2", ...migrate, "--write"]).status).toBe(0);
    expect(readFileSync(join(folder, "inference.Dockerfile.j2"), "utf8")).not.toContain("AWS_ACCESS_KEY_ID");
    expect(rewrite(folder, ["inference.Dockerfile.j2", ...migrate, "--check"]).status).toBe(0);
    const { status, stderr } = rewrite(folder, ["left.Dockerfile", ...migrate, "--check"]);
    expect(status).toBe(2);
    expect(stderr).toContain("left.Dockerfile, line 2: left as it is:");
  });

  it("takes CI files along, and lists what is to be done there", () => {
    const script =
      "#!/bin/sh\ndocker buildx build --secret id=k,env=AWS_ACCESS_KEY_ID --secret id=s,env=AWS_SECRET_ACCESS_KEY .\n";
    const folder = folderWith({ "ci.sh": script });
    const { stderr, status } = rewrite(folder, [".", "--migrate", "static-aws-keys", "--diff"]);
    expect(stderr).toContain("ci.sh, line 2:");
    expect([0, 2]).toContain(status);
  });

  it("leaves a build whose Dockerfile is left, or is not there, and lists a Makefile's lines", () => {
    const keys = "--mount=type=secret,id=k,env=AWS_ACCESS_KEY_ID --mount=type=secret,id=s,env=AWS_SECRET_ACCESS_KEY";
    const script =
      "docker buildx build --secret id=k,env=AWS_ACCESS_KEY_ID --secret id=s,env=AWS_SECRET_ACCESS_KEY .\n";
    const migrate = [".", "--migrate", "static-aws-keys", "--diff"];
    const left = folderWith({
      "build.sh": script,
      Makefile: `build:\n\t${script}`,
      Dockerfile: `FROM a\nRUN ${keys} echo $AWS_ACCESS_KEY_ID\n`,
      "other.Dockerfile": `FROM a\nRUN ${keys} sccache make\n`,
    });
    const { stdout, stderr, status } = rewrite(left, migrate);
    expect(stdout).not.toContain("buildseal build");
    expect(stderr).toContain("A step of a Dockerfile still mounts k");
    expect(stderr).toContain("Makefile, line 2: left as it is: a --secret with AWS_ACCESS_KEY_ID");
    expect(status).toBe(2);
    expect(rewrite(folderWith({ "build.sh": script }), migrate)).toMatchObject({
      stdout: "",
      status: 2,
      stderr: expect.stringContaining("No Dockerfile of this run has a web identity"),
    });
  });

  it("gives a build argument's secret the id that the Dockerfile mounts", () => {
    const folder = folderWith({
      "buildseal.yaml": "version: 1\nsecrets:\n  registry: { from: env, name: NPM_TOKEN }\n",
      Dockerfile: "FROM a AS x\nARG NPM_TOKEN\nRUN npm ci $NPM_TOKEN\nFROM b\n",
      "build.sh": "docker build --build-arg NPM_TOKEN --build-arg API_KEY .\n",
    });
    const { stdout } = rewrite(folder, [".", "--migrate", "arg-secrets", "--diff"]);
    expect(stdout).toContain("id=registry,env=NPM_TOKEN,required=true");
    expect(stdout).toContain("+docker build --secret id=registry,env=NPM_TOKEN --build-arg API_KEY .\n");
  });

  it("has CI name the recipe that the Dockerfiles got", () => {
    const keys = "--mount=type=secret,id=k,env=AWS_ACCESS_KEY_ID --mount=type=secret,id=s,env=AWS_SECRET_ACCESS_KEY";
    const script =
      "docker buildx build --secret id=k,env=AWS_ACCESS_KEY_ID --secret id=s,env=AWS_SECRET_ACCESS_KEY .\n";
    const folder = folderWith({ "build.sh": `#!/bin/sh\n${script}`, Dockerfile: `FROM a\nRUN ${keys} aws s3 ls\n` });
    const { stdout } = rewrite(folder, [".", "--migrate", "static-aws-keys", "--diff"]);
    expect(stdout).toContain("+buildseal build --seal-with aws .\n");
  });
});
