import { nameText } from "./name-text.ts";
import { cleanPath } from "./path.ts";
import { type PaxSaid, parsePax, paxSaid } from "./pax.ts";
import { type Sparse, sparseOf } from "./sparse-map.ts";
import { createOldSparse, type OldSparse } from "./sparse-old.ts";
import type { Base, FileSink, Walker } from "./spot.ts";
import { isZeroBlock, linkOf, parseTarHeader, type TarHeader, tarBlock, tarType } from "./tar-header.ts";
import { createTarMap, type TarRegion } from "./tar-map.ts";
import type { Skim, TarRun } from "./tar-run.ts";

export type TarEntry = {
  readonly path: string;
  /** The link's target as it stands there; empty for what is no link. */
  readonly link: string;
  readonly kind: "file" | "directory" | "hard link" | "symbolic link" | "other";
  readonly size: number;
  /** The path stands nowhere in one piece: a search of the bytes does not see it whole. */
  readonly split: boolean;
  /** Its content is what is stored of a sparse file, of this form. */
  readonly sparse: Sparse | undefined;
  /** What is said of it in a form that a search of the bytes does not see: decoded. */
  readonly said: readonly string[];
};

export type TarEvents = {
  /**
   * An entry begins, its content at `data` of the stream; it goes to the sink, if there is one. What of the stream is at
   * hand from there on: `bytes` from `from` to `to`, only for the call.
   */
  readonly open: (entry: TarEntry, data: number, bytes: Buffer, from: number, to: number) => FileSink | undefined;
  /** This is not a well-formed tar, or not to its end. What cannot be told apart is slack. */
  readonly broken: (why: string) => void;
  /** Plain entries: as if each had been opened, and there was no sink. */
  readonly pass?: (run: TarRun) => void;
  /** A hard link, however it is read: its path and its target, both as they are after unpacking. */
  readonly link?: (path: string, target: string) => void;
};

/** What extended headers say of the entry that comes next. */
type Pending = { name?: string | undefined; link?: string | undefined; pax?: PaxSaid };

/** What has been announced, and is not complete. */
type Announced = {
  readonly bytes: Buffer;
  filled: number;
  readonly type: number;
  readonly region: TarRegion;
};

/** Go's archive/tar, which Docker reads with, takes no more for one PAX header or long name. */
const announcedLimit = 1 << 20;

/**
 * Walks a tar that begins at `at` of its stream. It never throws: what cannot be read as a tar is slack.
 * Ending without the two zero blocks is `broken` too. With `skim`, plain entries are passed as runs.
 */
export function createTarWalker(base: Base, at: number, events: TarEvents, skim?: Skim): Walker {
  const map = createTarMap(base, at);
  const block = Buffer.alloc(tarBlock);
  let blockFilled = 0;
  let state: "header" | "extension" | "body" | "padding" | "over" = "header";
  let position = at;
  let left = 0;
  let zeroBlocks = 0;
  let owner = { path: "" };
  let pending: Pending | undefined;
  let announced: Announced | undefined;
  let opened: TarHeader | undefined;
  let openedAt = 0;
  let oldSparse: OldSparse | undefined;
  let sink: FileSink | undefined;

  function over(why?: string): void {
    owner = { path: "" };
    regionFrom(position, 0, "nothing");
    state = "over";
    if (why !== undefined) events.broken(why);
  }

  /** The body that is about to come. */
  function regionFrom(start: number, size: number, holds: TarRegion["holds"], into?: FileSink): TarRegion {
    const region = { start, data: position, dataEnd: position + size, owner, holds, sink: into };
    map.add(region);
    return region;
  }

  function expectBody(size: number): void {
    left = size;
    state = "body";
    if (size === 0) endOfBody();
  }

  /** The block at `from` of `bytes`; behind it follows what `rest` has from `restFrom` to `restTo`. */
  function readHeader(bytes: Buffer, from: number, rest: Buffer, restFrom: number, restTo: number): void {
    const start = position;
    position += tarBlock;
    if (isZeroBlock(bytes, from)) {
      zeroBlocks++;
      if (zeroBlocks === 2) over();
      return;
    }
    if (zeroBlocks > 0) {
      position = start;
      over("a tar that goes on after a zero block");
      return;
    }
    const header = parseTarHeader(bytes, from);
    if (typeof header === "string") {
      position = start;
      over(header);
      return;
    }
    opened = header;
    openedAt = start;
    oldSparse = header.type === tarType.gnuSparse ? createOldSparse(bytes, from) : undefined;
    if (oldSparse?.isExtended()) {
      state = "extension";
      return;
    }
    openEntry(rest, restFrom, restTo);
  }

  /** Passes plain entries; gives how many bytes that were, up to the content of the last. */
  function pass(bytes: Buffer, from: number, to: number): number {
    if (skim === undefined || events.pass === undefined || pending !== undefined || zeroBlocks > 0) return 0;
    const run = skim(bytes, from, to);
    if (run === undefined || run.count === 0) return 0;
    events.pass(run);
    if (events.link !== undefined) tellLinks(bytes, from, run, events.link);
    map.addRun(position, run);
    const last = run.count - 1;
    const length = run.starts[last]! + tarBlock;
    position += length;
    expectBody(run.sizes[last]!);
    return length;
  }

  function openEntry(rest: Buffer, restFrom: number, restTo: number): void {
    const header = opened!;
    const start = openedAt;
    const { type } = header;
    if (
      type === tarType.pax ||
      type === tarType.paxGlobal ||
      type === tarType.gnuLongName ||
      type === tarType.gnuLongLink
    ) {
      if (header.size > announcedLimit) {
        over(`a tar header that announces ${header.size} bytes of names`);
        return;
      }
      pending ??= {};
      const named = type === tarType.gnuLongName || type === tarType.gnuLongLink;
      const region = regionFrom(start, header.size, named ? "long name" : "pax");
      announced = { bytes: Buffer.alloc(header.size), filled: 0, type, region };
      expectBody(header.size);
      return;
    }
    const pax = pending?.pax ?? saidNothing;
    // as Go's archive/tar has it, whichever of them stands first
    const announcedName = pending?.name ?? pax.name;
    const name = announcedName ?? header.name;
    const link = pending?.link ?? pax.link ?? header.link;
    const kind = kindOf(type, name);
    const isImpossible = Number.isNaN(pax.size);
    if (isImpossible) events.broken("a PAX header with an impossible size");
    const size = kind === "file" || kind === "other" ? sizeOf(header, isImpossible ? undefined : pax.size) : 0;
    owner.path = cleanPath(name);
    const entry = {
      path: owner.path,
      link,
      kind,
      size,
      split: header.split && announcedName === undefined,
      sparse: kind === "file" ? sparseFile(size, pax) : undefined,
      said: pax.said,
    };
    if (kind === "hard link") events.link?.(owner.path, cleanPath(link));
    sink = events.open(entry, position, rest, restFrom, restTo);
    pending = undefined;
    regionFrom(start, size, "file", sink);
    expectBody(size);
  }

  /** What was said of it, if it is one. */
  function sparseFile(stored: number, pax: PaxSaid): Sparse | undefined {
    const said = oldSparse?.said() ?? pax.sparse;
    oldSparse = undefined;
    return said === undefined ? undefined : sparseOf(said, stored);
  }

  function endOfBody(): void {
    if (announced === undefined) {
      sink?.end(position, true);
      sink = undefined;
      owner = { path: "" };
    } else {
      takeAnnounced(announced, pending!);
      announced = undefined;
    }
    left = (tarBlock - ((position - at) % tarBlock)) % tarBlock;
    state = left === 0 ? "header" : "padding";
  }

  function takeAnnounced({ bytes, type, region }: Announced, pending: Pending): void {
    if (type === tarType.gnuLongName || type === tarType.gnuLongLink) {
      const end = bytes.indexOf(0);
      const text = nameText(bytes, 0, end === -1 ? bytes.length : end);
      // an empty one says nothing, here and below
      if (text === "") return;
      if (type === tarType.gnuLongName) pending.name = text;
      else pending.link = text;
      return;
    }
    const { records, broken } = parsePax(bytes);
    region.records = records;
    if (broken) events.broken("a PAX header that cannot be read");
    if (type === tarType.paxGlobal) {
      // to Go's archive/tar it is an entry of its own, so what stood before it is said of nothing; but it stands there
      pending.name = undefined;
      pending.link = undefined;
      pending.pax = { ...saidNothing, said: pending.pax?.said ?? [] };
      return;
    }
    // of two in a row the last one counts, but what the first one holds stands there
    const before = pending.pax?.said ?? [];
    const said = paxSaid(records);
    pending.pax = { ...said, said: [...before, ...said.said] };
  }

  function push(bytes: Buffer, start: number, to: number): void {
    let from = start;
    while (from < to) {
      if (state === "over") {
        position += to - from;
        return;
      }
      if (state === "header" || state === "extension") {
        const passed = state === "header" && blockFilled === 0 ? pass(bytes, from, to) : 0;
        from += passed;
        if (passed > 0) continue;
        let source = bytes;
        let block_ = from;
        if (blockFilled > 0 || to - from < tarBlock) {
          const part = Math.min(tarBlock - blockFilled, to - from);
          bytes.copy(block, blockFilled, from, from + part);
          blockFilled += part;
          from += part;
          if (blockFilled < tarBlock) return;
          blockFilled = 0;
          source = block;
          block_ = 0;
        } else {
          from += tarBlock;
        }
        if (state === "header") {
          readHeader(source, block_, bytes, from, to);
        } else {
          position += tarBlock;
          oldSparse!.extend(source, block_);
          if (!oldSparse!.isExtended()) openEntry(bytes, from, to);
        }
        continue;
      }
      const part = Math.min(left, to - from);
      if (state === "body") {
        if (announced === undefined) sink?.write(bytes, from, from + part, position);
        else announced.filled += bytes.copy(announced.bytes, announced.filled, from, from + part);
      }
      from += part;
      position += part;
      left -= part;
      if (left === 0) {
        if (state === "body") endOfBody();
        else state = "header";
      }
    }
  }

  function end(): void {
    if (state === "over") return;
    if (state === "body") sink?.end(position, false);
    if (state === "body" || state === "padding" || state === "extension" || blockFilled > 0) {
      events.broken("a tar that breaks off inside an entry");
    } else {
      events.broken("a tar without its end mark");
    }
    state = "over";
  }

  return { push, end, spot: map.spot, forget: map.forget };
}

const saidNothing = paxSaid([]);

function tellLinks(bytes: Buffer, from: number, { count, starts }: TarRun, tell: Required<TarEvents>["link"]): void {
  for (let index = 0; index < count; index++) {
    const start = from + starts[index]!;
    if (bytes[start + 156] !== tarType.hardLink) continue;
    const { name, link } = linkOf(bytes, start);
    tell(cleanPath(name), cleanPath(link));
  }
}

function kindOf(type: number, name: string): TarEntry["kind"] {
  if (type === tarType.directory) return "directory";
  if (type === tarType.hardLink) return "hard link";
  if (type === tarType.symbolicLink) return "symbolic link";
  // Before ustar a directory was a regular file whose name ends in a slash.
  if (type === tarType.regularOld && name.endsWith("/")) return "directory";
  if (
    type === tarType.regular ||
    type === tarType.regularOld ||
    type === tarType.contiguous ||
    type === tarType.gnuSparse
  ) {
    return "file";
  }
  return "other";
}

function sizeOf(header: TarHeader, override: number | undefined): number {
  return header.type > tarType.symbolicLink && header.type <= 0x36 ? 0 : (override ?? header.size);
}
