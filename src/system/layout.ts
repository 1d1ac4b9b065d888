import { createReadStream, createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, readlink } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { pack } from "tar-stream";

const readBytes = 1024 * 1024;

/** A file's bytes, in large pieces. */
export function readWhole(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: readBytes });
}

/** Gives a stream's bytes on while it writes them into a new file that nobody else can read. */
export async function* keepInFile(stream: AsyncIterable<Uint8Array>, path: string): AsyncIterable<Uint8Array> {
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  yield* passOn(stream, file);
}

/**
 * Gives an OCI archive's bytes on while it unpacks the layout into a new folder. Only plain files below the folder are
 * made, whatever the archive holds: BuildKit wrote it, but its content came from a build.
 */
export async function* keepInFolder(stream: AsyncIterable<Uint8Array>, folder: string): AsyncIterable<Uint8Array> {
  const { extract } = await import("tar-stream");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unpack = extract();
  const unpacked = (async () => {
    for await (const entry of unpack) {
      const path = normalize(entry.header.name);
      if (entry.header.type !== "file" || path.startsWith("..") || path.startsWith("/")) {
        entry.resume();
        continue;
      }
      await mkdir(join(folder, dirname(path)), { recursive: true, mode: 0o700 });
      const file = createWriteStream(join(folder, path), { flags: "wx", mode: 0o600 });
      await pipeline(Readable.from(entry, { objectMode: false }), file);
    }
  })();
  // its failure is thrown below; until then it must not count as unhandled
  unpacked.catch(() => unpack.destroy());
  yield* passOn(stream, unpack as unknown as NodeJS.WritableStream);
  await unpacked;
}

async function* passOn(stream: AsyncIterable<Uint8Array>, target: NodeJS.WritableStream): AsyncIterable<Uint8Array> {
  let failure: Error | undefined;
  target.once("error", (error: Error) => {
    failure = error;
  });
  for await (const chunk of stream) {
    if (failure !== undefined) throw failure;
    if (!target.write(chunk)) await drained(target);
    yield chunk;
  }
  await new Promise<void>((done, fail) => {
    target.once("error", fail);
    target.end(() => done());
  });
  if (failure !== undefined) throw failure;
}

function drained(target: NodeJS.WritableStream): Promise<void> {
  return new Promise((done) => {
    const go = () => {
      target.off("drain", go);
      target.off("error", go);
      target.off("close", go);
      done();
    };
    target.once("drain", go);
    target.once("error", go);
    target.once("close", go);
  });
}

/** A folder's files as a tar: how a layout, a cache or an exported file tree comes to the scanner. */
export async function* packFolder(folder: string): AsyncIterable<Uint8Array> {
  const { pack } = await import("tar-stream");
  const archive = pack({ highWaterMark: readBytes });
  void packInto(archive, folder, "").then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  yield* archive as unknown as AsyncIterable<Uint8Array>;
}

type Pack = ReturnType<typeof pack>;
type Header = Parameters<Pack["entry"]>[0];

async function packInto(archive: Pack, root: string, path: string): Promise<void> {
  const names = (await readdir(join(root, path))).sort();
  for (const name of names) {
    const inner = path === "" ? name : `${path}/${name}`;
    const stat = await lstat(join(root, inner));
    const header = { name: inner, mode: stat.mode & 0o7777, mtime: stat.mtime };
    if (stat.isDirectory()) {
      await addEntry(archive, { ...header, type: "directory" });
      await packInto(archive, root, inner);
    } else if (stat.isSymbolicLink()) {
      await addEntry(archive, { ...header, type: "symlink", linkname: await readlink(join(root, inner)) });
    } else if (stat.isFile()) {
      await addEntry(archive, { ...header, type: "file", size: stat.size }, join(root, inner));
    }
  }
}

async function addEntry(archive: Pack, header: Header, file?: string): Promise<void> {
  let settle: (error?: Error | null) => void = () => {};
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve());
  });
  if (file === undefined) {
    archive.entry(header, "", settle);
    return done;
  }
  const entry = archive.entry(header, settle) as unknown as NodeJS.WritableStream;
  for await (const chunk of readWhole(file)) if (!entry.write(chunk)) await drained(entry);
  entry.end();
  return done;
}
