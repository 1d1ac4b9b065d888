import { createHash } from "node:crypto";
import type { Blob } from "../image/assemble.ts";
import type { Document } from "../image/document.ts";
import { mostDocumentBytes, parseDocument } from "../image/parse-document.ts";
import { type Compression, isCompression } from "../layer/decode.ts";
import { createLinkRoom } from "../layer/link-log.ts";
import type { Magic } from "../layer/magic.ts";
import { createPathLog, type PathLog } from "../layer/path-log.ts";
import { createFileWalker, createSniffed, walkerSink } from "../layer/sniffed.ts";
import type { Base, FileSink, Piece, Spot, Walker } from "../layer/spot.ts";
import { isTarHeader, isZeroBlock, tarBlock } from "../layer/tar-header.ts";
import { type ArchiveLinks, createArchiveLinks } from "./archive-link.ts";
import { readBlobName } from "./blob-name.ts";
import { asideBytes } from "./digest-ahead.ts";
import { createDocumentReader, type DocumentText } from "./document-text.ts";
import type { ArchiveFile, Pass } from "./pass.ts";
import type { Scope } from "./unpacker.ts";

/** A file of the archive while, and after, it is read. */
type BlobRecord = {
  readonly id: number;
  readonly path: string;
  readonly bytes: number;
  /** Of its bytes; of one that broke off, what its name says. */
  digest: string;
  /** It is named by its digest, and compared with that. */
  readonly isNamed: boolean;
  isWhole: boolean;
  diffId: string | undefined;
  document: Document | undefined;
  /** A tar that is not compressed: its digest is its diff ID. */
  isPlainTar: boolean;
  /** Which paths it writes, when there is a tar in it. */
  paths: PathLog | undefined;
  readonly wasSearched: boolean;
};

export type BlobIntake = {
  /**
   * Takes the bytes of one blob; `path` is its path in an archive or layout. Blobs count from 1. What it sets going is in the scope.
   * `isInPlace`: where its sink is told that its bytes are, they are in the file.
   */
  readonly open: (path: string, bytes: number, scope?: Scope, isInPlace?: boolean) => FileSink;
  /** Another name of a blob, or of a folder with blobs. */
  readonly link: ArchiveLinks["add"];
  /** The blobs that were read, and their other names; complete when all were read and settled. */
  readonly blobs: () => readonly Blob[];
  readonly paths: (blob: number) => PathLog | undefined;
  /** Every digest that is computed aside is known. */
  readonly settled: () => Promise<void>;
};

/**
 * Takes an image's blobs apart, in whatever order they come: each is told by its content, for the manifests may come last.
 * `itsFile`: where they lie, at the places that their sinks are told; then large ones are hashed and unpacked aside.
 */
export function createBlobIntake(
  {
    nest,
    limits,
    scope: allOf,
    notes,
    trustNames,
    searchedBefore,
    search,
    add,
  }: Pick<Pass, "nest" | "limits" | "scope" | "notes" | "trustNames" | "searchedBefore" | "search" | "add">,
  itsFile?: BlobFile,
): BlobIntake {
  const records: BlobRecord[] = [];
  const digests: Promise<void>[] = [];
  let parsedBytes = 0;
  const links = createArchiveLinks();
  const linkRoom = createLinkRoom();

  function open(path: string, bytes: number, scope = allOf, isInPlace = true): FileSink {
    const file = isInPlace ? itsFile : undefined;
    const { algorithm, hex } = readBlobName(path);
    const claimed = hex === undefined ? "" : `${algorithm}:${hex}`;
    const name = bytes >= largeBlobBytes && hex !== undefined ? claimed : undefined;
    const diffId = name === undefined ? undefined : searchedBefore?.(name);
    const record: BlobRecord = {
      id: records.length + 1,
      path,
      bytes,
      digest: claimed,
      isNamed: hex !== undefined,
      isWhole: false,
      diffId,
      document: undefined,
      isPlainTar: false,
      paths: undefined,
      wasSearched: diffId === undefined,
    };
    records.push(record);
    const base: Base = { root: record.id, path: [] };
    const hash = trustNames && name !== undefined ? undefined : hasher(record, algorithm, file);
    if (diffId !== undefined) return searchedSink(record, hash);
    let start: number | undefined;
    const sniffed = createSniffed((magic, at, bytes, from, to) =>
      contents(record, base, isTar(magic, bytes, from, to) ? "tar" : magic, at, scope, file),
    );
    return {
      write: (bytes, from, to, at) => {
        start ??= at;
        hash?.write(bytes, from, to, at);
        sniffed.write(bytes, from, to, at);
      },
      end: (at, whole) => {
        record.isWhole = whole;
        if (whole) hash?.end();
        sniffed.end(at, whole);
        if (whole && bytes === 0) {
          // to Go's reader, and so to Docker, no bytes are an empty layer
          record.isPlainTar = true;
          record.paths = createPathLog(linkRoom);
        }
      },
      // What is not a file of a tar in it is the blob itself.
      spot: (offset) => {
        const from = start ?? offset;
        return sniffed.spot(offset) ?? { ...base, kind: "content", start: from, end: from + bytes };
      },
      forget: (before) => sniffed.forget?.(before),
    };
  }

  /** A blob that is not looked into again: only its name is held against its bytes. */
  function searchedSink(record: BlobRecord, hash: Hasher | undefined): FileSink {
    let start: number | undefined;
    return {
      write: (bytes, from, to, at) => {
        start ??= at;
        hash?.write(bytes, from, to, at);
      },
      end: (_, whole) => {
        record.isWhole = whole;
        if (whole) hash?.end();
      },
      spot: (offset) => {
        const from = start ?? offset;
        return { root: record.id, path: [], kind: "searched", start: from, end: from + record.bytes };
      },
    };
  }

  function hasher(record: BlobRecord, algorithm: string, file: BlobFile | undefined): Hasher {
    if (file !== undefined && record.bytes >= asideBytes) return hasherAside(record, algorithm, file);
    const hash = createHash(algorithm);
    return {
      write: (bytes, from, to) => void hash.update(bytes.subarray(from, to)),
      end: () => {
        record.digest = `${algorithm}:${hash.digest("hex")}`;
      },
    };
  }

  function hasherAside(record: BlobRecord, algorithm: string, { digest }: BlobFile): Hasher {
    let hex: Promise<string | undefined> | undefined;
    return {
      write: (_bytes, _from, _to, at) => {
        // of one that breaks off nobody asks it, and it fails all the same
        hex ??= digest(algorithm, at, record.bytes).catch(() => undefined);
      },
      end: () => {
        const known = hex!.then((text) => {
          if (text !== undefined) {
            record.digest = `${algorithm}:${text}`;
            return;
          }
          record.isWhole = false;
          notes.skipped({ root: record.id, path: [] }, "it could not be read again for its digest");
        });
        digests.push(known);
      },
    };
  }

  function contents(
    record: BlobRecord,
    base: Base,
    magic: Magic,
    at: number,
    scope: Scope,
    file: BlobFile | undefined,
  ): FileSink | undefined {
    if (magic === "tar") {
      record.isPlainTar = true;
      return walkerSink(layer(record, base, at, scope));
    }
    if (isCompression(magic)) return packedLayer(record, base, at, magic, scope, file);
    if (magic === "json") return documentSink(record, base);
    return undefined;
  }

  function layer(record: BlobRecord, base: Base, at: number, inScope: Scope): Walker {
    const paths = createPathLog(linkRoom);
    record.paths = paths;
    return nest.tar(base, at, 0, inScope, { paths, broken: (why, place = base) => notes.skipped(place, why) });
  }

  function packedLayer(
    record: BlobRecord,
    base: Base,
    at: number,
    compression: Compression,
    scope: Scope,
    file: BlobFile | undefined,
  ): FileSink {
    const decodeLimits = {
      maxBytes: limits.layerBytes,
      // A layer may be a sparse file of zeros; its size alone is limited.
      bombRatio: Number.POSITIVE_INFINITY,
      bombBytes: Number.POSITIVE_INFINITY,
    };
    const source = file === undefined ? undefined : () => partOf(file, at, record);
    const packed = { compression, base, at, limits: decodeLimits, ...(source && { source }) };
    return nest.unpack(packed, scope, (inner) => {
      const hash = record.isNamed ? undefined : createHash("sha256");
      const sniffed = createSniffed((magic, at, bytes, from, to) =>
        isTar(magic, bytes, from, to) ? walkerSink(layer(record, base, at, inner)) : undefined,
      );
      let isEmpty = true;
      return {
        walker: createFileWalker(base, sniffed),
        onPiece: (piece) => {
          if (piece.length > 0) isEmpty = false;
          hash?.update(piece);
        },
        onEnd: ({ trailing, problem }) => {
          if (isEmpty && problem === undefined) record.paths = createPathLog(linkRoom);
          if (record.paths !== undefined && hash !== undefined) record.diffId = `sha256:${hash.digest("hex")}`;
          if (problem !== undefined) notes.skipped(base, problem.why);
          if (trailing > 0) notes.skipped(base, `${trailing} bytes follow the end of its compressed data`);
        },
      };
    });
  }

  async function* partOf(from: BlobFile, at: number, record: BlobRecord): AsyncGenerator<Uint8Array> {
    try {
      yield* from.part(at, record.bytes);
    } catch {
      record.isWhole = false;
      notes.skipped({ root: record.id, path: [] }, "its file could not be read to the end");
    }
  }

  /** Its strings are searched as they come, however large it is; it is parsed whole when an image could be made of it. */
  function documentSink(record: BlobRecord, base: Base): FileSink {
    const spot: Spot = { ...base, kind: "content", start: 0, end: Number.POSITIVE_INFINITY };
    const reader = createDocumentReader(limits.documentBytes, (text) => searchText(text, spot));
    let parts: Buffer[] = [];
    let length = 0;
    return {
      write: (bytes, from, to) => {
        reader.push(bytes.subarray(from, to));
        length += to - from;
        // what it was said to have need not be true
        if (length > mostDocumentBytes) parts = [];
        else parts.push(Buffer.from(bytes.subarray(from, to)));
      },
      end: () => {
        const { tooLong } = reader.end();
        if (tooLong > 0) notes.skipped(base, `a text in it is larger than ${limits.documentBytes} bytes`);
        if (length > mostDocumentBytes) return;
        parsedBytes += length;
        if (parsedBytes > mostAllParsedBytes) {
          notes.skipped(base, "there are too many documents to put images together from");
          return;
        }
        // of what is none the bytes were searched, and who needs it as a document says that it is none
        record.document = parseDocument(Buffer.concat(parts));
        parts = [];
      },
    };
  }

  function searchText({ text, decoded, way }: DocumentText, spot: Spot): void {
    const found = new Set<string>();
    if (decoded !== undefined) {
      search.scanText(decoded, spot, (hit) => {
        const { path, inner } = way();
        add(hit, [path, ...inner, "base64"]);
        if (hit.what.kind === "known") found.add(hit.what.name);
      });
    }
    search.scanText(text, spot, (hit) => {
      // told already, where it can be read
      if (hit.what.kind === "known" && hit.what.encoding === "base64" && found.has(hit.what.name)) return;
      const { path, inner } = way();
      add(hit, [path, ...inner]);
    });
  }

  function blobs(): Blob[] {
    const found = records.map(
      ({ paths, isPlainTar, diffId, ...record }): Blob => ({
        ...record,
        isTar: paths !== undefined || !record.wasSearched,
        diffId: isPlainTar ? record.digest : diffId,
      }),
    );
    const byPath = new Map(found.map((blob) => [blob.path, blob]));
    const others = links
      .namesOf(new Set(byPath.keys()))
      .map(({ name, path }) => ({ ...byPath.get(path)!, path: name }));
    return [...found, ...others];
  }

  return {
    open,
    link: links.add,
    blobs,
    settled: async () => void (await Promise.all(digests)),
    paths: (blob) => records[blob - 1]?.paths,
  };
}

/** What blobs lie in. */
type BlobFile = Pick<ArchiveFile, "part" | "digest">;

/** Takes a blob's bytes, and puts down its digest when it has them all. */
type Hasher = { readonly write: Piece; readonly end: () => void };

/** Of all documents together. */
const mostAllParsedBytes = 64 << 20;
/** Documents are always verified. */
const largeBlobBytes = 1 << 20;

/** Whatever its first file is called: a name can be another format's mark. An empty layer is nothing but zeros. */
function isTar(magic: Magic, bytes: Buffer, from: number, to: number): boolean {
  if (magic === "tar") return true;
  return to - from >= tarBlock && !isCompression(magic) && (isTarHeader(bytes, from) || isZeroBlock(bytes, from));
}
