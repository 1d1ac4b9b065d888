import { createPublicKey, randomBytes } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { runBuildseal, startBuildseal } from "./buildseal.ts";
import { addImage, createLayout, type Layout } from "./image-layout.ts";
import { descendantsOf } from "./process-tree.ts";
import { type Found, placesOf, placesOfName, refuseImage, type ScanReport, scanImage } from "./scan-image.ts";
import { createScratch } from "./scratch.ts";
import { type ImageTools, openImageTools } from "./service/image-tool.ts";
import { createValue, valuesIn, watchValue } from "./value.ts";

const nobody = { PATH: process.env["PATH"], HOME: createScratch("home"), DOCKER_CONFIG: createScratch("config") };
let tools: ImageTools;
beforeAll(async () => {
  tools = await openImageTools();
});

/** A value that every way of writing has to escape something of. */
const special = (): string =>
  watchValue(`v'"<${randomBytes(9).toString("base64url")}>& ${randomBytes(9).toString("base64url")}\\$é%w`);

const folderOf = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  const folder = createScratch("files");
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
};

/** An image of one layer with these files. */
async function imageOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  pack?: (tar: Uint8Array) => Promise<Uint8Array>,
): Promise<Layout> {
  const layout = createLayout(join(createScratch("layout"), "image"));
  const tar = await tools.run("tar", ["-c", "-C", folderOf(files), ...Object.keys(files)]);
  layout.writeIndex({ schemaVersion: 2, manifests: [await addImage(layout, [tar], pack && { pack })] });
  return layout;
}

const needlesOf = (values: Readonly<Record<string, string>>): readonly string[] => {
  const path = join(createScratch("needles"), "needles.json");
  writeFileSync(path, JSON.stringify(values), { mode: 0o600 });
  return ["--needles", path];
};

/** What stands in a file, by the tools that write it so in practice. */
interface Writing {
  readonly encoding: string;
  readonly write: (value: string) => Promise<string | Uint8Array>;
  /** Whether a part of it must not be broken by what lies around. */
  readonly alone?: boolean;
}

const shell = (script: string, value: string): Promise<Buffer> =>
  tools.pipe("bash", ["-c", script], Buffer.from(value));
const escaped = (value: string, of: RegExp, how: (character: string) => string): string => value.replaceAll(of, how);
const htmlNames: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const writings: Readonly<Record<string, Writing>> = {
  raw: { encoding: "raw", write: async (value) => value },
  base64: { encoding: "base64", write: (value) => shell("base64 -w 0", value) },
  "base64 after one byte": { encoding: "base64", write: (value) => shell("base64 -w 0", `:${value}`) },
  "base64 after two bytes": { encoding: "base64", write: (value) => shell("base64 -w 0", `u:${value}`) },
  "base64 in lines of 64": {
    encoding: "base64",
    write: (value) => shell("base64 -w 64", `${"x".repeat(41)}${value}${"y".repeat(90)}`),
  },
  "base64 in lines of 76": {
    encoding: "base64",
    write: (value) => shell("base64 -w 76", `${"x".repeat(50)}${value}${"y".repeat(90)}`),
  },
  "base64 in lines of 76 with CRLF": {
    encoding: "base64",
    write: (value) => shell("base64 -w 76 | sed 's/$/\\r/'", `${"x".repeat(49)}${value}${"y".repeat(90)}`),
  },
  base64url: { encoding: "base64", write: async (value) => Buffer.from(`??>${value}`).toString("base64url") },
  hex: { encoding: "hex", write: (value) => shell("od -An -v -tx1 | tr -d ' \\n'", value) },
  "hex in upper case": {
    encoding: "hex",
    write: (value) => shell("od -An -v -tx1 | tr -d ' \\n' | tr a-f A-F", value),
  },
  percent: { encoding: "percent", write: async (value) => `?token=${encodeURIComponent(value)}&x=1` },
  "percent as a form has it": {
    encoding: "percent",
    write: async (value) => new URLSearchParams({ token: value, x: "1" }).toString(),
  },
  JSON: { encoding: "json", write: async (value) => JSON.stringify({ token: value }) },
  "JSON in ASCII": {
    encoding: "json",
    write: async (value) =>
      escaped(JSON.stringify(value), /[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`),
  },
  HTML: { encoding: "html", write: async (value) => escaped(value, /[&<>"']/g, (one) => htmlNames[one]!) },
  "a shell's quotes": { encoding: "shell", write: async (value) => `export T='${value.replaceAll("'", "'\\''")}'` },
  "a shell's backslashes": {
    encoding: "shell",
    write: (value) => shell("IFS= read -r -d '' value; LC_ALL=C.UTF-8 printf 'export T=%q\\n' \"$value\"", value),
  },
  "UTF-16, little-endian": { encoding: "utf-16le", write: (value) => shell("iconv -f UTF-8 -t UTF-16LE", value) },
  "UTF-16, big-endian": { encoding: "utf-16be", write: (value) => shell("iconv -f UTF-8 -t UTF-16BE", value) },
  gzip: {
    encoding: "gzip",
    write: (value) => tools.pipe("gzip", ["-c"], Buffer.from(`token=${value}\n`)),
    alone: true,
  },
  zstd: {
    encoding: "zstd",
    write: (value) => tools.pipe("zstd", ["-q", "-c"], Buffer.from(`token=${value}\n`)),
    alone: true,
  },
};

describe("a value that is written as", () => {
  const values: Record<string, string> = {};
  let report: ScanReport;
  beforeAll(async () => {
    const files: Record<string, Uint8Array> = {};
    for (const [index, [name, { write, alone }]] of Object.entries(writings).entries()) {
      values[name] = special();
      const written = Buffer.from(await write(values[name]));
      files[`file-${index}`] = alone
        ? written
        : Buffer.concat([Buffer.from("before "), written, Buffer.from("\nafter\n")]);
    }
    const layout = await imageOf(files);
    report = (await scanImage(`oci:${layout.folder}`, needlesOf(values), { env: nobody })).json;
  });

  test.each(Object.keys(writings))("%s is found in its file, and called so", (name) => {
    const found = report.findings.filter(({ secret }) => secret?.name === name);
    const said = JSON.stringify(found);
    expect(
      found.map(({ secret }) => secret?.encoding),
      said,
    ).toEqual([writings[name]!.encoding]);
    const path = `file-${Object.keys(writings).indexOf(name)}`;
    expect(
      found.flatMap(placesOf).map((place) => place.path),
      said,
    ).toEqual([path]);
    expect(found[0]!.rule).toBe("known-value");
    expect(found[0]!.severity).toBe("error");
  });
});

const packings: Readonly<Record<string, (tar: Uint8Array) => Promise<Uint8Array>>> = {
  "no packing": async (tar) => tar,
  gzip: async (tar) => gzipSync(tar, { level: 1 }),
  zstd: async (tar) => zstdCompressSync(tar),
};

describe.each(Object.keys(packings))("a value at the border of two pieces, under %s", (packing) => {
  test("is found at each of them, in each way to write it", async () => {
    const piece = 1 << 16;
    const ways = ["raw", "base64", "hex", "UTF-16, little-endian", "base64 in lines of 64"];
    const values = Object.fromEntries(ways.map((way) => [way, special()]));
    // A file for each way: at each multiple of 64 KB something of the value lies on either side.
    const files: Record<string, Uint8Array> = {};
    const expected: Record<string, number[]> = {};
    for (const [index, way] of ways.entries()) {
      const written = Buffer.from(await writings[way]!.write(values[way]!));
      const content = Buffer.from(randomBytes(50 * piece).toString("hex"));
      const borders = Array.from({ length: 99 }, (_, count) => count + 1);
      const offsets = borders.map((border) => border * piece - 1 - ((border * 7) % (written.length - 1)));
      for (const at of offsets) written.copy(content, at);
      files[`way-${index}`] = content;
      expected[way] = offsets;
    }
    const layout = await imageOf(files, packings[packing]);
    const scanned = await scanImage(`oci:${layout.folder}`, needlesOf(values), { env: nobody });
    expect(scanned.json.skipped).toEqual([]);
    for (const [index, way] of ways.entries()) {
      const places = placesOfName(scanned.json, way);
      expect(new Set(places.map(({ path }) => path)), way).toEqual(new Set([`way-${index}`]));
      const found = places.map(({ offset }) => offset!).sort((a, b) => a - b);
      // Of wrapped base64 the beginning and the end are of what stands around.
      if (way.includes("lines")) expect(found, way).toHaveLength(expected[way]!.length);
      else expect(found, way).toEqual(expected[way]);
    }
  });
});

describe("a value of several lines", () => {
  const lines = (count: number): string[] => Array.from({ length: count }, () => createValue());

  test("is found as it is, with other line ends, indented, quoted, and by a line of it", async () => {
    const [whole, crlf, indented, quoted, one] = Array.from({ length: 5 }, () => lines(5)) as [
      string[],
      string[],
      string[],
      string[],
      string[],
    ];
    const files = {
      whole: whole.join("\n"),
      crlf: crlf.join("\r\n"),
      indented: indented.map((line) => `    ${line}`).join("\n"),
      quoted: JSON.stringify(quoted.join("\n")),
      one: `x = ${one[2]}`,
    };
    const values = {
      whole: `${whole.join("\n")}\n`,
      crlf: crlf.join("\n"),
      indented: indented.join("\n"),
      quoted: quoted.join("\n"),
      one: one.join("\n"),
    };
    const layout = await imageOf(files);
    const { json } = await scanImage(`oci:${layout.folder}`, needlesOf(values), { env: nobody });
    for (const name of Object.keys(values)) {
      expect([...new Set(placesOfName(json, name).map(({ path }) => path))], name).toEqual([name]);
    }
  });

  test("like a private key is found by a line of its private half; its borders alone, and its public key, are not it", async () => {
    const [mine, other] = await Promise.all(
      [0, 1].map(async () => (await tools.run("openssl", ["genrsa", "2048"])).toString()),
    );
    const line = mine!.split("\n")[12]!;
    watchValue(line);
    const shown = createPublicKey(mine!).export({ type: "pkcs1", format: "pem" }).toString();
    const files = { "other.pem": other!, "line.txt": line, "public.pem": shown };
    const layout = await imageOf(files);
    const { json } = await scanImage(`oci:${layout.folder}`, needlesOf({ key: mine! }), { env: nobody });
    expect(placesOfName(json, "key").map(({ path }) => path)).toEqual(["line.txt"]);
    expect(
      json.findings
        .filter(({ rule }) => rule === "private-key")
        .flatMap(placesOf)
        .map(({ path }) => path),
    ).toEqual(["other.pem"]);
  });
});

describe("needles", () => {
  const values = { first: createValue(), second: createValue() };
  let layout: Layout;
  beforeAll(async () => {
    layout = await imageOf({ a: values.first, b: `x ${values.second}` });
  });
  const namesIn = ({ findings }: ScanReport): readonly string[] =>
    findings.map(({ secret }: Found) => secret?.name ?? "").sort();
  const scan = (needles: string, input?: string) =>
    scanImage(`oci:${layout.folder}`, ["--needles", needles], {
      env: nobody,
      ...(input === undefined ? {} : { input }),
    });
  const fileWith = (content: string): string => {
    const path = join(createScratch("needles"), "needles");
    writeFileSync(path, content);
    return path;
  };

  test("come from a file: an object of names and values, or a value a line", async () => {
    expect(namesIn((await scan(fileWith(JSON.stringify(values)))).json)).toEqual(["first", "second"]);
    const lines = ["", values.second, "", values.first, ""];
    expect(namesIn((await scan(fileWith(lines.join("\n")))).json)).toEqual(["needle-2", "needle-4"]);
    expect(namesIn((await scan(fileWith(lines.join("\r\n")))).json)).toEqual(["needle-2", "needle-4"]);
  });

  test("come on stdin, and with an image on stdin they cannot", async () => {
    expect(namesIn((await scan("-", JSON.stringify(values))).json)).toEqual(["first", "second"]);
    expect(namesIn((await scan("-", `${values.first}\n`)).json)).toEqual(["needle-1"]);
    expect(await refuseImage("-", ["--needles", "-"], { env: nobody, input: values.first })).toContain("stdin");
  });

  test("that are too short or too ordinary are said, and not searched for", async () => {
    const { stderr, status } = await scanImage(
      `oci:${layout.folder}`,
      needlesOf({ SHORT: "abc", WORD: "localhost", first: values.first }),
      { env: nobody },
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/SHORT is not looked for: .*8 bytes/);
    expect(stderr).toContain("WORD is not looked for");
    expect(stderr).not.toContain("localhost");
  });

  test.each([
    ["no file", "/nowhere/needles"],
    ["nothing in it", ""],
    ["broken JSON", `{"first": "VALUE`],
    ["other things than texts", `{"first": ["VALUE"]}`],
  ])("that cannot be read are an error that does not quote them: %s", async (_, content) => {
    const path = content.startsWith("/") ? content : fileWith(content.replace("VALUE", values.first));
    const said = await refuseImage(`oci:${layout.folder}`, ["--needles", path], { env: nobody });
    expect(said).toContain(path);
    expect(said.trim().split("\n")).toHaveLength(1);
  });

  test("stand in no command line and no environment, ours or of a program that is started", async () => {
    const bin = createScratch("bin");
    const archive = join(bin, "archive.tar");
    await tools.skopeo("copy", `oci:${layout.folder}`, `docker-archive:${archive}:example.com/it:1`);
    const docker = join(bin, "docker");
    writeFileSync(docker, `#!/bin/sh\n[ "$2" = inspect ] && exit 0\ncat ${archive}\ntouch ${bin}/sent\nsleep 1\n`);
    chmodSync(docker, 0o755);
    const env = { ...nobody, PATH: `${bin}${delimiter}${nobody.PATH}` };
    const words = ["scan-image", "docker-daemon:example.com/it:1", "--needles", "-", "--format", "json"];
    const running = startBuildseal(words, { env, input: JSON.stringify(values) });
    await expect.poll(() => existsSync(join(bin, "sent")), { timeout: 20_000, interval: 10 }).toBe(true);
    const all = [running.pid, ...descendantsOf(running.pid)];
    const seen = all
      .flatMap((pid) => ["cmdline", "environ"].map((file) => readIfThere(`/proc/${pid}/${file}`)))
      .join("\0");
    // A core file of it would hold no memory of its own (core(5)).
    expect(Number.parseInt(readIfThere(`/proc/${running.pid}/coredump_filter`), 16)).toBe(0);
    expect(all.length).toBeGreaterThan(1);
    expect(seen).toContain("scan-image");
    expect(valuesIn(seen)).toEqual([]);
    const ended = await running.ended;
    expect(ended.status, ended.output).toBe(1);
  });

  test("stand in no report of any format, nor in what is said beside it", async () => {
    const folder = createScratch("reports");
    const odd = await imageOf({
      [`name-${values.first}`]: values.second,
      "x\u001b[31m\n": values.first,
      "q.b64": Buffer.from(values.first).toString("base64"),
    });
    const formats = ["text", "json", "sarif", "junit", "github", "gitlab", "html"];
    const words = formats.flatMap((format) => ["--format", `${format}=${join(folder, format)}`]);
    const { status, stderr } = await runBuildseal(["scan-image", `oci:${odd.folder}`, ...needlesOf(values), ...words], {
      env: nobody,
    });
    expect(status, stderr).toBe(1);
    expect(readdirSync(folder).sort()).toEqual([...formats].sort());
    for (const format of formats) {
      const text = readFileSync(join(folder, format), "utf8");
      expect(text.length, format).toBeGreaterThan(100);
      expect(valuesIn(text), format).toEqual([]);
      expect(/\u001b\[31m/.test(text), format).toBe(false);
    }
    for (const format of formats) {
      const alone = await runBuildseal(["scan-image", `oci:${odd.folder}`, ...needlesOf(values), "--format", format], {
        env: nobody,
      });
      expect(alone.status, alone.stderr).toBe(1);
      expect(alone.stdout.length, format).toBeGreaterThan(100);
    }
    const shown = await runBuildseal(["scan-image", `oci:${odd.folder}`, ...needlesOf(values)], {
      env: nobody,
      terminal: true,
    });
    expect(shown.status, shown.output).toBe(1);
  });
});

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
