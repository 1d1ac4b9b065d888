import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { type Header, pack } from "tar-stream";
import { expect, test } from "vitest";
import { archiveKind, openTar, readTarFile, replaceTarFile, type Spooled } from "../../../src/buildx/tar-context.ts";

type Entry = readonly [header: Partial<Header> & { name: string }, content?: string];

async function tarOf(...entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) archive.entry({ mtime: new Date(0), ...header }, content ?? "");
  archive.finalize();
  return buffer(archive as AsyncIterable<Uint8Array>);
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const spooled = (bytes: Uint8Array): Spooled => ({ head: bytes.subarray(0, 1024), open: () => inChunks(bytes, 700) });
const read = (bytes: Uint8Array, path: string) => readTarFile(() => inChunks(bytes, 700), path);
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

test("an archive is told from a Dockerfile as Docker tells it", async () => {
  const tar = await tarOf([{ name: "Dockerfile" }, "FROM a"]);
  expect(archiveKind(tar.subarray(0, 1024))).toBe("tar");
  expect(archiveKind(gzipSync(tar))).toBe("gzip");
  expect(archiveKind(Buffer.from("BZh91AY"))).toBe("bzip2");
  expect(archiveKind(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))).toBe("xz");
  expect(archiveKind(Buffer.from("FROM scratch\n".repeat(100)))).toBeUndefined();
  expect(archiveKind(new Uint8Array(1024))).toBeUndefined();
  expect(archiveKind(new Uint8Array())).toBeUndefined();
});

test("an archive that begins with an extended header is taken for a Dockerfile, as Docker does", async () => {
  const tar = await tarOf([{ name: "Dockerfile", pax: { comment: "x" } as unknown as null }, "FROM a"]);
  expect(String.fromCharCode(tar[156]!)).toBe("x");
  expect(archiveKind(tar.subarray(0, 1024))).toBeUndefined();
});

test("a file is found by its path however it is written", async () => {
  const tar = await tarOf([{ name: "./a.txt" }, "a"], [{ name: "./sub/Dockerfile" }, "FROM b"]);
  for (const path of ["sub/Dockerfile", "./sub/Dockerfile", "/sub/Dockerfile", "x/../sub/Dockerfile"]) {
    expect(text((await read(tar, path))?.bytes)).toBe("FROM b");
  }
  expect(await read(tar, "Dockerfile")).toBeUndefined();
});

test("of several with one path the last one counts", async () => {
  const tar = await tarOf([{ name: "Dockerfile" }, "FROM one"], [{ name: "./Dockerfile" }, "FROM two"]);
  expect(text((await read(tar, "Dockerfile"))?.bytes)).toBe("FROM two");
});

test("links are followed, and a circle of them ends", async () => {
  const tar = await tarOf(
    [{ name: "Dockerfile", type: "symlink", linkname: "sub/real" }],
    [{ name: "sub/real", type: "symlink", linkname: "../deep/file" }],
    [{ name: "deep/file" }, "FROM c"],
    [{ name: "hard", type: "link", linkname: "deep/file" }],
    [{ name: "a", type: "symlink", linkname: "b" }],
    [{ name: "b", type: "symlink", linkname: "a" }],
  );
  expect(await read(tar, "Dockerfile")).toMatchObject({ path: "deep/file" });
  expect(text((await read(tar, "hard"))?.bytes)).toBe("FROM c");
  expect(await read(tar, "a")).toBeUndefined();
});

test("a gzip archive is read, other compressions are an error that names them", async () => {
  const tar = await tarOf([{ name: "Dockerfile" }, "FROM a"]);
  const open = openTar(spooled(gzipSync(tar)), "gzip");
  expect(text((await readTarFile(open, "Dockerfile"))?.bytes)).toBe("FROM a");
  expect(() => openTar(spooled(tar), "xz")).toThrow(expect.objectContaining({ code: "DOCKERFILE" }));
});

test("a damaged archive is an error with a remedy", async () => {
  const tar = await tarOf([{ name: "Dockerfile" }, "FROM a".repeat(1000)]);
  const damaged = { code: "DOCKERFILE", message: expect.stringContaining("damaged") };
  await expect(read(tar.subarray(0, 1500), "Dockerfile")).rejects.toMatchObject(damaged);
  const cut = openTar(spooled(gzipSync(tar).subarray(0, 60)), "gzip");
  await expect(readTarFile(cut, "Dockerfile")).rejects.toMatchObject(damaged);
});

test("a file is replaced, and everything else stays byte for byte", async () => {
  const content = fc.string({ maxLength: 2000 });
  await fc.assert(
    fc.asyncProperty(
      content,
      content,
      content,
      fc.integer({ min: 1, max: 3000 }),
      async (before, after, rest, size) => {
        const long = `${"long/".repeat(30)}name`;
        const entries = (dockerfile: string): Entry[] => [
          [{ name: long, uid: 7 }, rest],
          [{ name: "Dockerfile", mode: 0o640, uid: 5, mtime: new Date(86_400_000) }, dockerfile],
          [{ name: "z" }, rest],
        ];
        const tar = await tarOf(...entries(before));
        const file = (await read(tar, "Dockerfile"))!;
        const replaced = await buffer(Readable.from(replaceTarFile(inChunks(tar, size), file, Buffer.from(after))));
        expect(text((await read(replaced, "Dockerfile"))?.bytes)).toBe(after);
        // The checksum's last two bytes are written in either order: a NUL and a blank.
        const expected = await tarOf(...entries(after));
        for (const bytes of [replaced, expected]) bytes.fill(0, file.offset + 154, file.offset + 156);
        expect(replaced.equals(expected)).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});
