import { createAppended } from "../layer/appended.ts";
import type { Compression } from "../layer/decode.ts";
import { createHeadedWalker, gitObjectHeader, type HeaderPart, rpmHeaders } from "../layer/headed-walker.ts";
import type { Limits } from "../layer/limit.ts";
import { type Magic, magicBytes, sniff } from "../layer/magic.ts";
import { arFormat, cpioFormat, gitRecordFormat } from "../layer/member-format.ts";
import { createMemberWalker, type MemberFormat } from "../layer/member-walker.ts";
import type { PathLog } from "../layer/path-log.ts";
import { createFileWalker, createSniffed, walkerSink } from "../layer/sniffed.ts";
import type { Base, FileSink, Spot, Walker } from "../layer/spot.ts";
import { pathIn } from "../layer/tar-run.ts";
import { createTarWalker, type TarEvents } from "../layer/tar-walker.ts";
import { createZipWalker, type ZipMember } from "../layer/zip-walker.ts";
import type { Hit } from "./hit.ts";
import { createPlaceChoice } from "./place-choice.ts";
import { createRoom } from "./room.ts";
import type { PlaceRule } from "./rule.ts";
import type { Search } from "./search.ts";
import { openSparseEntry } from "./sparse-entry.ts";
import { createSparseFile, type SparseFile, type SparseUse } from "./sparse-file.ts";
import { createStrand, type Strand } from "./strand.ts";
import { createTextReader } from "./text-reader.ts";
import { createUnpacker, type Packed, type Scope, type Unpacked } from "./unpacker.ts";
import { createWindowPool } from "./window-pool.ts";

/** What is found, counted and not read while a stream is taken apart. */
export type Notes = {
  readonly hit: (hit: Hit) => void;
  readonly bytes: (count: number) => void;
  readonly file: (file: Base) => void;
  /** So many, the last of them at this path in `base`. */
  readonly files: (base: Base, last: string, count: number) => void;
  /** A limit, or damage, kept something from being read that is promised to be: the scan is not complete. */
  readonly skipped: (place: Base, why: string) => void;
  /** It looks like an archive and is none, or none that is promised to be opened; its bytes were searched as they are. */
  readonly unopened: (place: Base, why: string) => void;
};

export type Nest = {
  readonly strand: (walker: Walker) => Strand;
  /** A tar of files; `depth` is how many containers it is in. */
  readonly tar: (base: Base, at: number, depth: number, scope: Scope, use: TarUse) => Walker;
  readonly unpack: (packed: Packed, scope: Scope, open: (scope: Scope) => Unpacked) => FileSink;
  /** A sparse file whose holes may be filled with `mostBytes`, and with so many times what is stored of it. */
  readonly fill: (
    file: SparseFile,
    scope: Scope,
    use: Pick<SparseUse, "open" | "wantsZeros"> & { readonly mostBytes: number; readonly bombRatio: number },
  ) => FileSink;
};

export type TarUse = {
  /** Gets each entry's path. */
  readonly paths?: PathLog;
  /** Of a file in it, if a place is given. */
  readonly broken: (why: string, place?: Base) => void;
};

/** What is at hand of a file, from its first byte on, which stands at `at` of its stream. */
type Hand = { readonly bytes: Buffer; readonly from: number; readonly to: number; readonly at: number };

const zipMark = Buffer.from("PK\x03\x04", "latin1");

/** Why no more archives are opened. */
const tooMany = {
  nested: (most: number) => `more than ${most} archives lie in files: no more are opened`,
  damaged: (most: number) => `archives in files were damaged ${most} times: no more are opened`,
};

/** In the holes of all sparse files together. */
const mostZerosForLines = 1 << 30;

/** All that is unpacked at the same time holds no more of what came before than this. */
const mostWindowsBytes = 96 << 20;

/** Opens what lies in files, archives in archives too. */
export function createNest(
  search: Search,
  rules: readonly PlaceRule[],
  limits: Limits,
  now: number,
  notes: Notes,
): Nest {
  const pool = createWindowPool(search);
  const room = createRoom(mostWindowsBytes);
  const places = createPlaceChoice(rules);
  let opened = 0;
  let damaged = 0;
  let unpacked = 0;
  let zerosForLines = 0;
  let isFull = false;

  function strand(walker: Walker, room?: number): Strand {
    return createStrand(search, walker, notes.hit, notes.bytes, pool, room);
  }

  function mayOpen(base: Base, depth: number): boolean {
    if (depth >= limits.depth) {
      notes.skipped(base, `it lies in more than ${limits.depth} archives in each other`);
      return false;
    }
    if (isFull) return false;
    const reached = opened >= limits.nested ? "nested" : damaged >= limits.damaged ? "damaged" : undefined;
    if (reached === undefined) {
      opened++;
      return true;
    }
    isFull = true;
    notes.skipped(base, tooMany[reached](limits[reached]));
    return false;
  }

  function noteDamaged(base: Base, why: string): void {
    damaged++;
    notes.unopened(base, why);
  }

  function file(base: Base, depth: number, scope: Scope): FileSink {
    const sniffed = createSniffed((magic, at) => contents(magic, base, at, depth, scope));
    const reader = readerOf(base);
    return reader === undefined ? sniffed : both(sniffed, reader);
  }

  /** The same of one of `size` bytes that is told by the first of them, if they are at hand, so that most need nobody who takes them. */
  function fileAt(hand: Hand, size: number, base: Base, depth: number, scope: Scope): FileSink | undefined {
    const { bytes, from, to, at } = hand;
    const headBytes = Math.min(size, magicBytes);
    if (to - from < headBytes) return file(base, depth, scope);
    const magic = headBytes === 0 ? "unknown" : sniff(bytes, from, from + headBytes);
    const inside = contents(magic, base, at, depth, scope);
    const reader = readerOf(base);
    return inside === undefined || reader === undefined ? (inside ?? reader) : both(inside, reader);
  }

  /** Collects it for the rules that read files at such a place, if it is known to be of no more than `size` bytes. */
  function readerOf(base: Base, size = 0): FileSink | undefined {
    const reading = places.rulesFor(base.path.at(-1) ?? "");
    if (reading.length === 0) return undefined;
    const onTooLarge = (): void => {
      const why = `it is larger than ${limits.textBytes} bytes: the rules for such files did not read it`;
      notes.unopened(base, why);
    };
    if (size > limits.textBytes) {
      onTooLarge();
      return undefined;
    }
    return createTextReader(
      base,
      reading,
      search,
      { now, mostBytes: limits.textBytes },
      { onHit: notes.hit, onTooLarge },
    );
  }

  function contents(magic: Magic, base: Base, at: number, depth: number, scope: Scope): FileSink | undefined {
    const broken = (why: string, place = base): void => notes.unopened(place, why);
    // most have nothing behind them, and are no archive then
    if (magic === "script") {
      return createAppended(zipMark, (start) =>
        mayOpen(base, depth) ? zip(base, start, depth + 1, scope) : undefined,
      );
    }
    switch (magic) {
      case "unknown":
      case "json":
        return undefined;
      case "gzip":
      case "zstd":
      case "xz":
      case "bzip2":
      case "zlib":
      case "git-pack":
      case "tar":
      case "zip":
      case "ar":
      case "cpio":
      case "rpm":
      case "git-object":
        break;
      default:
        broken(`${magic} is not opened`);
        return undefined;
    }
    if (!mayOpen(base, depth)) return undefined;
    const inside = depth + 1;
    switch (magic) {
      case "tar":
        return walkerSink(tar(base, at, inside, scope, { broken }));
      case "zip":
        return walkerSink(zip(base, at, inside, scope));
      case "ar":
        return walkerSink(members(arFormat, base, at, inside, scope));
      case "cpio":
        return walkerSink(members(cpioFormat, base, at, inside, scope));
      case "rpm":
        return headed(rpmHeaders, base, at, () => file({ ...base, path: [...base.path, "payload"] }, inside, scope));
      case "git-object":
        return headed(gitObjectHeader, base, at, () => file(base, inside, scope));
      case "gzip":
      case "zstd":
        return packed(magic, { ...base, wrapped: magic }, at, inside, scope, base);
      default:
        return packed(magic, base, at, inside, scope);
    }
  }

  /** A file behind a header of its own. */
  function headed(parts: readonly HeaderPart[], base: Base, at: number, open: () => FileSink): FileSink {
    return walkerSink(createHeadedWalker(base, at, parts, { open, broken: (why) => noteDamaged(base, why) }));
  }

  function members(format: MemberFormat, base: Base, at: number, depth: number, scope: Scope): Walker {
    return createMemberWalker(base, at, format, {
      broken: (why) => noteDamaged(base, why),
      open: ({ name, size }, data, bytes, from, to) => {
        const member = { ...base, path: [...base.path, name] };
        if (format !== gitRecordFormat) notes.file(member);
        return fileAt({ bytes, from, to, at: data }, size, member, depth, scope);
      },
      // of what Linux starts with, the first archive may be followed by a compressed one, which does not lie in it
      rest: () => file(base, depth - 1, scope),
    });
  }

  function tar(base: Base, at: number, depth: number, scope: Scope, use: TarUse): Walker {
    const open: TarEvents["open"] = (entry, data, bytes, from, to) => {
      use.paths?.add(entry.path, entry.kind === "directory");
      const path = [...base.path, entry.path];
      // Put together from two fields, so no search of the header sees it.
      if (entry.split) scanText(entry.path, { ...base, path }, "name");
      for (const text of entry.said) scanText(text, { ...base, path }, "metadata");
      if (entry.kind !== "file") return undefined;
      const content = { ...base, path };
      notes.file(content);
      const asStored = (): FileSink | undefined =>
        fileAt({ bytes, from, to, at: data }, entry.size, content, depth, scope);
      if (entry.sparse === undefined) return asStored();
      return openSparseEntry(
        entry.sparse,
        { base: content, at: data, stored: entry.size },
        { open: (file) => sparse(file, depth, scope), asStored, broken: (why) => use.broken(why, content) },
      );
    };
    const pass: TarEvents["pass"] = (run) => {
      use.paths?.addRun(run);
      notes.files(base, pathIn(run, run.count - 1), run.files[run.count - 1]!);
    };
    const skim = places.isFiltered ? search.skim : undefined;
    return createTarWalker(
      base,
      at,
      { broken: use.broken, open, pass, ...(use.paths && { link: use.paths.links.add }) },
      skim,
    );
  }

  /** A sparse file in a tar: the rules and archives get its zeros, if there are any. */
  function sparse(sparseFile: SparseFile, depth: number, scope: Scope): FileSink {
    const { base, map } = sparseFile;
    const reader = readerOf(base, map.size);
    let isOpened = false;
    return fill(sparseFile, scope, {
      mostBytes: limits.nestedBytes,
      bombRatio: limits.bombRatio,
      wantsZeros: () => isOpened || reader !== undefined,
      open: (inner) => {
        const sniffed = createSniffed((magic, at) => {
          const inside = contents(magic, base, at, depth, inner);
          isOpened = inside !== undefined;
          return inside;
        });
        return reader === undefined ? sniffed : both(sniffed, reader);
      },
    });
  }

  const fill: Nest["fill"] = (sparseFile, scope, { mostBytes, bombRatio, ...use }) => {
    const most = Math.min(mostBytes, Math.max(limits.bombBytes, bombRatio * sparseFile.map.stored));
    let own = 0;
    return createSparseFile(
      sparseFile,
      scope,
      {
        ...use,
        takeZeros: (wanted, forLines) => {
          const all = forLines ? mostZerosForLines - zerosForLines : limits.allNestedBytes - unpacked;
          const taken = Math.max(0, Math.min(wanted, most - own, all));
          if (forLines) zerosForLines += taken;
          own += taken;
          unpacked += taken;
          return taken;
        },
        onCut: () =>
          notes.skipped(
            sparseFile.base,
            `its holes are too large: what lies in it was read up to ${own} bytes of them`,
          ),
      },
      strand,
      room,
    );
  };

  function scanText(text: string, base: Base, kind: Spot["kind"]): void {
    search.scanText(text, { ...base, kind, start: 0, end: Number.POSITIVE_INFINITY }, notes.hit);
  }

  function zip(base: Base, at: number, depth: number, scope: Scope): Walker {
    return createZipWalker(base, at, {
      broken: (why) => noteDamaged(base, why),
      open: (member, data) => {
        const inside = { ...base, path: [...base.path, member.path] };
        notes.file(inside);
        return zipMember(member, inside, data, depth, scope);
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

  /**
   * A compressed file: what it holds is a file again, under the same name.
   *
   * @param behind whose it is what follows its end: an archive that counts as one that lies in it, so that they end
   */
  function packed(
    compression: Compression,
    base: Base,
    at: number,
    depth: number,
    scope: Scope,
    behind: Base = base,
  ): FileSink {
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
      walker:
        compression === "git-pack"
          ? members(gitRecordFormat, base, 0, depth, inner)
          : createFileWalker(base, file(base, depth, inner)),
      onPiece: (piece) => {
        own += piece.length;
        unpacked += piece.length;
      },
      openRest: (head) => {
        const sink = contents(sniff(head, 0, head.length), behind, 0, depth, inner);
        return sink && createFileWalker(behind, sink);
      },
      onEnd: ({ trailing, problem }) => {
        if (problem?.kind === "limit") notes.skipped(base, problem.why);
        // what came out before was searched, and its bytes as they are
        else if (problem !== undefined) noteDamaged(base, problem.why);
        else if (trailing > 0) {
          const what = `${trailing} bytes follow the end of its compressed data`;
          notes.unopened(base, `${what}: they were searched as they are`);
        }
      },
    }));
  }

  function unpack(what: Packed, scope: Scope, open: (scope: Scope) => Unpacked): FileSink {
    return createUnpacker(what, scope, open, strand, room);
  }

  return { strand, tar, unpack, fill };
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
