import type { Base, FileSink, Spot, Walker } from "./spot.ts";

/** How long a part of a header is, by the bytes from its beginning on; undefined: it is none. */
export type HeaderPart = (bytes: Buffer) => number | "more" | undefined;

/** What does not tell its length by then is none. */
const longestUnknown = 1 << 20;

/** A file that is a header in some parts, and then another file. */
export function createHeadedWalker(
  base: Base,
  at: number,
  parts: readonly HeaderPart[],
  events: { readonly open: () => FileSink | undefined; readonly broken: (why: string) => void },
): Walker {
  /** What was not told apart yet: the stream from `position` on. */
  let held: Buffer = Buffer.alloc(0);
  let position = at;
  let part = 0;
  let skip = 0;
  let state: "header" | "file" | "over" = "header";
  let sink: FileSink | undefined;

  function readHeader(): void {
    for (;;) {
      const skipped = Math.min(skip, held.length);
      held = held.subarray(skipped);
      position += skipped;
      skip -= skipped;
      if (skip > 0) return;
      if (part === parts.length) break;
      if (held.length === 0) return;
      const length = parts[part]!(held);
      if (length === "more" && held.length < longestUnknown) return;
      if (length === "more" || length === undefined) {
        state = "over";
        events.broken("its header cannot be read");
        return;
      }
      skip = length;
      part++;
    }
    state = "file";
    sink = events.open();
    sink?.write(held, 0, held.length, position);
  }

  return {
    push: (bytes, from, to, start) => {
      if (state === "file") {
        sink?.write(bytes, from, to, start);
        return;
      }
      if (state === "over") return;
      const passed = Math.min(skip, to - from);
      skip -= passed;
      position += passed;
      if (from + passed === to) return;
      held = Buffer.concat([held, bytes.subarray(from + passed, to)]);
      readHeader();
    },
    end: (end) => {
      if (state === "header") events.broken("it breaks off in its header");
      sink?.end(end, true);
    },
    spot: (offset): Spot => {
      if (state !== "file" || offset < position) {
        return { ...base, kind: "metadata", start: at, end: state === "file" ? position : Number.POSITIVE_INFINITY };
      }
      return sink?.spot?.(offset) ?? { ...base, kind: "content", start: position, end: Number.POSITIVE_INFINITY };
    },
    forget: (before) => sink?.forget?.(before),
  };
}

const rpmLead = 96;
const rpmIntro = 16;

/** A header of an rpm: how many entries of 16 bytes, how many bytes of data (rpm's "RPM V4 Package format"). */
function rpmHeader(bytes: Buffer, at: number): number | "more" | undefined {
  if (bytes.length < at + rpmIntro) return "more";
  if (bytes.readUIntBE(at, 3) !== 0x8eade8) return undefined;
  return at + rpmIntro + bytes.readUInt32BE(at + 8) * 16 + bytes.readUInt32BE(at + 12);
}

/** In front of the files of an rpm: its lead and signatures, then what it says of itself. */
export const rpmHeaders: readonly HeaderPart[] = [
  (bytes) => {
    const length = rpmHeader(bytes, rpmLead);
    return typeof length === "number" ? Math.ceil(length / 8) * 8 : length;
  },
  (bytes) => rpmHeader(bytes, 0),
];

/** In front of a loose object of Git's: `blob 123` and a zero. */
export const gitObjectHeader: readonly HeaderPart[] = [
  (bytes) => {
    const end = bytes.indexOf(0);
    return end === -1 ? "more" : end + 1;
  },
];
