import { indexAt } from "./region.ts";
import type { Base, FileSink, Spot, Walker } from "./spot.ts";

export type Member = { readonly name: string; readonly size: number };

/** An archive that is one header and one file after the other. */
export type MemberFormat = {
  /** What stands before the first header. */
  readonly markBytes: number;
  /** Headers begin at multiples of this; files too, or right behind their header. */
  readonly align: number;
  readonly alignsFiles: boolean;
  /** How long the header is that begins so, as far as these bytes tell. */
  readonly headerBytes: (head: Buffer) => number;
  /** `end`: there are no more; undefined: it is no header. */
  readonly readHeader: (head: Buffer) => Member | "end" | undefined;
  /** An end has to be there, behind which there may be something else. */
  readonly hasEnd: boolean;
  /** The byte that another archive of the kind begins with, if one may follow the end. */
  readonly nextBegins: number | undefined;
};

export type MemberEvents = {
  /**
   * A member begins, its content at `data` of the stream. What of the stream is at hand from there on: `bytes` from `from` to `to`, only
   * for the call.
   */
  readonly open: (member: Member, data: number, bytes: Buffer, from: number, to: number) => FileSink | undefined;
  /** Something follows the end that is not zero; undefined: it is nobody's. */
  readonly rest?: () => FileSink | undefined;
  /** This is not, or no longer, a well-formed archive. What follows is slack. */
  readonly broken: (why: string) => void;
};

type Region = {
  readonly start: number;
  readonly data: number;
  readonly dataEnd: number;
  readonly name: string;
  readonly sink: FileSink | undefined;
};

const somethingElse = "an archive with something else between its members";
/** A longer header has a name that no file has. */
const longestHeader = 16_384;

/** Walks such an archive that begins at `at` of its stream. It never throws: what cannot be told apart is slack. */
export function createMemberWalker(base: Base, at: number, format: MemberFormat, events: MemberEvents): Walker {
  const regions: Region[] = [];
  let state: "gap" | "header" | "body" | "after" | "rest" | "over" = "gap";
  let position = at;
  /** Where the archive begins: this one, or the one behind it. */
  let origin = at;
  let left = format.markBytes;
  let head: Buffer = Buffer.alloc(0);
  let sink: FileSink | undefined;
  /** The file that comes behind the gap, and its size. */
  let isBodyNext = false;
  let body = 0;

  function region(start: number, data: number, dataEnd: number, name: string, into?: FileSink): void {
    regions.push({ start, data, dataEnd, name, sink: into });
  }

  function over(why: string): void {
    const start = position - head.length;
    region(start, start, start, "");
    head = Buffer.alloc(0);
    state = "over";
    events.broken(why);
  }

  function alignment(): number {
    return (format.align - ((position - origin) % format.align)) % format.align;
  }

  /** What follows it is in `bytes` from `from` to `to`. */
  function readHead(bytes: Buffer, from: number, to: number): void {
    const member = format.readHeader(head);
    if (member === undefined) {
      over(somethingElse);
      return;
    }
    const start = position - head.length;
    head = Buffer.alloc(0);
    if (member === "end") {
      region(start, position, position, "");
      state = "after";
      return;
    }
    const data = position + (format.alignsFiles ? alignment() : 0);
    left = data - position;
    sink = events.open(member, data, bytes, Math.min(from + left, to), to);
    region(start, data, data + member.size, member.name, sink);
    body = member.size;
    state = "gap";
    isBodyNext = true;
    if (left === 0) endOfGap();
  }

  function endOfGap(): void {
    state = isBodyNext ? "body" : "header";
    isBodyNext = false;
    if (state !== "body") return;
    left = body;
    if (left === 0) endOfBody();
  }

  function endOfBody(): void {
    sink?.end(position, true);
    sink = undefined;
    left = alignment();
    state = left === 0 ? "header" : "gap";
  }

  function push(bytes: Buffer, start: number, to: number): void {
    let from = start;
    while (from < to) {
      if (state === "over") {
        position += to - from;
        return;
      }
      if (state === "header") {
        const part = Math.min(format.headerBytes(head) - head.length, to - from);
        const more = bytes.subarray(from, from + part);
        head = head.length === 0 ? more : Buffer.concat([head, more]);
        from += part;
        position += part;
        const known = format.headerBytes(head);
        if (known > longestHeader) over("an archive with a name that is too long");
        else if (head.length === known) readHead(bytes, from, to);
        // these bytes are not there for ever
        else if (head === more) head = Buffer.from(more);
      } else if (state === "after") {
        if (bytes[from] === 0) {
          from++;
          position++;
          continue;
        }
        if (bytes[from] === format.nextBegins) {
          origin = position;
          state = "header";
          continue;
        }
        if (!format.hasEnd) {
          over(somethingElse);
          continue;
        }
        sink = events.rest?.();
        region(position, position, Number.POSITIVE_INFINITY, "", sink);
        state = "rest";
      } else if (state === "rest") {
        sink?.write(bytes, from, to, position);
        position += to - from;
        return;
      } else {
        const part = Math.min(left, to - from);
        if (state === "body") sink?.write(bytes, from, from + part, position);
        from += part;
        position += part;
        left -= part;
        if (left > 0) continue;
        if (state === "body") endOfBody();
        else endOfGap();
      }
    }
  }

  function end(): void {
    if (state === "over" || state === "after") return;
    if (state === "rest") {
      sink?.end(position, true);
      return;
    }
    if (state === "body" || isBodyNext) sink?.end(position, false);
    // filled up by less than a header
    if (!format.hasEnd && head.every((byte) => byte === 0)) head = Buffer.alloc(0);
    if (state === "body" || isBodyNext || head.length > 0 || format.hasEnd) over("an archive that breaks off");
  }

  function spot(offset: number): Spot {
    const found = regions[indexAt(regions, offset)];
    if (found === undefined) return { ...base, kind: "metadata", start: at, end: Number.POSITIVE_INFINITY };
    const path = found.name === "" ? base.path : [...base.path, found.name];
    if (offset < found.data) return { ...base, path, kind: "name", start: found.start, end: found.data };
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
