import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { type MadeImage, makeArchive } from "../image/made-image.ts";
import { accessKeyId, secretKey } from "../scan/rule/made-secret.ts";
import { scratch } from "../system/scratch.ts";

const root = resolve(import.meta.dirname, "../../..");
const node = join(root, "node_modules/.bin/node");
const formats = ["text", "json", "sarif", "junit", "github", "gitlab", "html"];

type Run = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** A folder with an image in it, and the program that scans it there. */
function place(image: MadeImage, files: Readonly<Record<string, string>> = {}) {
  const folder = scratch();
  mkdirSync(join(folder, ".git"));
  writeFileSync(join(folder, "image.tar"), makeArchive([image]));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const scan = (...words: string[]): Run => {
    const { PATH, HOME } = process.env;
    const all = [inject("program"), "scan-image", ...words, "docker-archive:image.tar"];
    return spawnSync(node, all, { cwd: folder, encoding: "utf8", env: { PATH, HOME } });
  };
  const json = (...words: string[]) => JSON.parse(scan("--format=json", ...words).stdout);
  return { folder, scan, json, read: (name: string) => readFileSync(join(folder, name), "utf8") };
}

const credentials = () => `[default]\naws_access_key_id = ${accessKeyId()}\naws_secret_access_key = ${secretKey()}\n`;
const login = () => `machine host.test login me password ${randomBytes(15).toString("hex")}\n`;
const clean: MadeImage = { layers: [[{ name: "etc/hosts", content: "127.0.0.1 localhost\n" }]] };
const leaky = (): MadeImage => ({
  layers: [
    [
      { name: "root/.aws/credentials", content: credentials() },
      { name: "root/.netrc", content: login() },
    ],
  ],
});

type Told = { readonly rule: string; readonly where: { readonly path?: string; readonly file?: string } };
const rulesOf = ({ findings }: { findings: readonly Told[] }) => findings.map(({ rule }) => rule);

describe("the exit status of scan-image", () => {
  test("is 0 for what is clean, 1 for findings and 2 where not all was read, whatever the format", () => {
    const [good, bad, broken] = [place(clean), place(leaky()), place(leaky())];
    const image = readFileSync(join(broken.folder, "image.tar"));
    writeFileSync(join(broken.folder, "image.tar"), image.subarray(0, image.length - 2000));
    for (const format of formats) {
      const statuses = [good, bad, broken].map(({ scan }) => scan("--format", format).status);
      expect([format, ...statuses]).toEqual([format, 0, 1, 2]);
    }
  });

  test("is by --fail-on, else by the configuration", () => {
    const config = "version: 1\nscan: { failOn: never }\n";
    const { scan } = place(leaky(), { "buildseal.yaml": config });
    expect(scan().status).toBe(0);
    expect(scan("--fail-on=error").status).toBe(1);
    expect(scan("--config=other.yaml")).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("an image that cannot be opened", () => {
  const open = (image: string, variables: Readonly<Record<string, string>> = {}, cwd = scratch()): Run => {
    const { PATH, HOME } = process.env;
    const all = [inject("program"), "scan-image", image];
    return spawnSync(node, all, { cwd, encoding: "utf8", env: { PATH, HOME, ...variables } });
  };

  test("is one sentence with what to do, and no report", () => {
    const folder = open("docker-archive:/");
    expect(folder).toMatchObject({ status: 2, stdout: "" });
    expect(folder.stderr).toBe(
      "buildseal: / is a folder, and docker-archive names a file. " +
        "A file tree is no image; an engine makes one of it: tar -C / -c . | docker import - NAME.\n",
    );
    expect(open("oci-archive:gone.tar")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("gone.tar"),
    });
  });

  test("but lies beside one is pointed to, behind what the registry says", () => {
    const { folder } = place(clean);
    const nowhere = { PATH: folder, HTTPS_PROXY: "http://127.0.0.1:9" };
    const { status, stdout, stderr } = open("image.tar", nowhere, folder);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^buildseal: image\.tar cannot be had: .+\. See that the name is right, and that you may read it\. If the file image\.tar is meant, write docker-archive:image\.tar or oci-archive:image\.tar\.\n$/,
    );
  });

  test("is not waited for as long as a variable says that makes no sense", () => {
    const { status, stderr } = open("docker://127.0.0.1:9/x", { BUILDSEAL_REGISTRY_IDLE_SECONDS: "soon" });
    expect([status, stderr]).toEqual([2, expect.stringContaining("BUILDSEAL_REGISTRY_IDLE_SECONDS is no number")]);
  });
});

describe("reports", () => {
  test("go where they are named, several at once, and hold no value", () => {
    const value = randomBytes(24).toString("base64url");
    const image = leaky();
    const { scan, folder, read } = place(
      { ...image, env: [`TOKEN=${value}`] },
      { "needles.json": JSON.stringify({ "the-token": value }) },
    );
    const words = formats.slice(1).map((format) => `--format=${format}=report.${format}`);
    const { status, stdout, stderr } = scan("--needles=needles.json", "--format=text", ...words);
    expect([status, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("the-token");
    for (const format of formats.slice(1)) {
      const text = read(`report.${format}`);
      expect(text.length, format).toBeGreaterThan(100);
      expect(text, format).not.toContain(value);
    }
    expect(scan("--output=o.json", "--format=json").stdout).toBe("");
    expect(existsSync(join(folder, "o.json"))).toBe(true);
  });
});

describe("a file that cannot be written", () => {
  const gone = "gone/report cannot be written (ENOENT). See that its folder is there.";
  test.each([
    [gone, ["--output=gone/report"]],
    [gone, ["--format=text", "--format=json=gone/report"]],
    [gone, ["--baseline=gone/report", "--update-baseline"]],
    [".git cannot be written (EISDIR). Name a file.", ["--output=.git"]],
  ])("is told before anything is searched: %s %j", (sentence, words) => {
    const { folder, scan } = place(leaky());
    // it would be told of if it was opened
    rmSync(join(folder, "image.tar"));
    expect(scan(...words)).toMatchObject({ status: 2, stdout: "", stderr: `buildseal: ${sentence}\n` });
  });

  test.each([
    ["b.json is read by this scan, and a report would go over it", ["--baseline=b.json", "--output=./b.json"]],
    ["n.txt is read by this scan, and a report would go over it", ["--needles=n.txt", "--format=json=n.txt"]],
    ["./x takes another report, and a report would go over it", ["--format=json=./x", "--format=text=x"]],
  ])("without loss is told before anything is searched: %s", (sentence, words) => {
    const files = { "b.json": '{ "version": 1, "findings": [] }', "n.txt": `${randomBytes(9).toString("hex")}\n` };
    const { scan, read } = place(leaky(), files);
    expect(scan(...words)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: `buildseal: ${sentence}. Name another file.\n`,
    });
    for (const [name, text] of Object.entries(files)) expect(read(name)).toBe(text);
    expect(scan("--format=json=/dev/null", "--format=html=/dev/./null").status).toBe(1);
  });

  test("any more, a baseline, keeps no report back", async () => {
    const { folder } = place(leaky(), { "n.txt": "short\n" });
    mkdirSync(join(folder, "lists"));
    const words = ["--needles=n.txt", "--baseline=lists/b.json", "--update-baseline", "-"];
    const { PATH, HOME } = process.env;
    const child = spawn(node, [inject("program"), "scan-image", ...words], { cwd: folder, env: { PATH, HOME } });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (text) => (said.stdout += text));
    child.stderr.on("data", (text) => (said.stderr += text));
    // places were looked at before the values are read
    await expect.poll(() => said.stderr, { timeout: 20_000 }).toContain("needle-1 is not looked for");
    rmSync(join(folder, "lists"), { recursive: true });
    child.stdin.end(readFileSync(join(folder, "image.tar")));
    const status = await new Promise((done) => child.on("close", done));
    expect([status, said.stdout, said.stderr]).toEqual([
      2,
      expect.stringContaining("aws-credentials"),
      expect.stringContaining("lists/b.json could not be written (ENOENT)"),
    ]);
  });

  test("keeps no other report from being written, and is never taken for a clean image", () => {
    for (const image of [clean, leaky()]) {
      const { scan, read } = place(image);
      const words = ["--format=sarif=/dev/full", "--format=json=report.json", "--format=text"];
      const { status, stdout, stderr } = scan(...words);
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/^buildseal: \/dev\/full could not be written \(ENOSPC\)/),
      ]);
      expect(stdout).not.toBe("");
      expect(JSON.parse(read("report.json"))).toMatchObject({ complete: true });
    }
  });
});

describe("values of which none can be looked for", () => {
  test("are an error where there is nothing else, and said beside rules", () => {
    const { scan } = place(clean, { "n.txt": "short\n" });
    const said = "buildseal: needle-1 is not looked for: it is shorter than 8 bytes.\n";
    expect(scan("--needles=n.txt")).toMatchObject({ status: 0, stderr: said });
    expect(scan("--needles=n.txt", "--only=known-value")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: `${said}buildseal: There is nothing to look for: no value of n.txt can be. Name others, or let rules run.\n`,
    });
  });
});

describe("rules", () => {
  test("are only those that are named; what was left out is told", () => {
    const { json, scan } = place(leaky());
    expect(rulesOf(json()).sort()).toEqual(["aws-credentials", "netrc"]);
    const only = json("--only=netrc");
    expect(rulesOf(only)).toEqual(["netrc"]);
    expect(only.complete).toBe(true);
    expect(only.leftOut[0]).toMatchObject({ why: "--only leaves them out" });
    expect(scan("--only=netrcs")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Did you mean 'netrc'?"),
    });
    expect(scan("--only=known-value").stderr).toContain("nothing to look for");
  });

  test("do not report where they are told not to, and a scan stays complete", () => {
    const { json } = place(leaky(), { "buildseal.yaml": "version: 1\nscan: { skipPaths: [root/.netrc] }\n" });
    const report = json("--skip-path=root/.aws");
    expect([report.complete, rulesOf(report)]).toEqual([true, []]);
    expect(report.leftOut).toMatchObject([
      { what: "root/.aws", count: 1 },
      { what: "root/.netrc", count: 1 },
    ]);
  });

  test("of one's own run beside the others, with their help, and can be chosen and ignored", () => {
    const word = `acme_${randomBytes(16).toString("hex")}`;
    const rules = `version: 1
rules:
  - id: acme-token
    title: A token of ACME's
    severity: error
    regex: 'acme_[0-9a-f]{32}'
`;
    const image = { layers: [[{ name: "etc/acme", content: `token ${word}\n` }]] };
    const { json, scan } = place(image, { "mine.yaml": rules });
    expect(rulesOf(json())).toEqual([]);
    expect(rulesOf(json("--rule=mine.yaml", "--only=acme-token"))).toEqual(["acme-token"]);
    const twice = scan("--rule=mine.yaml", "--rule=mine.yaml");
    expect([twice.status, twice.stderr]).toEqual([2, expect.stringContaining("there is a rule acme-token already")]);
    expect(scan("--rule=gone.yaml").stderr).toContain("gone.yaml: no such file");
  });
});

describe("a baseline", () => {
  test("is written, hides what it lists, and tells what is there no more", () => {
    const image = leaky();
    const { scan, json, read, folder } = place(image);
    expect(scan("--baseline=b.json")).toMatchObject({ status: 2, stderr: expect.stringContaining("no such file") });
    const written = scan("--baseline=b.json", "--update-baseline");
    expect([written.status, written.stderr]).toEqual([
      0,
      "buildseal: b.json: 2 findings, 2 of them new; none was taken out.\n",
    ]);
    const before = read("b.json");
    expect(before).toContain("root/.netrc");
    expect(scan("--baseline=b.json").status).toBe(0);
    scan("--baseline=b.json", "--update-baseline");
    expect(read("b.json")).toBe(before);

    const mended = {
      layers: [
        [
          { name: "root/.netrc", content: login() },
          { name: "srv/.netrc", content: login() },
        ],
      ],
    };
    writeFileSync(join(folder, "image.tar"), makeArchive([mended]));
    const report = json("--baseline=b.json");
    expect(report.findings.map(({ rule, where }: Told) => [rule, where.path ?? where.file])).toEqual([
      ["netrc", "srv/.netrc"],
      ["unused-baseline-entry", "b.json"],
    ]);
    expect(report.leftOut).toMatchObject([{ count: 1 }]);
    expect(scan("--baseline=b.json", "--update-baseline").stderr).toContain(
      "2 findings, 1 of them new; 1 taken out (aws-credentials in root/.aws/credentials)",
    );
  });

  test("that is broken is not written over, and how to begin anew is said", () => {
    const { scan, read } = place(leaky(), { "b.json": "{" });
    for (const words of [["--baseline=b.json"], ["--baseline=b.json", "--update-baseline"]]) {
      expect(scan(...words)).toMatchObject({
        status: 2,
        stderr: "buildseal: b.json: it is no JSON. Mend it, or remove it and write it anew with --update-baseline.\n",
      });
    }
    expect(read("b.json")).toBe("{");
  });

  test("is never told of a known value, which is reported all the same", () => {
    const value = randomBytes(24).toString("base64url");
    const image = { layers: [[{ name: "a", content: value }]] };
    const { scan, read } = place(image, { "needles.txt": `${value}\n` });
    const { status, stdout } = scan("--needles=needles.txt", "--baseline=b.json", "--update-baseline");
    expect([status, stdout]).toEqual([1, expect.stringContaining("needle-1")]);
    expect(read("b.json")).toContain('"findings": []');
  });

  test("is not told to be of no use where this scan did not look, or where it tells a known value instead", () => {
    const value = randomBytes(24).toString("base64url");
    const image: MadeImage = {
      layers: [
        [
          { name: "usr/share/doc/x/.netrc", content: login() },
          { name: "root/.netrc", content: `machine host.test login me password ${value}\n` },
        ],
      ],
    };
    const { scan, json, read } = place(image, { "needles.txt": `${value}\n` });
    scan("--baseline=b.json", "--update-baseline");
    const before = read("b.json");
    const words = ["--baseline=b.json", "--skip-path=/usr/share", "--needles=needles.txt"];
    expect(rulesOf(json(...words))).toEqual(["known-value"]);
    const written = scan(...words, "--update-baseline");
    expect([written.status, written.stderr]).toEqual([
      1,
      "buildseal: b.json: 2 findings, 0 of them new; none was taken out.\n",
    ]);
    expect(read("b.json")).toBe(before);
  });

  test("keeps lint's entries, and those that this scan cannot judge", () => {
    const entries = [
      { where: "Dockerfile", rule: "require-secret-required", fingerprint: "a" },
      { where: "gone", rule: "aws-credentials", fingerprint: "b" },
    ];
    const baseline = JSON.stringify({ version: 1, findings: entries });
    const { scan, read } = place(leaky(), { "b.json": baseline });
    scan("--baseline=b.json", "--update-baseline", "--only=netrc");
    for (const text of ["Dockerfile", '"gone"', "root/.netrc"]) expect(read("b.json")).toContain(text);
    scan("--baseline=b.json", "--update-baseline");
    expect(read("b.json")).not.toContain('"gone"');
    expect(read("b.json")).toContain("Dockerfile");
  });
});

describe("an ignore list", () => {
  test("hides what it allows, by file or configuration, and tells its reasons", () => {
    const list = "- { rule: netrc, path: root, reason: it is a mirror, expires: 2999-12-31 }\n";
    const { json } = place(leaky(), { "i.yaml": list });
    const report = json("--ignore=i.yaml");
    expect(rulesOf(report)).toEqual(["aws-credentials"]);
    expect(report.leftOut).toMatchObject([
      { what: "netrc at root", why: "i.yaml:1 ignores it: it is a mirror", count: 1 },
    ]);
    const config = `version: 1\nscan:\n  ignore:\n    ${list}`;
    expect(rulesOf(place(leaky(), { "buildseal.yaml": config }).json())).toEqual(["aws-credentials"]);
  });

  test("hides nothing that lies outside of what it names, however many places there are inside", () => {
    const key = login();
    const copies = Array.from({ length: 250 }, (_, at) => ({ name: `test/${at}/.netrc`, content: key }));
    const image: MadeImage = { layers: [[...copies, { name: "root/.netrc", content: key }]] };
    const { scan, json } = place(image, { "i.yaml": "- { rule: netrc, path: test, reason: made up }\n" });
    expect(scan("--ignore=i.yaml").status).toBe(1);
    const { findings } = json("--ignore=i.yaml");
    expect(rulesOf({ findings })).toEqual(["netrc", "unused-ignore-entry"]);
    expect(findings[0].unlisted).toBe(51);
  });

  test("that has expired or is of no use is told, with its place", () => {
    const list = `- { rule: netrc, path: root, reason: x, expires: 2001-12-31 }
- { rule: private-key, path: srv, reason: x }
`;
    const { json, scan } = place(leaky(), { "i.yaml": list });
    const report = json("--ignore=i.yaml");
    expect(
      report.findings.map(({ rule, where }: { rule: string; where: { line?: number } }) => [rule, where.line]),
    ).toEqual([
      ["aws-credentials", 3],
      ["netrc", 1],
      ["expired-ignore-entry", 1],
      ["unused-ignore-entry", 2],
    ]);
    expect(rulesOf(json("--ignore=i.yaml", "--platform=linux/amd64"))).not.toContain("unused-ignore-entry");
    expect(scan("--ignore=i.yaml").stdout).toContain("i.yaml:1:3");
  });
});

describe("--verify aws", () => {
  /** Scans while something that answers as STS does listens here. */
  async function verified(answer: { status: number; body: string }, ...words: string[]) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization ?? "");
      request.resume().on("end", () => response.writeHead(answer.status).end(answer.body));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      const { folder } = place(leaky());
      const { PATH, HOME } = process.env;
      const sts = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const all = [inject("program"), "scan-image", "--format=json", ...words, "docker-archive:image.tar"];
      const child = spawn(node, all, { cwd: folder, env: { PATH, HOME, AWS_ENDPOINT_URL_STS: sts } });
      let stdout = "";
      child.stdout.on("data", (text) => {
        stdout += text;
      });
      const status = await new Promise((done) => child.once("close", done));
      return {
        asked,
        status,
        stdout,
        findings: JSON.parse(stdout).findings as (Told & { severity: string; message: string })[],
      };
    } finally {
      server.close();
    }
  }

  const identity = "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/x</Arn>";

  test("says whether a key is valid, in which account, and how bad that is", async () => {
    const valid = await verified({ status: 200, body: identity }, "--verify=aws");
    expect(valid.findings[0]).toMatchObject({ rule: "aws-credentials", severity: "error" });
    expect(valid.findings[0]!.message).toContain("AWS says it is valid, in the account …9012");
    expect([valid.asked.length, valid.stdout.includes("123456789012")]).toEqual([1, false]);
    const gone = await verified(
      { status: 403, body: "<Code>InvalidClientTokenId</Code>" },
      "--verify=aws",
      "--only=aws-credentials",
    );
    expect([gone.status, gone.findings[0]!.severity]).toEqual([0, "info"]);
  });

  test("is asked for by nobody else", async () => {
    expect((await verified({ status: 200, body: identity })).asked).toEqual([]);
  });
});
