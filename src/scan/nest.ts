import { type ByteQueue, createByteQueue } from "../layer/byte-queue.ts";
import { type Compression, type DecodeLimits, type DecodeProblem, decode } from "../layer/decode.ts";
import { decodeWhole } from "../layer/decode-whole.ts";
import type { Limits } from "../layer/limit.ts";
import type { Magic } from "../layer/magic.ts";
import { createFileWalker, createSniffed, walkerSink } from "../layer/sniffed.ts";
import type { Base, FileSink, Spot, Walker } from "../layer/spot.ts";
import { createTarWalker, type TarEntry } from "../layer/tar-walker.ts";
import { createZipWalker, type ZipMember } from "../layer/zip-walker.ts";
import type { Hit } from "./hit.ts";
import type { PlaceRule } from "./rule.ts";
import type { Search } from "./search.ts";
import { createStrand, type Strand } from "./strand.ts";

/** What is found, counted and not read while a stream is taken apart. */
export type Notes = {
  readonly hit: (hit: Hit) => void;
  readonly bytes: (count: number) => void;
  readonly file: () => void;
  /** A limit, or damage, kept something from being read that is promised to be: the scan is not complete. */
  readonly skipped: (place: Base, why: string) => void;
  /** It looks like an archive and is none, or none that is promised to be opened; its bytes were searched as they are. */
  readonly unopened: (place: Base, why: string) => void;
};

/** What was set going by one strand, and has to keep pace with it. */
export type Scope = { readonly running: Set<Unpacking> };

type Unpacking = { readonly queue: ByteQueue; readonly done: Promise<void>; closed: boolean };

/** What becomes of unpacked bytes. */
export type Unpacked = {
  readonly walker: Walker;
  readonly onPiece?: (piece: Buffer) => void;
  /** `lossy`: at the damaged place, something that could have been unpacked was not. */
  readonly onEnd: (result: {
    readonly trailing: number;
    readonly problem?: DecodeProblem;
    readonly lossy: boolean;
  }) => void;
};

export type Nest = {
  readonly strand: (walker: Walker) => Strand;
  /** A file inside a layer (or inside a file); `depth` is how many containers it is in. */
  readonly file: (base: Base, size: number | undefined, depth: number, scope: Scope) => FileSink;
  /** A tar of files; `onEntry` sees each entry. */
  readonly tar: (base: Base, at: number, depth: number, scope: Scope, events: TarUse) => Walker;
  /** Unpacks what is written to it, from `at` of its stream on: at once when it is small, else on the side. */
  readonly unpack: (
    compression: Compression,
    base: Base,
    at: number,
    limits: DecodeLimits,
    scope: Scope,
    open: (scope: Scope) => Unpacked,
  ) => FileSink;
  /** Waits until everything in the scope has kept pace. */
  readonly settle: (scope: Scope) => Promise<void>;
};

export type TarUse = {
  readonly onEntry?: (entry: TarEntry) => void;
  readonly broken: (why: string) => void;
};

/** A compressed file up to this size is unpacked at once when it is whole, if the result is no larger than that. */
const smallPackedBytes = 256 * 1024;
const smallBytes = 4 << 20;

export function createScope(): Scope {
  return { running: new Set() };
}

/** Opens what lies in files, archives in archives too. */
export function createNest(
  search: Search,
  rules: readonly PlaceRule[],
  limits: Limits,
  now: number,
  notes: Notes,
): Nest {
  let opened = 0;

  function strand(walker: Walker, room?: number): Strand {
    return createStrand(search, walker, notes.hit, notes.bytes, room);
  }

  function mayOpen(base: Base, depth: number): boolean {
    if (depth >= limits.depth) {
      notes.skipped(base, `it lies in more than ${limits.depth} archives in each other`);
      return false;
    }
    opened++;
    if (opened === limits.nested + 1)
      notes.skipped(base, `more than ${limits.nested} archives lie in files: no more are opened`);
    return opened <= limits.nested;
  }

  function file(base: Base, size: number | undefined, depth: number, scope: Scope): FileSink {
    const sniffed = createSniffed((magic, at) => contents(magic, base, at, depth, scope));
    const path = base.path.at(-1) ?? "";
    const reading = rules.filter((rule) => rule.place.test(path));
    return reading.length === 0 ? sniffed : both(sniffed, textSink(base, reading, size));
  }

  function contents(magic: Magic, base: Base, at: number, depth: number, scope: Scope): FileSink | undefined {
    if (magic === "xz" || magic === "bzip2") {
      notes.unopened(base, `${magic} is not opened`);
      return undefined;
    }
    if (magic === "unknown" || magic === "json" || !mayOpen(base, depth)) return undefined;
    if (magic === "tar") {
      return walkerSink(tar(base, at, depth + 1, scope, { broken: (why) => notes.unopened(base, why) }));
    }
    if (magic === "zip") return walkerSink(zip(base, at, depth + 1, scope));
    return packed(magic, { ...base, wrapped: magic }, at, depth + 1, scope);
  }

  function tar(base: Base, at: number, depth: number, scope: Scope, use: TarUse): Walker {
    return createTarWalker(base, at, {
      broken: use.broken,
      open: (entry) => {
        use.onEntry?.(entry);
        const path = [...base.path, entry.path];
        if (entry.split) {
          // Put together from two fields, so no search of the header sees it.
          const spot: Spot = { ...base, path, kind: "name", start: 0, end: Number.POSITIVE_INFINITY };
          search.scanText(entry.path, spot, notes.hit);
        }
        if (entry.kind !== "file") return undefined;
        notes.file();
        return file({ ...base, path }, entry.size, depth, scope);
      },
    });
  }

  function zip(base: Base, at: number, depth: number, scope: Scope): Walker {
    return createZipWalker(base, at, {
      broken: (why) => notes.unopened(base, why),
      open: (member, data) => {
        notes.file();
        return zipMember(member, { ...base, path: [...base.path, member.path] }, data, depth, scope);
      },
    });
  }

  function zipMember(member: ZipMember, base: Base, at: number, depth: number, scope: Scope): FileSink | undefined {
    if (member.size === 0) return undefined;
    if (member.encrypted || member.method === "other") {
      notes.unopened(base, member.encrypted ? "it is encrypted" : "it is packed in a way that is not opened");
      return undefined;
    }
    if (member.method === "stored") return file(base, member.size, depth, scope);
    return packed(member.method, base, at, depth, scope);
  }

  /** A compressed file: what it holds is a file again, under the same name. */
  function packed(compression: Compression, base: Base, at: number, depth: number, scope: Scope): FileSink {
    const decodeLimits = { maxBytes: limits.nestedBytes, bombRatio: limits.bombRatio, bombBytes: limits.bombBytes };
    return unpack(compression, base, at, decodeLimits, scope, (inner) => ({
      walker: createFileWalker(base, file(base, undefined, depth, inner)),
      onEnd: ({ problem, lossy }) => {
        if (problem === undefined) return;
        if (problem.kind === "limit" || lossy) notes.skipped(base, problem.why);
        else notes.unopened(base, problem.why);
      },
    }));
  }

  function unpack(
    compression: Compression,
    base: Base,
    at: number,
    decodeLimits: DecodeLimits,
    scope: Scope,
    open: (scope: Scope) => Unpacked,
  ): FileSink {
    let parts: Buffer[] = [];
    let length = 0;
    let running: Unpacking | undefined;

    function run(): Unpacking {
      const queue = createByteQueue();
      const inner = createScope();
      const { walker, onPiece, onEnd } = open(inner);
      const into = strand(walker);
      const done = decode(compression, queue, decodeLimits, async (piece) => {
        onPiece?.(piece);
        await into.write(piece, () => settle(inner));
      }).then(async (result) => {
        into.end();
        await settle(inner);
        // Damage found midway takes the piece with it that was being unpacked.
        onEnd({ ...result, lossy: result.problem?.kind === "corrupt" && result.bytes > 0 });
      });
      // Whoever settles sees it fail.
      done.catch(() => {});
      for (const part of parts) queue.push(part);
      parts = [];
      const unpacking = { queue, done, closed: false };
      scope.running.add(unpacking);
      return unpacking;
    }

    const spot: Spot = { ...base, kind: "packed", start: at, end: Number.POSITIVE_INFINITY };
    return {
      spot: () => spot,
      write: (bytes, from, to) => {
        // The bytes stay only as long as the call.
        const part = Buffer.from(bytes.subarray(from, to));
        length += part.length;
        if (running !== undefined) {
          running.queue.push(part);
          return;
        }
        parts.push(part);
        if (length > smallPackedBytes) running = run();
      },
      end: () => {
        const whole =
          running === undefined ? decodeWhole(compression, Buffer.concat(parts), smallBytes, decodeLimits) : undefined;
        if (whole !== undefined) {
          const { walker, onPiece, onEnd } = open(scope);
          for (const piece of whole.pieces) onPiece?.(piece);
          strand(walker, lengthOf(whole.pieces)).whole(whole.pieces);
          onEnd({ ...whole, lossy: false });
          return;
        }
        running ??= run();
        running.closed = true;
        running.queue.close();
      },
    };
  }

  /** Collects a file's text for the rules that read whole files. */
  function textSink(base: Base, reading: readonly PlaceRule[], size: number | undefined): FileSink {
    const parts: Buffer[] = [];
    let length = 0;
    let cut = size !== undefined && size > limits.textBytes;
    return {
      write: (bytes, from, to) => {
        length += to - from;
        cut ||= length > limits.textBytes;
        if (!cut) parts.push(Buffer.from(bytes.subarray(from, to)));
      },
      end: () => {
        if (cut) {
          notes.unopened(base, `it is larger than ${limits.textBytes} bytes: the rules for such files did not read it`);
          return;
        }
        const text = Buffer.concat(parts).toString("latin1");
        for (const rule of reading) readText(rule, text, base);
      },
    };
  }

  function readText(rule: PlaceRule, text: string, base: Base): void {
    const spot: Spot = { ...base, kind: "content", start: 0, end: text.length };
    for (const verdict of rule.read(text, { path: base.path.at(-1) ?? "", now })) {
      if (search.holdsNeedle(verdict.value)) continue;
      notes.hit({
        what: { kind: "pattern", rule: rule.id, remedy: rule.remedy, verdict },
        spot,
        offset: verdict.start,
        length: verdict.end - verdict.start,
        line: text.slice(0, verdict.start).split("\n").length,
      });
    }
  }

  async function settle(scope: Scope): Promise<void> {
    for (const unpacking of scope.running) {
      if (unpacking.closed) {
        await unpacking.done;
        scope.running.delete(unpacking);
      } else {
        await Promise.race([unpacking.queue.drained(), unpacking.done]);
      }
    }
  }

  return { strand, file, tar, unpack, settle };
}

function both(first: FileSink, second: FileSink): FileSink {
  return {
    ...first,
    write: (bytes, from, to, at) => {
      first.write(bytes, from, to, at);
      second.write(bytes, from, to, at);
    },
    end: (at, whole) => {
      first.end(at, whole);
      second.end(at, whole);
    },
  };
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
