import { createHash, type Hash } from "node:crypto";
import type { Blob } from "../image/assemble.ts";
import { type Document, readDocument } from "../image/document.ts";
import type { Magic } from "../layer/magic.ts";
import { createPathLog, type PathLog } from "../layer/path-log.ts";
import { createFileWalker, createSniffed, walkerSink } from "../layer/sniffed.ts";
import type { Base, FileSink, Walker } from "../layer/spot.ts";
import { isZeroBlock, tarBlock } from "../layer/tar-header.ts";
import type { Pass } from "./pass.ts";
import type { Scope } from "./unpacker.ts";

/** A file of the archive while, and after, it is read. */
type BlobRecord = {
  readonly id: number;
  readonly path: string;
  readonly bytes: number;
  /** Of its bytes; of one that broke off, what its name says. */
  digest: string;
  isWhole: boolean;
  diffId: string | undefined;
  document: Document | undefined;
  json: unknown;
  /** Which paths it writes, when it is a tar. */
  paths: PathLog | undefined;
  readonly wasSearched: boolean;
};

export type BlobIntake = {
  /** Takes the bytes of one blob; `path` is its path in an archive or layout. Blobs count from 1. What it sets going is in the scope. */
  readonly open: (path: string, bytes: number, scope?: Scope) => FileSink;
  /** Another name of a blob. */
  readonly link: (path: string, target: string) => void;
  /** The blobs that were read, and their other names; complete when all were read and settled. */
  readonly blobs: () => readonly Blob[];
  readonly paths: (blob: number) => PathLog | undefined;
  /** The documents as they were parsed. */
  readonly documents: () => readonly { readonly blob: number; readonly path: string; readonly json: unknown }[];
};

/** Takes an image's blobs apart, in whatever order they come: each is told by its content, for the manifests may come last. */
export function createBlobIntake({
  nest,
  limits,
  scope: allOf,
  notes,
  trustNames,
  searchedBefore,
}: Pick<Pass, "nest" | "limits" | "scope" | "notes" | "trustNames" | "searchedBefore">): BlobIntake {
  const records: BlobRecord[] = [];
  let documentBytes = 0;
  const links: { path: string; target: string }[] = [];

  function open(path: string, bytes: number, scope = allOf): FileSink {
    const [, algorithm = "sha256", hex] = /^blobs\/(sha256|sha512)\/([0-9a-f]{64,128})$/.exec(path) ?? [];
    const claimed = hex === undefined ? "" : `${algorithm}:${hex}`;
    const name = bytes >= largeBlobBytes && hex !== undefined ? claimed : undefined;
    const diffId = name === undefined ? undefined : searchedBefore?.(name);
    const record: BlobRecord = {
      id: records.length + 1,
      path,
      bytes,
      digest: claimed,
      isWhole: false,
      diffId,
      document: undefined,
      json: undefined,
      paths: undefined,
      wasSearched: diffId === undefined,
    };
    records.push(record);
    const base: Base = { root: record.id, path: [] };
    const hash = trustNames && name !== undefined ? undefined : createHash(algorithm);
    if (diffId !== undefined) return searchedSink(record, hash, algorithm);
    let start: number | undefined;
    const sniffed = createSniffed((magic, at, bytes, from, to) =>
      contents(record, base, isTar(magic, bytes, from, to) ? "tar" : magic, at, scope),
    );
    return {
      write: (bytes, from, to, at) => {
        start ??= at;
        hash?.update(bytes.subarray(from, to));
        sniffed.write(bytes, from, to, at);
      },
      end: (at, whole) => {
        record.isWhole = whole;
        if (whole && hash !== undefined) record.digest = `${algorithm}:${hash.digest("hex")}`;
        sniffed.end(at, whole);
        if (record.paths !== undefined) record.diffId ??= record.digest;
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
  function searchedSink(record: BlobRecord, hash: Hash | undefined, algorithm: string): FileSink {
    let start: number | undefined;
    return {
      write: (bytes, from, to, at) => {
        start ??= at;
        hash?.update(bytes.subarray(from, to));
      },
      end: (_, whole) => {
        record.isWhole = whole;
        if (whole && hash !== undefined) record.digest = `${algorithm}:${hash.digest("hex")}`;
      },
      spot: (offset) => {
        const from = start ?? offset;
        return { root: record.id, path: [], kind: "searched", start: from, end: from + record.bytes };
      },
    };
  }

  function contents(record: BlobRecord, base: Base, magic: Magic, at: number, scope: Scope): FileSink | undefined {
    if (magic === "tar") return walkerSink(layer(record, base, at, scope));
    if (magic === "gzip" || magic === "zstd") return packedLayer(record, base, at, magic, scope);
    if (magic === "json") return documentSink(record, base);
    return undefined;
  }

  function layer(record: BlobRecord, base: Base, at: number, inScope: Scope): Walker {
    const paths = createPathLog();
    record.paths = paths;
    return nest.tar(base, at, 0, inScope, {
      onEntry: (entry) => paths.add(entry.path, entry.kind === "directory"),
      broken: (why) => notes.skipped(base, why),
    });
  }

  function packedLayer(
    record: BlobRecord,
    base: Base,
    at: number,
    compression: "gzip" | "zstd",
    scope: Scope,
  ): FileSink {
    const decodeLimits = {
      maxBytes: limits.layerBytes,
      // A layer may be a sparse file of zeros; its size alone is limited.
      bombRatio: Number.POSITIVE_INFINITY,
      bombBytes: Number.POSITIVE_INFINITY,
    };
    return nest.unpack({ compression, base, at, limits: decodeLimits }, scope, (inner) => {
      const hash = createHash("sha256");
      const sniffed = createSniffed((magic, at, bytes, from, to) =>
        isTar(magic, bytes, from, to) ? walkerSink(layer(record, base, at, inner)) : undefined,
      );
      return {
        walker: createFileWalker(base, sniffed),
        onPiece: (piece) => hash.update(piece),
        onEnd: ({ trailing, problem }) => {
          if (record.paths !== undefined) record.diffId = `sha256:${hash.digest("hex")}`;
          if (problem !== undefined) notes.skipped(base, problem.why);
          if (trailing > 0) notes.skipped(base, `${trailing} bytes follow the end of its compressed data`);
        },
      };
    });
  }

  function documentSink(record: BlobRecord, base: Base): FileSink | undefined {
    documentBytes += record.bytes;
    if (record.bytes > limits.documentBytes || documentBytes > limits.documentBytes * mostLargeDocuments) {
      notes.skipped(base, `it is a document of ${record.bytes} bytes, too large to be read as one`);
      return undefined;
    }
    const parts: Buffer[] = [];
    return {
      write: (bytes, from, to) => {
        parts.push(Buffer.from(bytes.subarray(from, to)));
      },
      end: () => {
        try {
          record.json = JSON.parse(Buffer.concat(parts).toString("utf8"));
        } catch {
          return;
        }
        record.document = readDocument(record.json);
      },
    };
  }

  function blobs(): Blob[] {
    const found: Blob[] = records.map(({ id, path, digest, isWhole, bytes, diffId, document, wasSearched }) => ({
      id,
      path,
      digest,
      isWhole,
      bytes,
      diffId,
      document,
      wasSearched,
    }));
    const byPath = new Map(found.map((blob) => [blob.path, blob]));
    for (const { path, target } of links) {
      const blob = byPath.get(target);
      if (blob !== undefined) found.push({ ...blob, path });
    }
    return found;
  }

  return {
    open,
    link: (path, target) => void links.push({ path, target }),
    blobs,
    paths: (blob) => records[blob - 1]?.paths,
    documents: () =>
      records.filter((record) => record.document !== undefined).map(({ id, path, json }) => ({ blob: id, path, json })),
  };
}

/** All documents of an archive together may be so many times as large as one. */
const mostLargeDocuments = 4;
/** Documents are always verified. */
const largeBlobBytes = 1 << 20;

function isTar(magic: Magic, bytes: Buffer, from: number, to: number): boolean {
  // An empty layer is nothing but zeros.
  return magic === "tar" || (to - from >= tarBlock && isZeroBlock(bytes, from));
}
