import type { Compression } from "../layer/decode.ts";
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
import { createTextReader } from "./text-reader.ts";
import { createUnpacker, type Packed, type Scope, type Unpacked } from "./unpacker.ts";
import { createWindowPool } from "./window-pool.ts";

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

export type Nest = {
  readonly strand: (walker: Walker) => Strand;
  /** A tar of files; `depth` is how many containers it is in, `onEntry` sees each entry. */
  readonly tar: (base: Base, at: number, depth: number, scope: Scope, use: TarUse) => Walker;
  readonly unpack: (packed: Packed, scope: Scope, open: (scope: Scope) => Unpacked) => FileSink;
};

export type TarUse = {
  readonly onEntry?: (entry: TarEntry) => void;
  readonly broken: (why: string) => void;
};

/** Opens what lies in files, archives in archives too. */
export function createNest(
  search: Search,
  rules: readonly PlaceRule[],
  limits: Limits,
  now: number,
  notes: Notes,
): Nest {
  const pool = createWindowPool(search);
  let opened = 0;
  let unpacked = 0;

  function strand(walker: Walker, room?: number): Strand {
    return createStrand(search, walker, notes.hit, notes.bytes, pool, room);
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

  function file(base: Base, depth: number, scope: Scope): FileSink {
    const sniffed = createSniffed((magic, at) => contents(magic, base, at, depth, scope));
    const path = base.path.at(-1) ?? "";
    const reading = rules.filter((rule) => rule.place.test(path));
    if (reading.length === 0) return sniffed;
    const reader = createTextReader(
      base,
      reading,
      search,
      { now, mostBytes: limits.textBytes },
      {
        onHit: notes.hit,
        onTooLarge: () => {
          const why = `it is larger than ${limits.textBytes} bytes: the rules for such files did not read it`;
          notes.unopened(base, why);
        },
      },
    );
    return both(sniffed, reader);
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
        return file({ ...base, path }, depth, scope);
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
    if (member.method === "stored") return file(base, depth, scope);
    return packed(member.method, base, at, depth, scope);
  }

  /** A compressed file: what it holds is a file again, under the same name. */
  function packed(compression: Compression, base: Base, at: number, depth: number, scope: Scope): FileSink {
    let own = 0;
    const decodeLimits = {
      // Others are unpacked at the same time, and take from what is left for all.
      get maxBytes() {
        return Math.min(limits.nestedBytes, own + limits.allNestedBytes - unpacked);
      },
      bombRatio: limits.bombRatio,
      bombBytes: limits.bombBytes,
    };
    return unpack({ compression, base, at, limits: decodeLimits }, scope, (inner) => ({
      walker: createFileWalker(base, file(base, depth, inner)),
      onPiece: (piece) => {
        own += piece.length;
        unpacked += piece.length;
      },
      onEnd: ({ problem }) => {
        if (problem?.kind === "limit") notes.skipped(base, problem.why);
        // Nobody else can unpack it either: what came out before was searched, and its bytes as they are.
        else if (problem !== undefined) notes.unopened(base, problem.why);
      },
    }));
  }

  function unpack(what: Packed, scope: Scope, open: (scope: Scope) => Unpacked): FileSink {
    return createUnpacker(what, scope, open, strand);
  }

  return { strand, tar, unpack };
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
