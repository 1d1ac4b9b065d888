import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startBuildseal } from "./buildseal.ts";
import { sha256, type } from "./image-layout.ts";
import type { ScanReport } from "./scan-image.ts";
import { foundIn, manifestOf, openSample, type Sample, unreadIn } from "./scan-sample.ts";
import { createScratch } from "./scratch.ts";

let sample: Sample;
beforeAll(async () => {
  sample = await openSample();
});

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
  const running = startBuildseal(["scan-image", image, ...sample.needles, "--format", "json"], { env: sample.env });
  const memory = watchMemory(running.pid);
  const { status, stdout, output } = await running.ended;
  return { status, json: JSON.parse(stdout) as ScanReport, megabytes: memory(), output };
}

/** A program that packs zeros, so many megabytes of them. */
const zeros = (program: string, megabytes: number): Promise<Buffer> =>
  sample.tools.run("sh", ["-c", `head -c ${megabytes}M /dev/zero | ${program} -c`]);

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
    const spoiled = sample.withLayer(tar);
    const { status, json, megabytes, output } = await scanMeasured(`oci:${spoiled.folder}`);
    expect(status, output).toBe(2);
    expect(unreadIn(json)).toMatch(why);
    expect(foundIn(json)).toEqual(["first", "second"]);
    expect(megabytes).toBeLessThan(mostMegabytes);
  }
  async function inTar(name: string, content: Uint8Array): Promise<Buffer> {
    const folder = createScratch("bomb");
    writeFileSync(join(folder, name), content);
    return sample.tools.run("tar", ["-c", "-C", folder, name]);
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
    await sample.tools.run("truncate", ["-s", "600M", join(folder, "zeros")]);
    await sample.tools.run("zip", ["-q", "bomb.zip", "zeros"], { cwd: folder });
    await expectDefused(
      await inTar("bomb.zip", readFileSync(join(folder, "bomb.zip"))),
      /zeros in layer 2|bomb\.zip.* in layer 2/,
    );
  });

  test("that needs a window of two gigabytes is not given one", async () => {
    const packed = await sample.tools.run("sh", ["-c", "head -c 4M /dev/urandom | zstd -q --ultra -22 --long=31 -c"]);
    await expectDefused(await inTar("window.zst", packed), /window\.zst in layer 2/);
  });

  test.each([
    ["zstd", async (tar: Buffer) => sample.tools.run("sh", ["-c", "zstd -q --ultra -22 --long=31 -c"], { input: tar })],
    // with threads it says how large each block is: then no more is needed than that
    ["xz", async (tar: Buffer) => withDictionary(await sample.tools.pipe("xz", ["-T1", "-c"], tar), 39)],
  ] as const)("of a layer that needs gigabytes to be unpacked is not read, and that is said: %s", async (_, pack) => {
    const tar = await sample.layer("behind a window", 100);
    const spoiled = sample.withLayer(await pack(tar), `${type.layer}+packed`, sha256(tar));
    const { status, json, megabytes, output } = await scanMeasured(`oci:${spoiled.folder}`);
    expect(status, output).toBe(2);
    expect(unreadIn(json)).toMatch(/layer 2 of linux\/amd64: .*(window|dictionary)/);
    expect(foundIn(json)).toEqual(["first", "second"]);
    expect(megabytes).toBeLessThan(mostMegabytes);
  });

  test("of a document of a hundred megabytes is not read as one", async () => {
    const spoiled = sample.copied();
    const manifest = manifestOf(spoiled);
    const config = Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(100 << 20, "x"), Buffer.from('"}')]);
    sample.replace(spoiled, { ...manifest, config: spoiled.add(config, type.config) });
    const { status, json, megabytes, output } = await scanMeasured(`oci:${spoiled.folder}`);
    expect(status, output).toBe(2);
    expect(json.skipped.map(({ why }) => why).join("\n")).toMatch(/too large|config/);
    expect(foundIn(json)).toEqual(["first", "second"]);
    expect(megabytes).toBeLessThan(mostMegabytes);
  });
});
