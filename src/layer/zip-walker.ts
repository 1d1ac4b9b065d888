import { cleanPath } from "./path.ts";
import { indexAt } from "./region.ts";
import type { Base, FileSink, Spot, Walker } from "./spot.ts";

export type ZipMember = {
  readonly path: string;
  readonly method: "stored" | "deflate" | "zstd" | "bzip2" | "xz" | "other";
  readonly encrypted: boolean;
  /** Bytes as they lie in the archive; undefined when only what follows the member tells. */
  readonly size: number | undefined;
};

export type ZipEvents = {
  /** A member begins, its data at `data` of the stream; its bytes as they lie in the archive go to the sink. */
  readonly open: (member: ZipMember, data: number) => FileSink | undefined;
  /** This is not, or no longer, a well-formed zip. What follows is slack. */
  readonly broken: (why: string) => void;
};

type Region = {
  readonly start: number;
  readonly data: number;
  dataEnd: number;
  readonly path: string;
  readonly sink: FileSink | undefined;
};

const localHeader = 0x04034b50;
const dataDescriptor = 0x08074b50;
/** In front of all, when it was to be split into several files and one was enough (APPNOTE 8.5.4). */
const spannedMark = 0x30304b50;
/** What may stand after the last member: the directory, its end, their zip64 and encrypted forms. */
const afterMembers = new Set([0x02014b50, 0x06054b50, 0x06064b50, 0x08064b50]);
const headerMark = 0x4b50; // "PK"
const signature = Buffer.from("PK", "latin1");
const localMark = Buffer.from("PK\x03\x04", "latin1");
/** Ends the signatures of an Android package, which stand in front of its directory. */
const signingBlock = Buffer.from("APK Sig Block 42", "latin1");
const somethingElse = "a zip with something else between its members";
const fixedHeader = 30;
/**
 * A descriptor is 16 bytes, in zip64 24, and 4 less without its mark, which may be left out (APPNOTE 4.3.9); the mark of what
 * follows it tells which.
 */
const descriptorReach = 28;
const unmarkedLengths = [12, 20];
/** Of a mark that cannot be read yet, with the descriptor in front of it. */
const heldBytes = descriptorReach - 1 + 20;

/**
 * Walks the members of a zip (APPNOTE 6.3.10) by their local headers, in one pass and without the directory at its end,
 * so that a zip of any size needs no memory. The directory (names, comments) counts as the archive's metadata; behind it
 * another zip may follow, which is what programs read that look for a directory from the file's end.
 */
export function createZipWalker(base: Base, at: number, events: ZipEvents): Walker {
  const regions: Region[] = [];
  let state: "header" | "sized" | "unsized" | "gap" | "behind" = "header";
  /** Where the next byte stands that was not looked at yet. */
  let position = at;
  let head: Buffer = Buffer.alloc(0);
  let left = 0;
  let sink: FileSink | undefined;
  /** The last bytes so far that were looked at and may be the beginning of what is looked for. */
  let held: Buffer = Buffer.alloc(0);
  /** The size of the member before, when a descriptor may follow it. */
  let described: number | undefined;

  /** What belongs to no member begins. */
  function leaveMembers(): void {
    const start = position - head.length;
    regions.push({ start, data: start, dataEnd: start, path: "", sink: undefined });
    held = head;
    head = Buffer.alloc(0);
  }

  function wantedHead(): number {
    if (head.length < 4) return 4;
    const mark = head.readUInt32LE(0);
    if (mark === localHeader) {
      return head.length < fixedHeader ? fixedHeader : fixedHeader + head.readUInt16LE(26) + head.readUInt16LE(28);
    }
    if (afterMembers.has(mark)) return 4;
    return mark === dataDescriptor || described !== undefined ? descriptorReach : 4;
  }

  function readHead(): void {
    const mark = head.readUInt32LE(0);
    if (mark === localHeader) {
      openMember();
    } else if (afterMembers.has(mark)) {
      leaveMembers();
      state = "behind";
    } else if (position - head.length === at && (mark === dataDescriptor || mark === spannedMark)) {
      head = head.subarray(4);
    } else if (mark === dataDescriptor) {
      head = head.subarray(head.readUInt16LE(16) === headerMark ? 16 : 24);
    } else {
      const count = described;
      const length = count === undefined ? undefined : unmarkedLengths.find((some) => isUnmarked(head, 0, some, count));
      head = head.subarray(length ?? 0);
      described = undefined;
      if (length !== undefined) return;
      // who reads a zip by its directory does not mind what stands between the members: what follows counts
      leaveMembers();
      state = "gap";
    }
  }

  /** Looks for the next member, or the directory, and behind that for another zip. Gives the bytes taken. */
  function takeOther(bytes: Buffer, from: number, to: number): number {
    const window = Buffer.concat([held, bytes.subarray(from, to)]);
    const wanted = state === "gap" ? signature : localMark;
    for (let i = window.indexOf(wanted); i !== -1 && i + 4 <= window.length; i = window.indexOf(wanted, i + 1)) {
      const mark = window.readUInt32LE(i);
      if (mark !== localHeader && !afterMembers.has(mark)) continue;
      if (state === "gap" && !window.subarray(0, i).includes(signingBlock)) events.broken(somethingElse);
      const taken = Math.max(0, i - held.length);
      position += taken;
      head = Buffer.from(window.subarray(i, held.length));
      held = Buffer.alloc(0);
      state = "header";
      return taken;
    }
    held = Buffer.from(window.subarray(Math.max(0, window.length - signingBlock.length - 4)));
    position += to - from;
    return to - from;
  }

  function openMember(): void {
    const flags = head.readUInt16LE(6);
    const nameEnd = fixedHeader + head.readUInt16LE(26);
    const packed = packedSize(head, nameEnd);
    // Bit 3: the sizes follow the data, from a writer that could not seek back.
    const size = (flags & 8) !== 0 && packed === 0 ? undefined : packed;
    const path = cleanPath(head.toString("utf8", fixedHeader, nameEnd));
    const method = methodOf(head.readUInt16LE(8));
    sink = events.open({ path, method, encrypted: (flags & 1) !== 0, size }, position);
    const dataEnd = size === undefined ? Number.POSITIVE_INFINITY : position + size;
    regions.push({ start: position - head.length, data: position, dataEnd, path, sink });
    head = Buffer.alloc(0);
    held = Buffer.alloc(0);
    state = size === undefined ? "unsized" : "sized";
    left = size ?? 0;
    described = (flags & 8) !== 0 ? size : undefined;
    if (size === 0) closeMember(position);
  }

  function closeMember(end: number): void {
    regions.at(-1)!.dataEnd = end;
    sink?.end(end, true);
    sink = undefined;
    state = "header";
  }

  /**
   * Looks for the end of an unsized member: a descriptor whose own count of bytes is right. Where one may have begun is held
   * back, so that the sink gets what is the member's and nothing else. Gives the bytes taken.
   */
  function takeUnsized(bytes: Buffer, from: number, to: number): number {
    const window = held.length === 0 ? bytes.subarray(from, to) : Buffer.concat([held, bytes.subarray(from, to)]);
    const windowAt = position - held.length;
    const data = regions.at(-1)!.data;
    for (let i = window.indexOf(signature); i !== -1; i = window.indexOf(signature, i + 1)) {
      // what a later mark would tell is told only when this one is read
      if (i + descriptorReach > window.length) break;
      const found = descriptorBy(window, i, windowAt - data);
      if (found === undefined) continue;
      const end = found.start + found.length;
      if (found.start > 0) sink?.write(window, 0, found.start, windowAt);
      const taken = Math.max(0, end - held.length);
      position += taken;
      // Of what was held back, the first bytes of the next header.
      head = Buffer.from(window.subarray(end, held.length));
      closeMember(windowAt + found.start);
      return taken;
    }
    const sure = Math.max(0, window.length - heldBytes);
    if (sure > 0) sink?.write(window, 0, sure, windowAt);
    position += to - from;
    held = Buffer.from(window.subarray(sure));
    return to - from;
  }

  function push(bytes: Buffer, start: number, to: number): void {
    let from = start;
    while (from < to || (state === "header" && head.length >= wantedHead())) {
      if (state === "unsized") {
        from += takeUnsized(bytes, from, to);
      } else if (state === "gap" || state === "behind") {
        from += takeOther(bytes, from, to);
      } else if (state === "sized") {
        const part = Math.min(left, to - from);
        sink?.write(bytes, from, from + part, position);
        from += part;
        position += part;
        left -= part;
        if (left === 0) closeMember(position);
      } else {
        const part = Math.min(Math.max(0, wantedHead() - head.length), to - from);
        if (part > 0) head = Buffer.concat([head, bytes.subarray(from, from + part)]);
        from += part;
        position += part;
        if (head.length >= wantedHead()) readHead();
      }
    }
  }

  function end(): void {
    if (state === "behind") return;
    if (state === "gap") {
      events.broken(somethingElse);
      return;
    }
    if (state === "unsized") sink?.write(held, 0, held.length, position - held.length);
    if (state !== "header") sink?.end(position, false);
    leaveMembers();
    events.broken("a zip that breaks off before its directory");
  }

  function spot(offset: number): Spot {
    const found = regions[indexAt(regions, offset)];
    const path = found === undefined || found.path === "" ? base.path : [...base.path, found.path];
    if (found === undefined || found.data === found.start) {
      return { ...base, path, kind: "metadata", start: found?.start ?? at, end: Number.POSITIVE_INFINITY };
    }
    if (offset < found.data) {
      const named = offset - found.start >= fixedHeader;
      return { ...base, path, kind: named ? "name" : "metadata", start: found.start, end: found.data };
    }
    if (offset >= found.dataEnd) {
      return { ...base, path, kind: "slack", start: found.dataEnd, end: Number.POSITIVE_INFINITY };
    }
    return found.sink?.spot?.(offset) ?? { ...base, path, kind: "content", start: found.data, end: found.dataEnd };
  }

  function forget(before: number): void {
    const keep = indexAt(regions, before);
    if (keep > 0) regions.splice(0, keep);
    regions[0]?.sink?.forget?.(before);
  }

  return { push, end, spot, forget };
}

/**
 * The descriptor that begins with the mark at `at`, or has none and ends in front of it, if it closes a member of which
 * `before` bytes came before these.
 */
function descriptorBy(bytes: Buffer, at: number, before: number): { start: number; length: number } | undefined {
  const mark = bytes.readUInt32LE(at);
  if (mark === dataDescriptor) {
    const length = markedLength(bytes, at, before + at);
    return length === 0 ? undefined : { start: at, length };
  }
  if (mark !== localHeader && !afterMembers.has(mark)) return undefined;
  for (const length of unmarkedLengths) {
    const start = at - length;
    if (start >= 0 && isUnmarked(bytes, start, length, before + start)) return { start, length };
  }
  return undefined;
}

/** The length of the descriptor at `at` that closes a member of `count` packed bytes; 0 when it is none. */
function markedLength(bytes: Buffer, at: number, count: number): number {
  if (!isCount(bytes, at + 8, count, 4)) return 0;
  // what follows it may have no mark: the signatures of an Android package
  return bytes.readUInt16LE(at + 16) !== headerMark && isCount(bytes, at + 8, count, 8) ? 24 : 16;
}

/** Whether these are a descriptor without a mark, and one follows. */
function isUnmarked(bytes: Buffer, at: number, length: number, count: number): boolean {
  return isCount(bytes, at + 4, count, length === 12 ? 4 : 8) && bytes.readUInt16LE(at + length) === headerMark;
}

function isCount(bytes: Buffer, at: number, count: number, width: 4 | 8): boolean {
  if (bytes.readUInt32LE(at) !== count % 2 ** 32) return false;
  return width === 4 || bytes.readUInt32LE(at + 4) === Math.floor(count / 2 ** 32);
}

/** APPNOTE, 4.4.5. */
const methods: Readonly<Record<number, ZipMember["method"]>> = {
  0: "stored",
  8: "deflate",
  12: "bzip2",
  93: "zstd",
  95: "xz",
};

function methodOf(method: number): ZipMember["method"] {
  return methods[method] ?? "other";
}

function packedSize(head: Buffer, extraStart: number): number {
  const packed = head.readUInt32LE(18);
  if (packed !== 0xffffffff) return packed;
  for (let at = extraStart; at + 4 <= head.length; at += 4 + head.readUInt16LE(at + 2)) {
    // The zip64 extra field: the unpacked size comes first, if that one did not fit either.
    const field = at + 4 + (head.readUInt32LE(22) === 0xffffffff ? 8 : 0);
    if (head.readUInt16LE(at) === 1 && field + 8 <= head.length) return Number(head.readBigUInt64LE(field));
  }
  return packed;
}
