import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { crc32 } from "node:zlib";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { runBuildseal, startBuildseal } from "./buildseal.ts";
import { argvOf, environmentOf } from "./command-line.ts";
import { addImage, createLayout, type Descriptor, type Layout, openLayout, sha256, type } from "./image-layout.ts";
import { createPlants } from "./plant.ts";
import { descendantsOf, holdsWithin, stillRunning } from "./process-tree.ts";
import { placesOfName, refuseImage, type Scanned, type ScanReport, scanImage } from "./scan-image.ts";
import { createScratch } from "./scratch.ts";
import { type ImageTools, openImageTools } from "./service/image-tool.ts";
import { valuesIn } from "./value.ts";

const plants = createPlants();
const nobody = { PATH: process.env["PATH"], HOME: createScratch("home"), DOCKER_CONFIG: createScratch("config") };

let tools: ImageTools;
let layout: Layout;
let needles: readonly string[];
/** The image as a file in each form. */
let archives: Readonly<Record<"docker-archive" | "oci-archive" | "oci-archive, gzip", string>>;
let firstTar: Buffer;
beforeAll(async () => {
  tools = await openImageTools();
  layout = createLayout(join(createScratch("layout"), "image"));
  firstTar = await layer("first", 1000);
  const image = await addImage(layout, [firstTar, await layer("second", 300_000)], {
    pack: (tar) => tools.pipe("gzip", ["-c"], Buffer.from(tar)),
    mediaType: `${type.layer}+gzip`,
  });
  layout.writeIndex({
    schemaVersion: 2,
    manifests: [{ ...image, annotations: { "org.opencontainers.image.ref.name": "it" } }],
  });
  const folder = createScratch("archives");
  const place = (name: string): string => join(folder, name);
  await tools.skopeo("copy", `oci:${layout.folder}:it`, `docker-archive:${place("docker.tar")}:example.com/it:1`);
  await tools.skopeo("copy", `oci:${layout.folder}:it`, `oci-archive:${place("oci.tar")}:it`);
  writeFileSync(place("oci.tar.gz"), await tools.pipe("gzip", ["-c"], readFileSync(place("oci.tar"))));
  archives = {
    "docker-archive": place("docker.tar"),
    "oci-archive": place("oci.tar"),
    "oci-archive, gzip": place("oci.tar.gz"),
  };
  needles = ["--needles", plants.file()];
});

async function layer(name: string, bytes: number): Promise<Buffer> {
  const folder = createScratch("layer");
  writeFileSync(join(folder, name), Buffer.concat([randomBytes(bytes), Buffer.from(plants.value(name))]));
  return tools.run("tar", ["-c", "-C", folder, name]);
}

/** A copy of the layout, to be spoiled. */
function copied(): Layout {
  const folder = join(createScratch("copied"), "image");
  cpSync(layout.folder, folder, { recursive: true });
  return openLayout(folder);
}

const blobPath = (of: Layout, digest: string): string => join(of.folder, "blobs", ...digest.split(":"));
const manifestOf = (of: Layout) => of.json(of.index().manifests[0].digest);
const hexOf = (digest: string): string => digest.slice("sha256:".length);

const scan = (image: string): Promise<Scanned> => scanImage(image, needles, { env: nobody });

/** It ended with a report, which says that something was not read. */
function expectIncomplete({ status, json, output }: Scanned, why?: RegExp): void {
  expect(status, output).toBe(2);
  expect(json.complete).toBe(false);
  const said = json.skipped.map((each) => `${each.what}: ${each.why}`).join("\n");
  expect(said).not.toBe("");
  if (why !== undefined) expect(said).toMatch(why);
}

const foundIn = ({ findings }: ScanReport): readonly string[] =>
  ["first", "second"].filter((name) => findings.some(({ secret }) => secret?.name === name));

describe("an archive that breaks off", () => {
  const cuts = [0, 1, 100, 511, 512, 1024, 5000, 20_000, 150_000];
  test.each(["docker-archive", "oci-archive", "oci-archive, gzip"] as const)(
    "is incomplete wherever it does: %s",
    async (kind) => {
      const whole = readFileSync(archives[kind]);
      const ends = [...cuts, whole.length - 20_000, Math.floor(whole.length / 2)];
      for (const end of ends) {
        const file = join(createScratch("cut"), "cut.tar");
        writeFileSync(file, whole.subarray(0, end));
        expectIncomplete(await scan(`${kind.split(",")[0]}:${file}`));
      }
      const cut = await scanImage("-", needles, { env: nobody, input: whole.subarray(0, whole.length - 20_000) });
      expectIncomplete(cut);
    },
  );
});

describe("a layout", () => {
  test("with a layer that is another one names it, and finds what is in the others", async () => {
    const spoiled = copied();
    const [, second] = manifestOf(spoiled).layers as Descriptor[];
    const bytes = spoiled.blob(second!.digest);
    bytes[bytes.length >> 1]! ^= 0x10;
    writeFileSync(blobPath(spoiled, second!.digest), bytes);
    const scanned = await scan(`oci:${spoiled.folder}`);
    expectIncomplete(scanned, new RegExp(hexOf(second!.digest)));
    expect(foundIn(scanned.json)).toContain("first");
  });

  test("whose config says another diff ID names the layer", async () => {
    const spoiled = withLayer(firstTar, type.layer, sha256(randomBytes(8)));
    const scanned = await scan(`oci:${spoiled.folder}`);
    expectIncomplete(scanned, /layer 2 of linux\/amd64: its content is sha256:/);
    expect(foundIn(scanned.json)).toEqual(["first", "second"]);
  });

  test.each(["first layer", "config", "manifest"])("without its %s says that it is missing", async (what) => {
    const spoiled = copied();
    const manifest = manifestOf(spoiled);
    const digest = {
      "first layer": manifest.layers[0].digest,
      config: manifest.config.digest,
      manifest: spoiled.index().manifests[0].digest,
    }[what];
    rmSync(blobPath(spoiled, digest));
    const scanned = await scan(`oci:${spoiled.folder}`);
    expectIncomplete(
      scanned,
      new RegExp(`${what === "first layer" ? "layer 0 of linux/amd64" : hexOf(digest)}.*not there`),
    );
    if (what !== "manifest") expect(foundIn(scanned.json)).toContain("second");
  });

  test("with a foreign layer says that it lies elsewhere, and asks nobody for it", async () => {
    const spoiled = copied();
    const manifest = manifestOf(spoiled);
    const foreign = {
      mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
      digest: sha256(randomBytes(8)),
      size: 1000,
      urls: ["http://127.0.0.1:9/never"],
    };
    const image = spoiled.add({ ...manifest, layers: [foreign, manifest.layers[1]] }, type.manifest);
    spoiled.writeIndex({ schemaVersion: 2, manifests: [image] });
    const scanned = await scan(`oci:${spoiled.folder}`);
    expectIncomplete(scanned, /foreign/);
    expect(foundIn(scanned.json)).toEqual(["second"]);
  });

  test("with media types that nobody knows is read by what its blobs are", async () => {
    const spoiled = copied();
    const manifest = manifestOf(spoiled);
    const layers = manifest.layers.map((each: Descriptor) => ({ ...each, mediaType: "application/x-unheard-of" }));
    spoiled.writeIndex({ schemaVersion: 2, manifests: [spoiled.add({ ...manifest, layers }, type.manifest)] });
    const scanned = await scan(`oci:${spoiled.folder}`);
    expect(scanned.json.skipped).toEqual([]);
    expect(foundIn(scanned.json)).toEqual(["first", "second"]);
  });

  test("with a layer that is no tar says so, and its bytes are searched all the same", async () => {
    const spoiled = copied();
    const manifest = manifestOf(spoiled);
    const odd = spoiled.add(
      Buffer.concat([randomBytes(5000), Buffer.from(plants.value("first"))]),
      "application/x-unheard-of",
    );
    const image = spoiled.add({ ...manifest, layers: [odd, manifest.layers[1]] }, type.manifest);
    spoiled.writeIndex({ schemaVersion: 2, manifests: [image] });
    const scanned = await scan(`oci:${spoiled.folder}`);
    expectIncomplete(scanned, /layer 0 of linux\/amd64: it is not a tar/);
    expect(placesOfName(scanned.json, "first")).toMatchObject([{ surface: "layer", layer: { index: 0 } }]);
  });

  test("whose index leads in a circle, or is no index, ends", async () => {
    const spoiled = copied();
    writeFileSync(join(spoiled.folder, "index.json"), '{"manifests": 7}');
    expect((await scan(`oci:${spoiled.folder}`)).status).toBe(2);
    writeFileSync(join(spoiled.folder, "index.json"), "{");
    expect((await runBuildseal(["scan-image", `oci:${spoiled.folder}`], { env: nobody })).status).toBe(2);
    const deep = copied();
    let inner = deep.index().manifests[0] as Descriptor;
    for (let level = 0; level < 20; level++) inner = deep.add({ schemaVersion: 2, manifests: [inner] }, type.index);
    deep.writeIndex({ schemaVersion: 2, manifests: [inner] });
    expectIncomplete(await scan(`oci:${deep.folder}`));
  });
});

describe("what is not an image", () => {
  test.each([
    ["no file", "docker-archive:/nowhere/at/all.tar"],
    ["a folder", "docker-archive:/etc"],
    ["a folder that is no layout", "oci:/etc"],
    ["a name with blanks", "not a name"],
    ["an unknown transport", "ftp://example.com/x"],
  ])("is refused in a sentence: %s", async (_, image) => {
    const said = await refuseImage(image, needles, { env: nobody });
    expect(said.trim().split("\n")).toHaveLength(1);
  });

  test("is said to be none: an empty file, a text, an empty device", async () => {
    const folder = createScratch("odd");
    writeFileSync(join(folder, "empty"), "");
    writeFileSync(join(folder, "text"), `some text with ${plants.value("first")}\n`);
    for (const path of [join(folder, "empty"), join(folder, "text"), "/dev/null"]) {
      expectIncomplete(await scan(`docker-archive:${path}`), /neither|no image/);
    }
    // What stands in it is found all the same.
    expect(foundIn((await scan(`docker-archive:${join(folder, "text")}`)).json)).toEqual(["first"]);
  });
});

/** The layout with one more layer on top. */
function withLayer(tar: Uint8Array, mediaType: string = type.layer, diffId = sha256(tar)): Layout {
  const spoiled = copied();
  const manifest = manifestOf(spoiled);
  const config = spoiled.json(manifest.config.digest);
  config.rootfs.diff_ids.push(diffId);
  config.history.push({ created_by: "RUN bad" });
  const layers = [...manifest.layers, spoiled.add(tar, mediaType)];
  const image = spoiled.add({ ...manifest, config: spoiled.add(config, type.config), layers }, type.manifest);
  spoiled.writeIndex({ schemaVersion: 2, manifests: [image] });
  return spoiled;
}

describe("a layer's tar", () => {
  test("with paths that lead out, devices, pipes and odd names is read, and nothing is written anywhere", async () => {
    const folder = createScratch("odd");
    const canary = `canary-${randomBytes(6).toString("hex")}`;
    writeFileSync(join(folder, "content"), plants.value("leading out"));
    for (const [name, ...words] of [
      ["pipe", "p"],
      ["null", "c", "1", "3"],
      ["disk", "b", "8", "0"],
    ] as const) {
      await tools.run("mknod", [join(folder, name), ...words]);
    }
    writeFileSync(join(folder, "new\nline\u001b[31m"), "x");
    const tar = await tools.run("tar", [
      ...["-c", "-P", "-C", folder, `--transform=s|^\\./content|../../../../../../tmp/${canary}|`, "."],
    ]);
    const cwd = createScratch("cwd");
    const scanned = await scanImage(`oci:${withLayer(tar).folder}`, ["--needles", plants.file()], { env: nobody, cwd });
    expect(scanned.json.skipped).toEqual([]);
    expect(placesOfName(scanned.json, "leading out")).toHaveLength(1);
    expect(existsSync(`/tmp/${canary}`)).toBe(false);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each([
    ["a size below zero", (header: Buffer) => header.fill(0xff, 124, 136)],
    ["a size beyond all", (header: Buffer) => header.fill(0x7f, 125, 136).writeUInt8(0x80, 124)],
    ["a wrong checksum", (header: Buffer) => header.fill("0", 148, 155)],
    ["no header at all", (header: Buffer) => header.fill(0x41)],
  ])("with %s is incomplete, and what comes before is read", async (what, spoil) => {
    const spoiledTar = Buffer.from(firstTar);
    const last = Buffer.from(firstTar.subarray(0, 512));
    spoil(last);
    if (what.includes("size")) writeChecksum(last);
    const end = 512 + Math.ceil(1034 / 512) * 512;
    const tar = Buffer.concat([spoiledTar.subarray(0, end), last, Buffer.alloc(2048)]);
    const scanned = await scan(`oci:${withLayer(tar).folder}`);
    expectIncomplete(scanned, /layer 2 of linux\/amd64/);
    expect(placesOfName(scanned.json, "first").map((place) => place.layer?.index)).toContain(2);
  });
});

/** POSIX.1-1988 ustar: the sum of the header's bytes, its own field taken for blanks. */
function writeChecksum(header: Buffer): void {
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

/** The most memory that a process has had, in MB (proc(5), VmHWM), looked at until it ends. */
function watchMemory(pid: number): () => number {
  let most = 0;
  const look = (): void => {
    try {
      const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
      most = Math.max(most, Number(kilobytes ?? 0) / 1024);
    } catch {
      clearInterval(timer);
    }
  };
  const timer = setInterval(look, 20);
  onTestFinished(() => clearInterval(timer));
  return () => most;
}

/** Scans, and gives the most memory that it took. */
async function scanMeasured(image: string): Promise<{
  readonly status: number;
  readonly json: ScanReport;
  readonly megabytes: number;
  readonly output: string;
}> {
  const running = startBuildseal(["scan-image", image, ...needles, "--format", "json"], { env: nobody });
  const memory = watchMemory(running.pid);
  const { status, stdout, output } = await running.ended;
  return { status, json: JSON.parse(stdout) as ScanReport, megabytes: memory(), output };
}

/** A program that packs zeros, so many megabytes of them. */
const zeros = (program: string, megabytes: number): Promise<Buffer> =>
  tools.run("sh", ["-c", `head -c ${megabytes}M /dev/zero | ${program} -c`]);

/** An xz file that asks for another dictionary: 39 for three gigabytes (The .xz File Format, 3.1 and 5.3.1). */
function withDictionary(xz: Buffer, size: number): Buffer {
  const [header, bytes] = [12, Buffer.from(xz)];
  const end = header + (bytes[header]! + 1) * 4 - 4;
  // LZMA2 and how many properties it has: their one byte follows.
  bytes[bytes.indexOf("\x21\x01", header, "latin1") + 2] = size;
  bytes.writeUInt32LE(crc32(bytes.subarray(header, end)), end);
  return bytes;
}

describe("a bomb", () => {
  const mostMegabytes = 256;
  async function expectDefused(tar: Uint8Array, why: RegExp): Promise<void> {
    const spoiled = withLayer(tar);
    const { status, json, megabytes, output } = await scanMeasured(`oci:${spoiled.folder}`);
    expect(status, output).toBe(2);
    expect(json.skipped.map((each) => `${each.what}: ${each.why}`).join("\n")).toMatch(why);
    expect(foundIn(json)).toEqual(["first", "second"]);
    expect(megabytes).toBeLessThan(mostMegabytes);
  }
  async function inTar(name: string, content: Uint8Array): Promise<Buffer> {
    const folder = createScratch("bomb");
    writeFileSync(join(folder, name), content);
    return tools.run("tar", ["-c", "-C", folder, name]);
  }

  test("of gzip, ten gigabytes in ten megabytes, in a file of a layer is cut off and named", async () => {
    const one = await zeros("gzip", 256);
    await expectDefused(
      await inTar("bomb.gz", Buffer.concat(Array.from({ length: 40 }, () => one))),
      /bomb\.gz in layer 2/,
    );
  });

  test("of zstd is cut off and named", async () => {
    await expectDefused(await inTar("bomb.zst", await zeros("zstd -q --fast=5", 2048)), /bomb\.zst in layer 2/);
  });

  test("of zip is cut off and named", async () => {
    const folder = createScratch("bomb");
    await tools.run("truncate", ["-s", "600M", join(folder, "zeros")]);
    await tools.run("zip", ["-q", "bomb.zip", "zeros"], { cwd: folder });
    await expectDefused(
      await inTar("bomb.zip", readFileSync(join(folder, "bomb.zip"))),
      /zeros in layer 2|bomb\.zip.* in layer 2/,
    );
  });

  test("that needs a window of two gigabytes is not given one", async () => {
    const packed = await tools.run("sh", ["-c", "head -c 4M /dev/urandom | zstd -q --ultra -22 --long=31 -c"]);
    await expectDefused(await inTar("window.zst", packed), /window\.zst in layer 2/);
  });

  test.each([
    ["zstd", async (tar: Buffer) => tools.run("sh", ["-c", "zstd -q --ultra -22 --long=31 -c"], { input: tar })],
    ["xz", async (tar: Buffer) => withDictionary(await tools.pipe("xz", ["-c"], tar), 39)],
  ] as const)("of a layer that needs gigabytes to be unpacked is not read, and that is said: %s", async (_, pack) => {
    const tar = await layer("behind a window", 100);
    const spoiled = withLayer(await pack(tar), `${type.layer}+packed`, sha256(tar));
    const { status, json, megabytes, output } = await scanMeasured(`oci:${spoiled.folder}`);
    expect(status, output).toBe(2);
    expect(json.skipped.map((each) => `${each.what}: ${each.why}`).join("\n")).toMatch(
      /layer 2 of linux\/amd64: .*(window|dictionary)/,
    );
    expect(foundIn(json)).toEqual(["first", "second"]);
    expect(megabytes).toBeLessThan(mostMegabytes);
  });

  test("of a document of a hundred megabytes is not read as one", async () => {
    const spoiled = copied();
    const manifest = manifestOf(spoiled);
    const config = Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(100 << 20, "x"), Buffer.from('"}')]);
    const image = spoiled.add({ ...manifest, config: spoiled.add(config, type.config) }, type.manifest);
    spoiled.writeIndex({ schemaVersion: 2, manifests: [image] });
    const { status, json, megabytes, output } = await scanMeasured(`oci:${spoiled.folder}`);
    expect(status, output).toBe(2);
    expect(json.skipped.map(({ why }) => why).join("\n")).toMatch(/too large|config/);
    expect(foundIn(json)).toEqual(["first", "second"]);
    expect(megabytes).toBeLessThan(mostMegabytes);
  });
});

describe("an engine", () => {
  /** A `docker` that does this; `$whole` is an archive that it could give. */
  function fakeDocker(script: string): NodeJS.ProcessEnv {
    const bin = createScratch("bin");
    const body = `#!/bin/sh\nwhole=${archives["docker-archive"]}\nif [ "$2" = inspect ]; then echo sha256:0; exit 0; fi\n${script}\n`;
    writeFileSync(join(bin, "docker"), body);
    chmodSync(join(bin, "docker"), 0o755);
    return { ...nobody, PATH: `${bin}${delimiter}${process.env["PATH"]}` };
  }

  test.each(["docker-daemon:example.com/it:1", "example.com/it:1"])(
    "that dies in the middle gives an incomplete scan with its words: %s",
    async (image) => {
      const env = fakeDocker('head -c 200000 "$whole"; echo "error during connect: the daemon went away" >&2; exit 1');
      const scanned = await scanImage(image, needles, { env });
      expectIncomplete(scanned, /the daemon went away/);
    },
  );

  test("that is killed in the middle gives an incomplete scan", async () => {
    const env = fakeDocker('head -c 200000 "$whole"; kill -9 $$');
    expectIncomplete(await scanImage("docker-daemon:example.com/it:1", needles, { env }));
  });

  test("that says all is well after half an archive is not believed", async () => {
    const env = fakeDocker('head -c 200000 "$whole"');
    expectIncomplete(await scanImage("docker-daemon:example.com/it:1", needles, { env }));
  });

  test("that is not there is said in docker's words, and no docker at all in ours", async () => {
    const env = { ...nobody, DOCKER_HOST: `unix://${join(createScratch("none"), "docker.sock")}` };
    expectIncomplete(
      await scanImage("docker-daemon:example.com/it:1", needles, { env }),
      /Cannot connect to the Docker daemon/,
    );
    const bare = { ...nobody, PATH: "/nowhere" };
    expect(await refuseImage("docker-daemon:example.com/it:1", needles, { env: bare })).toContain(
      "no docker on the PATH",
    );
  });

  test.each([
    { signal: "SIGINT", status: 130 },
    { signal: "SIGTERM", status: 143 },
  ] as const)("that takes its time can be left by $signal, and docker ends with us", async ({ signal, status }) => {
    const env = fakeDocker('head -c 200000 "$whole"; exec sleep 600');
    const place = createScratch("left");
    const output = join(place, "report.json");
    mkdirSync(join(place, "tmp"));
    const words = ["scan-image", "docker-daemon:example.com/it:1", ...needles, "--format", "json", "--output", output];
    const running = startBuildseal(words, { env, variables: { TMPDIR: join(place, "tmp") } });
    expect(await holdsWithin(20_000, () => descendantsOf(running.pid).length > 0)).toBe(true);
    const children = descendantsOf(running.pid);
    running.kill(signal);
    const ended = await running.ended;
    expect(ended.status, ended.output).toBe(status);
    expect(await holdsWithin(5000, () => stillRunning(children).length === 0)).toBe(true);
    expect(readdirSync(place)).toEqual(["tmp"]);
    expect(readdirSync(join(place, "tmp"))).toEqual([]);
  });
});

describe("a scan of stdin", () => {
  test.each([
    { signal: "SIGINT", status: 130 },
    { signal: "SIGTERM", status: 143 },
    { signal: "SIGHUP", status: 129 },
  ] as const)("that waits for more can be left by $signal, and leaves nothing behind", async ({ signal, status }) => {
    const folder = createScratch("left");
    const caches = createScratch("caches");
    const [program, ...words] = argvOf(["scan-image", "-", ...needles]);
    const env = environmentOf({ TMPDIR: folder, XDG_CACHE_HOME: caches });
    const child: ChildProcess = spawn(program, words, { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    let said = "";
    child.stdout?.on("data", (part: Buffer) => (said += part.toString()));
    child.stderr?.on("data", (part: Buffer) => (said += part.toString()));
    // A pipe holds 64 KB: when all of this is taken, it reads.
    const half = readFileSync(archives["docker-archive"]).subarray(0, 250_000);
    await new Promise<void>((done) => child.stdin?.write(half, () => done()));
    child.kill(signal);
    const [code, by] = await new Promise<[number | null, string | null]>((done) =>
      child.once("close", (...how) => done(how)),
    );
    expect(code ?? (by === signal ? status : -1), said).toBe(status);
    expect(said).not.toMatch(/ at .*\(.*:\d+:\d+\)|mistake of buildseal/);
    expect(valuesIn(said)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    expect(await tools.run("sh", ["-c", 'grep -r -l -F -f "$1" "$2" || true', "sh", patterns(), caches])).toEqual(
      Buffer.alloc(0),
    );
  });
});

/** The values, one a line. */
function patterns(): string {
  const file = join(createScratch("patterns"), "patterns");
  writeFileSync(file, plants.names().map(plants.value).join("\n"));
  return file;
}

test("a report that cannot be written is an error, and no half of it is left", async () => {
  const output = join(createScratch("none"), "no-folder", basename("report.json"));
  const { status, stderr } = await runBuildseal(
    ["scan-image", `oci:${layout.folder}`, ...needles, "--format", "json", "--output", output],
    { env: nobody },
  );
  expect(status, stderr).toBe(2);
  expect(stderr).toContain(output);
});
