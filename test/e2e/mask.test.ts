import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDocker } from "./docker.ts";
import { createGrantedBuild } from "./granted-build.ts";
import { openPlace, type Place } from "./place.ts";
import { type Registry, startRegistry } from "./service/registry.ts";
import { createValue, watchValue } from "./value.ts";

let registry: Registry;
let place: Place;
beforeAll(async () => {
  registry = await startRegistry();
  place = await openPlace("the docker driver", registry);
});
afterAll(async () => {
  await place.stop();
  await registry.stop();
});

/** With characters that each encoding writes differently. */
const difficultValue = (): string => watchValue(`k/${createValue()}+a&b"c\\d<é>%=`);

const urlEncode = `od -An -v -tx1 $token | tr -d '\\n' | sed 's/ /%/g'`;
const printed: readonly { readonly how: string; readonly command: string }[] = [
  { how: "as it is", command: "cat $token" },
  { how: "as it is on stderr", command: "cat $token >&2" },
  { how: "in base64", command: "base64 -w 0 $token" },
  { how: "in base64 of lines", command: "base64 $token" },
  { how: "in short lines of base64", command: "base64 -w 20 $token" },
  { how: "in base64 of more than itself", command: "(printf 'user:'; cat $token) | base64 -w 0" },
  { how: "percent-encoded", command: urlEncode },
  { how: "in hex", command: "xxd -p $token | tr -d '\\n'" },
  { how: "in JSON", command: `sed 's/[\\\\"]/\\\\&/g; s/.*/{"token":"&"}/' $token` },
  { how: "by a shell that traces", command: '(set -x; : "$(cat $token)")' },
  {
    how: "in two writes with a pause",
    command: "head -c 20 $token; sleep 1; tail -c +21 $token",
  },
  { how: "one byte at a time", command: 'fold -b -w 1 $token | while read -r c; do printf %s "$c"; done' },
  { how: "over two lines", command: "head -c 20 $token; echo; tail -c +21 $token" },
  { how: "behind a colour in its midst", command: "head -c 20 $token; printf '\\033[31m'; tail -c +21 $token" },
];

describe.each(["plain", "quiet", "rawjson", "auto"])("with --progress=%s nothing of a value is shown", (progress) => {
  test("however a step prints it", async () => {
    const commands = printed.map(({ command }, number) => `${command}; echo; echo shown-${number}`);
    const { build } = await createGrantedBuild(place, [`RUN granted; ${commands.join("; ")}`]);
    const value = difficultValue();
    // That no output holds the whole value in any form is looked at in every run of buildseal.
    const outcome = await build([`--progress=${progress}`], { variables: { JOB_TOKEN: value } });
    expect(outcome.status, outcome.output).toBe(0);
    if (progress === "quiet") return;
    const logs = progress === "rawjson" ? logsOf(outcome.stderr) : outcome.stderr;
    expect(logs).toContain(`shown-${printed.length - 1}`);
    const inBase64 = Buffer.from(value).toString("base64");
    const pieces = [value.slice(0, 18), value.slice(-16), inBase64.slice(0, 18), inBase64.slice(20, 38)];
    for (const piece of pieces) expect(logs.includes(piece)).toBe(false);
    expect(logs.match(/\[secret token\]/g)?.length ?? 0).toBeGreaterThanOrEqual(printed.length);
  });
});

/** The text of the log records of `--progress=rawjson`. */
function logsOf(stderr: string): string {
  return stderr
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => (JSON.parse(line) as { logs?: { data: string }[] }).logs ?? [])
    .map(({ data }) => Buffer.from(data, "base64").toString())
    .join("");
}

/** Without the lines that show what a step is going to run. */
const printedLines = (stderr: string): string =>
  stderr
    .split("\n")
    .filter((line) => !line.includes("RUN "))
    .join("\n");

describe("what a step prints", () => {
  test("is not masked in rawjson's log records only on the outside: their base64 holds no value either", async () => {
    const { build } = await createGrantedBuild(place, ["RUN granted && cat $token && echo && echo after"]);
    const value = createValue();
    const outcome = await build(["--progress=rawjson"], { variables: { JOB_TOKEN: value } });
    expect(outcome.status, outcome.output).toBe(0);
    const logs = logsOf(outcome.stderr);
    expect(logs).toContain("after");
    expect(logs.includes(value)).toBe(false);
  });

  test("is reported as masked, with its step and the secret's name", async () => {
    const { build } = await createGrantedBuild(place, ["RUN granted && cat $token"]);
    const outcome = await build([], { report: true });
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toMatch(/mask/i);
    expect(JSON.stringify(outcome.report)).toMatch(/mask/i);
  });

  test("cannot reach the terminal: escapes but colours are gone", async () => {
    const attack =
      "printf '\\033]52;c;aGVsbG8=\\007\\033[2J\\033[1;31mred\\033[0m\\033]0;title\\007\\033Pq\\033\\\\done\\n'";
    const { build } = await createGrantedBuild(place, [`RUN granted && ${attack}`]);
    const outcome = await build([]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).not.toMatch(/\u001b(?!\[[\d;]*m)|\u0007|\u009d/);
    const log = printedLines(outcome.stderr);
    expect(log).toContain("red");
    expect(log).toContain("done");
    expect(log).not.toMatch(/aGVsbG8=|title/);
  });

  test("cannot give orders to the CI system that shows it", async () => {
    const orders = [
      "::stop-commands::x",
      "::set-output name=a::b",
      "##[command]rm",
      "##vso[task.setvariable variable=a]b",
      "section_start:1:name",
    ];
    const { build } = await createGrantedBuild(place, [
      `RUN granted && ${orders.map((order) => `echo '${order}'`).join(" && ")}`,
    ]);
    const outcome = await build([]);
    expect(outcome.status, outcome.output).toBe(0);
    const log = printedLines(outcome.stderr);
    for (const order of ["::stop-commands::", "::set-output ", "##[command]", "##vso[", "section_start:1"]) {
      expect(log).not.toContain(order);
    }
    expect(log).toContain("stop-commands");
  });

  test("stays masked in the error of a step that fails", async () => {
    const { build } = await createGrantedBuild(place, ["RUN granted && cat $token && echo && exit 4"]);
    const outcome = await build([]);
    expect(outcome.status, outcome.output).toBe(1);
    expect(outcome.stderr).toContain("[secret token]");
    expect(outcome.stderr).toContain("exit code: 4");
  });

  test("of a value of several lines is masked line by line, and without the line break at its end", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const lines = pem.split("\n").filter((line) => line.length > 40);
    for (const line of lines) watchValue(line);
    const { build, project } = await createGrantedBuild(place, [
      "RUN granted && cat $token && base64 $token && cat $token >&2",
    ]);
    const file = await project.write("../key.pem", pem);
    await project.write(
      "buildseal.yaml",
      `version: 1\nsecrets: { token: { from: file, path: ${file} } }\ngrants: [{ secret: token, steps: { run: granted } }]\n`,
    );
    const outcome = await build([]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toContain("[secret token]");
  });

  test("of a value that is too short is left as it is, and that is said", async () => {
    const { build } = await createGrantedBuild(place, ["RUN granted && cat $token && echo banana"]);
    const outcome = await build([], { variables: { JOB_TOKEN: "a" } });
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toContain("banana");
    expect(outcome.stderr).toMatch(/token is neither masked nor searched for/);
  });
});

describe("on GitHub", () => {
  const github = { GITHUB_ACTIONS: "true", CI: "true" };
  const command = /^::add-mask::.*$/gm;

  test("every value is also given to the runner to mask, and is in no other line", async () => {
    const { build } = await createGrantedBuild(place, ["RUN granted && cat $token && base64 -w 0 $token"]);
    const value = createValue();
    const outcome = await build([], {
      variables: { ...github, JOB_TOKEN: value },
      searched: (text) => text.replaceAll(command, ""),
    });
    expect(outcome.status).toBe(0);
    expect(outcome.output.match(command)).toContain(`::add-mask::${value}`);
  });

  test("nothing is registered elsewhere", async () => {
    const { build } = await createGrantedBuild(place, ["RUN granted && cat $token"]);
    const outcome = await build([]);
    expect(outcome.output).not.toContain("::add-mask::");
  });
});

describe("the builder's own record of a build that printed a value", () => {
  test("is removed, or it is said that it has the log as it was", async () => {
    const { build, project, word } = await createGrantedBuild(place, ["RUN granted && cat $token"]);
    const metadata = project.path("../metadata.json");
    const outcome = await build(["--metadata-file", metadata]);
    expect(outcome.status, outcome.output).toBe(0);
    const reference = JSON.parse(await readFile(metadata, "utf8"))["buildx.build.ref"] as string;
    const record = ["buildx", "history", "logs", "--progress=plain", reference.split("/").at(-1)!];
    const { stdout, stderr } = await runDocker(record, place.engine);
    const isThere = `${stdout}${stderr}`.includes(`granted ${word}`);
    expect(outcome.stderr).toMatch(isThere ? /the builder's record .* has the raw log/ : /record .* was removed/);
  });

  test("stays where nothing was printed: it is the user's", async () => {
    const { build, project, word } = await createGrantedBuild(place, ["RUN granted && echo nothing of it"]);
    const metadata = project.path("../metadata.json");
    const outcome = await build(["--metadata-file", metadata]);
    expect(outcome.status, outcome.output).toBe(0);
    const reference = JSON.parse(await readFile(metadata, "utf8"))["buildx.build.ref"] as string;
    const record = ["buildx", "history", "logs", "--progress=plain", reference.split("/").at(-1)!];
    const { stdout, stderr } = await runDocker(record, place.engine);
    expect(`${stdout}${stderr}`).toContain(`granted ${word}`);
  });
});
