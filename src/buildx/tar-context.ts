import { pipeline, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import type { Extract } from "tar-stream";
import { SealError } from "../error.ts";
import { cleanFolder } from "./git-url.ts";

/** Bytes that can be read from the start as often as needed. */
export type Spooled = {
  /** The first 1024 bytes, or all where there are fewer. */
  readonly head: Uint8Array;
  readonly open: () => AsyncIterable<Uint8Array>;
};

export type ArchiveKind = "tar" | "gzip" | "bzip2" | "xz";

type Source = Extract extends AsyncIterable<infer Entry> ? Entry : never;

const magics: readonly (readonly [ArchiveKind, readonly number[]])[] = [
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["gzip", [0x1f, 0x8b, 0x08]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/**
 * Whether a context is an archive or a Dockerfile: by the first 1024 bytes, as buildx (`build/utils.go`) and BuildKit
 * (`frontend/dockerui/context.go`) tell it. An archive that begins with an extended header does not fit into these, so
 * both take it for a Dockerfile.
 */
export function archiveKind(head: Uint8Array): ArchiveKind | undefined {
  for (const [kind, magic] of magics) {
    if (magic.every((byte, index) => head[index] === byte)) return kind;
  }
  if (head.length < blockSize || !hasTarChecksum(head.subarray(0, blockSize))) return undefined;
  return "xLK".includes(String.fromCharCode(head[156]!)) ? undefined : "tar";
}

const blockSize = 512;
const checksumAt = 148;

/** The sum of the header's bytes, its own eight counted as blanks. */
function tarChecksum(header: Uint8Array): number {
  return header.reduce((sum, byte, at) => sum + (at >= checksumAt && at < checksumAt + 8 ? 0x20 : byte), 0);
}

function hasTarChecksum(header: Uint8Array): boolean {
  const written = /^[ ]*([0-7]+)/.exec(new TextDecoder("latin1").decode(header.subarray(checksumAt, checksumAt + 8)));
  return written !== null && Number.parseInt(written[1]!, 8) === tarChecksum(header);
}

/**
 * The archive as a plain tar.
 * @throws DOCKERFILE for a compression that only Docker can undo
 */
export function openTar(spooled: Spooled, kind: ArchiveKind): () => AsyncIterable<Uint8Array> {
  if (kind === "tar") return spooled.open;
  if (kind === "gzip") {
    // pipeline hands the source's errors on and ends it with its reader; the iteration is where they are seen.
    return () => pipeline(Readable.from(spooled.open(), { objectMode: false }), createGunzip(), () => {});
  }
  throw new SealError(
    "DOCKERFILE",
    `The context is an archive compressed by ${kind}, whose Dockerfile buildseal cannot read.`,
    "Send it as a plain tar or compressed by gzip.",
  );
}

export type TarFile = {
  readonly bytes: Uint8Array;
  /** Its own path, behind links. */
  readonly path: string;
  /** Where its header begins in the plain tar, and how long its content is. */
  readonly offset: number;
  readonly size: number;
};

const largestDockerfile = 16 * 1024 * 1024;

/**
 * A file of a tar by its path, links followed, of several with one path the last (which is what unpacking leaves).
 * @throws DOCKERFILE for an archive that cannot be read
 */
export async function readTarFile(open: () => AsyncIterable<Uint8Array>, path: string): Promise<TarFile | undefined> {
  let wanted = cleanFolder(path);
  for (let links = 0; links < 10; links++) {
    const found = await findEntry(open, wanted);
    if (found === undefined || "bytes" in found) return found;
    wanted = found.target;
  }
  return undefined;
}

async function findEntry(
  open: () => AsyncIterable<Uint8Array>,
  wanted: string,
): Promise<TarFile | { readonly target: string } | undefined> {
  let found: TarFile | { readonly target: string } | undefined;
  const { extract } = await import("tar-stream");
  const entries = extract();
  // The source's errors end the iteration.
  pipeline(Readable.from(open(), { objectMode: false }), entries, () => {});
  try {
    for await (const entry of entries) {
      const { name, type, linkname } = entry.header;
      const isWanted = cleanFolder(name) === wanted;
      if (isWanted && (type === "symlink" || type === "link")) {
        const folder = linkname.startsWith("/") || type === "link" ? "" : wanted.replace(/[^/]*$/, "");
        found = { target: cleanFolder(folder + linkname) };
      }
      if (isWanted && (type === "file" || type === "contiguous-file")) found = await readEntry(entry, wanted);
      else entry.resume();
    }
  } catch (error) {
    if (error instanceof SealError) throw error;
    throw new SealError(
      "DOCKERFILE",
      "The archive that is the context cannot be read: it is damaged or cut off.",
      "Make it again, as a plain tar or compressed by gzip.",
      { cause: error },
    );
  }
  return found;
}

async function readEntry(entry: Source, path: string): Promise<TarFile> {
  const { size, pax } = entry.header;
  // A size in an extended header would stay beside the one that we write.
  if (size > largestDockerfile || (pax as { size?: string } | null | undefined)?.size !== undefined) {
    throw new SealError(
      "DOCKERFILE",
      `${path} in the archive that is the context is no Dockerfile: it has ${size} bytes.`,
      "Name the Dockerfile in the archive by -f.",
    );
  }
  return { bytes: await buffer(entry as AsyncIterable<Uint8Array>), path, offset: entry.offset, size };
}

const padded = (size: number): number => Math.ceil(size / blockSize) * blockSize;

/** The tar with one file's content replaced; every other byte stays, the entry's own header but for size and checksum. */
export async function* replaceTarFile(
  source: AsyncIterable<Uint8Array>,
  { offset, size }: Pick<TarFile, "offset" | "size">,
  content: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const contentEnd = offset + blockSize + padded(size);
  const header = new Uint8Array(blockSize);
  let position = 0;
  for await (const chunk of source) {
    const start = position;
    position += chunk.length;
    if (start < offset) yield chunk.subarray(0, offset - start);
    const headerPart = chunk.subarray(Math.max(0, offset - start), Math.max(0, offset + blockSize - start));
    if (headerPart.length > 0) {
      header.set(headerPart, Math.max(0, start - offset));
      if (position >= offset + blockSize) {
        yield resized(header, content.length);
        yield content;
        yield new Uint8Array(padded(content.length) - content.length);
      }
    }
    if (position > contentEnd) yield chunk.subarray(Math.max(0, contentEnd - start));
  }
}

function resized(header: Uint8Array, size: number): Uint8Array {
  const octal = (value: number, digits: number): Uint8Array =>
    new TextEncoder().encode(value.toString(8).padStart(digits, "0"));
  const changed = header.slice();
  changed.set(octal(size, 11), 124);
  if (changed[135] !== 0x20) changed[135] = 0;
  changed.set(octal(tarChecksum(changed), 6), checksumAt);
  changed[checksumAt + 6] = 0;
  changed[checksumAt + 7] = 0x20;
  return changed;
}
