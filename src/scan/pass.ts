import { decode, isCompression } from "../layer/decode.ts";
import { defaultLimits, type Limits } from "../layer/limit.ts";
import { magicBytes, sniff } from "../layer/magic.ts";
import type { Base, Spot, Walker } from "../layer/spot.ts";
import { conclude } from "./conclude.ts";
import type { Hit } from "./hit.ts";
import type { ImageScan } from "./image-scan.ts";
import { createLedger } from "./ledger.ts";
import { createNest, type Nest, type Notes } from "./nest.ts";
import type { Atlas } from "./place.ts";
import { openReadAhead, type Source } from "./read-ahead.ts";
import { createRemarks } from "./remark.ts";
import { contentRules, placeRules } from "./rule/every-rule.ts";
import type { ScanOptions } from "./scan-options.ts";
import { createSearch, type Search } from "./search.ts";
import { createSkippedPaths } from "./skip-path.ts";
import type { Strand } from "./strand.ts";
import { createScope, finish, type Scope, settle } from "./unpacker.ts";

/** One pass over one stream: what is looked for, what takes the stream apart, and what was found so far. */
export type Pass = {
  readonly search: Search;
  readonly nest: Nest;
  readonly notes: Notes;
  readonly limits: Limits;
  readonly scope: Scope;
  readonly trustNames: boolean;
  readonly searchedBefore: ScanOptions["searchedBefore"];
  readonly add: (hit: Hit, pointer?: readonly string[]) => void;
  /** Reads the stream to its end, through the walker. What breaks it off is noted. */
  readonly read: (stream: AsyncIterable<Uint8Array>, walker: Walker) => Promise<void>;
  /** The same of a file that is at hand, and that is not compressed as a whole. */
  readonly readFile: (file: ArchiveFile, walker: Walker) => Promise<void>;
  /** Whether a stream did. */
  readonly hasBrokenOff: () => boolean;
  readonly conclude: (atlas: Atlas, layers: number) => ImageScan;
};

const theArchive: Base = { root: 0, path: [] };

/** A file that can be read anywhere, any time. Its functions may throw the system's error. */
export type ArchiveFile = Source & {
  /** All of it. */
  readonly stream: () => AsyncIterable<Uint8Array>;
  /**
   * So many bytes from `at` on, or as many as there are: for what is unpacked while the file is read on. They come in batches, as `decode` takes
   * them, of which the last ones alone are there.
   */
  readonly part: (at: number, bytes: number) => AsyncIterable<Uint8Array>;
  /** Of as many, in hex, while the file is read on. */
  readonly digest: (algorithm: string, at: number, bytes: number) => Promise<string>;
};

export function createPass(options: ScanOptions): Pass {
  const { content, place } = options.rules ?? { content: contentRules, place: placeRules };
  const limits = { ...defaultLimits, ...options.limits };
  const search = createSearch(options.needles, content, options.nowSeconds);
  const ledger = createLedger();
  const skippedPaths = createSkippedPaths(options.skipPaths ?? []);
  const skipped = createRemarks();
  const unopened = createRemarks();
  let brokeOff = false;
  const begun = new Set<number>();
  let latest: readonly string[] = [];
  const reading = (): string => {
    const path = latest.join(" → ");
    return search.holdsNeedle(path) ? "" : path;
  };
  const stats = { bytes: 0, files: 0, layers: 0 };
  const countFiles = (root: number, path: readonly string[], count: number): void => {
    stats.files += count;
    latest = path;
    if (root !== 0) begun.add(root);
    stats.layers = begun.size;
  };
  const notes: Notes = {
    hit: (hit) => {
      if (hit.spot.kind !== "searched" && !skippedPaths.takes(hit)) ledger.add(hit);
    },
    bytes: (count) => {
      stats.bytes += count;
      options.onProgress?.(stats, reading);
    },
    file: (file) => countFiles(file.root, file.path, 1),
    files: ({ root, path }, last, count) => countFiles(root, [...path, last], count),
    skipped: (place, why) => {
      // that what was read ends too early, too, says nothing more
      if (!(brokeOff && place.root === theArchive.root)) skipped.add(place, why);
    },
    unopened: unopened.add,
  };
  const nest = createNest(search, place, limits, options.nowSeconds, notes);
  const scope = createScope();

  async function read(stream: AsyncIterable<Uint8Array>, walker: Walker): Promise<void> {
    const strand = nest.strand(walker);
    const keepPace = () => settle(scope);
    try {
      const { head, rest } = await begin(stream);
      const magic = sniff(head, 0, head.length);
      if (isCompression(magic)) {
        // A whole archive that was compressed, as `docker load` takes it too.
        const decodeLimits = { maxBytes: limits.layerBytes, bombRatio: Infinity, bombBytes: Infinity };
        const wrapper = nest.strand(wrapperOf(theArchive));
        const take = (piece: Buffer) => strand.write(piece, keepPace);
        const decoding = decode(magic, searched(rest, wrapper), decodeLimits, take);
        const { problem, trailing } = await decoding.finally(wrapper.end);
        if (problem !== undefined) notes.skipped(theArchive, problem.why);
        if (trailing > 0) notes.skipped(theArchive, `${trailing} bytes follow the end of its compressed data`);
      } else {
        for await (const chunk of rest) await strand.write(chunk, keepPace);
      }
    } catch (error) {
      if (!(error instanceof StreamFailure)) throw error;
      brokeOff = true;
      skipped.add(theArchive, `its stream broke off: ${error.message}`);
    }
    strand.end();
    await finish(scope);
  }

  async function readFile(file: ArchiveFile, walker: Walker): Promise<void> {
    const strand = nest.strand(walker);
    const ahead = openReadAhead(file, search, () => {
      notes.skipped(theArchive, "its file could not be read to the end");
    });
    try {
      await strand.follow(ahead.next, () => settle(scope));
    } finally {
      ahead.close();
    }
    strand.end();
    await finish(scope);
  }

  return {
    search,
    nest,
    notes,
    limits,
    scope,
    trustNames: options.trustNames ?? false,
    searchedBefore: options.searchedBefore,
    add: ledger.add,
    read,
    readFile,
    hasBrokenOff: () => brokeOff,
    conclude: (atlas, layers) => {
      const leftOut = [...atlas.assembled.leftOut, ...skippedPaths.leftOut()];
      const { onKey } = options;
      return conclude({ search, ledger, atlas, skipped, unopened, leftOut, stats: { ...stats, layers }, onKey });
    },
  };
}

/** Gives a stream on, and has it searched as it is: a file's name in gzip's header, what zstd is to skip. */
async function* searched(stream: AsyncIterable<Uint8Array>, strand: Strand): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    await strand.write(chunk, async () => {});
    yield chunk;
  }
}

/** Of bytes that are searched unpacked, too. */
function wrapperOf(base: Base): Walker {
  const spot: Spot = { ...base, kind: "packed", start: 0, end: Number.POSITIVE_INFINITY };
  return { push: () => {}, end: () => {}, spot: () => spot, forget: () => {} };
}

/** The stream itself failed: its reader is told from a mistake of ours by this. */
class StreamFailure extends Error {}

/** The first bytes of a stream, and the whole of it. */
async function begin(stream: AsyncIterable<Uint8Array>): Promise<{ head: Buffer; rest: AsyncIterable<Uint8Array> }> {
  const iterator = stream[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let over = false;

  async function next(): Promise<Uint8Array | undefined> {
    try {
      const result = await iterator.next();
      return result.done === true ? undefined : result.value;
    } catch (cause) {
      throw new StreamFailure(cause instanceof Error ? cause.message : "unknown", { cause });
    }
  }

  while (length < magicBytes && !over) {
    const chunk = await next();
    over = chunk === undefined;
    if (chunk === undefined) break;
    chunks.push(chunk);
    length += chunk.length;
  }

  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks.splice(0);
      for (let chunk = over ? undefined : await next(); chunk !== undefined; chunk = await next()) yield chunk;
    } finally {
      await iterator.return?.();
    }
  }

  return { head: Buffer.concat(chunks).subarray(0, magicBytes), rest: rest() };
}
