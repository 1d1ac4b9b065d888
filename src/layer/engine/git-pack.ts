import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { breaksOff, type DecodeProblem, damaged, type Engine, type Take } from "./engine.ts";
import { startWrapped } from "./framed-deflate.ts";
import { recordHeader } from "./git-record.ts";
import { noteRefused } from "./refused.ts";

/** gitformat-pack(5). Of a delta, what is inflated are its instructions, with the bytes that it adds. */
const kinds: Readonly<Record<number, string>> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag", 6: "delta", 7: "delta" };
const offsetDelta = 6;
const referenceDelta = 7;
const idBytes = 20;

const headerBytes = 12;
/** A type and size, then the base of a delta. */
const longestObjectHeader = 10 + 10 + idBytes;
/** An object up to this size is inflated at once: most are small, and a stream for each would cost more than the work. */
const smallBytes = 1 << 20;
const batchBytes = 1 << 18;

type ObjectHeader = { readonly kind: number; readonly size: number; readonly length: number };

/** Unpacks a pack of Git's to records (see git-record.ts): each object by its id, a delta by where it stands. */
export function startGitPack(take: Take): Engine {
  let bytes: Buffer = Buffer.alloc(0);
  let taken = 0;
  /** Objects to come; undefined before the header was read. */
  let left: number | undefined;
  let large: { readonly engine: Engine; readonly size: number; given: number } | undefined;
  let batch: Buffer[] = [];
  let batched = 0;
  let problem: DecodeProblem | undefined;
  let over = false;

  function drop(count: number): void {
    bytes = bytes.subarray(count);
    taken += count;
  }

  async function give(...parts: Buffer[]): Promise<boolean> {
    for (const part of parts) {
      batch.push(part);
      batched += part.length;
    }
    return batched < batchBytes || flush();
  }

  async function flush(): Promise<boolean> {
    if (batched === 0) return true;
    const piece = batch.length === 1 ? batch[0]! : Buffer.concat(batch);
    batch = [];
    batched = 0;
    return take(piece);
  }

  /** Unpacks what there is whole. False when there is nothing more to come. */
  async function work(isLast: boolean): Promise<boolean> {
    if (left === undefined) {
      if (bytes.length < headerBytes) return !isLast || fail(breaksOff);
      left = bytes.readUInt32BE(8);
      drop(headerBytes);
    }
    while (left > 0) {
      if (bytes.length < longestObjectHeader && !isLast) return true;
      const header = readHeader(bytes);
      if (header === undefined) return fail(bytes.length < longestObjectHeader ? breaksOff : damaged);
      const goesOn = header.size > smallBytes ? await startLarge(header) : await takeSmall(header, isLast);
      if (goesOn === "wait") return true;
      if (!goesOn) return false;
      left--;
      if (large !== undefined) return true;
    }
    // the checksum of all, which is longer in a repository of SHA-256
    drop(bytes.length);
    return true;
  }

  async function takeSmall({ kind, size, length }: ObjectHeader, isLast: boolean): Promise<boolean | "wait"> {
    // what deflate makes of bytes that cannot be packed
    const mostPacked = size + (size >>> 6) + 1024;
    if (bytes.length - length < mostPacked && !isLast) return "wait";
    const inflated = inflate(bytes.subarray(length, length + mostPacked), size);
    if ("kind" in inflated) return fail(inflated);
    const { content, used } = inflated;
    if (content.length !== size) return fail(damaged);
    const name = kind < offsetDelta ? `${kinds[kind]} ${idOf(kinds[kind]!, content)}` : `delta at ${taken}`;
    drop(length + used);
    return give(recordHeader(name, size), content);
  }

  async function startLarge({ kind, size, length }: ObjectHeader): Promise<boolean> {
    const name = `${kinds[kind]} at ${taken}`;
    drop(length);
    if (!(await give(recordHeader(name, size))) || !(await flush())) return false;
    const own = { size, given: 0, engine: startWrapped(takeLarge) };
    large = own;
    return feedLarge();

    async function takeLarge(piece: Buffer): Promise<boolean> {
      own.given += piece.length;
      return own.given <= size && take(piece);
    }
  }

  /** True when the object has ended or wants more. */
  async function feedLarge(): Promise<boolean> {
    const { engine } = large!;
    const given = bytes;
    bytes = Buffer.alloc(0);
    return (await engine.feed(given)) || endLarge();
  }

  async function endLarge(): Promise<boolean> {
    const ended = large!;
    const { engine, size } = ended;
    const result = await engine.finish();
    large = undefined;
    taken += engine.taken();
    bytes = Buffer.concat(engine.left());
    if (result !== undefined) return fail(result);
    return ended.given === size || fail(damaged);
  }

  function fail(why: DecodeProblem): false {
    problem ??= why;
    return false;
  }

  async function feed(more: Uint8Array): Promise<boolean> {
    if (over) return false;
    bytes = bytes.length === 0 ? Buffer.from(more) : Buffer.concat([bytes, more]);
    over = !(large === undefined || (await feedLarge())) || (large === undefined && !(await work(false)));
    return !over;
  }

  return {
    feed,
    finish: async () => {
      let goesOn = !over && (large === undefined || (await endLarge()));
      // each large one that begins gets all there is
      while (goesOn) goesOn = (await work(true)) && large !== undefined && (await endLarge());
      over = true;
      await flush();
      return problem;
    },
    taken: () => taken,
    left: () => [bytes],
    abandon: () => {
      over = true;
      large?.engine.abandon();
    },
  };
}

function readHeader(bytes: Buffer): ObjectHeader | undefined {
  let byte = bytes[0];
  if (byte === undefined) return undefined;
  const kind = (byte >>> 4) & 7;
  let size = byte & 15;
  let at = 1;
  for (let factor = 16; byte & 0x80; factor *= 128) {
    byte = bytes[at++];
    if (byte === undefined) return undefined;
    size += (byte & 0x7f) * factor;
  }
  if (kinds[kind] === undefined || !Number.isSafeInteger(size)) return undefined;
  if (kind === offsetDelta) while ((bytes[at++] ?? 0) & 0x80);
  if (kind === referenceDelta) at += idBytes;
  return at <= bytes.length ? { kind, size, length: at } : undefined;
}

function inflate(bytes: Buffer, size: number): { readonly content: Buffer; readonly used: number } | DecodeProblem {
  try {
    // one byte more than it should have: what is longer shows
    const options = { info: true, maxOutputLength: size + 1, chunkSize: Math.max(64, size + 1) };
    const result = inflateSync(bytes, options) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return { content: result.buffer, used: result.engine.bytesWritten };
  } catch (error) {
    noteRefused();
    return (error as { code?: string }).code === "Z_BUF_ERROR" ? breaksOff : damaged;
  }
}

/** Git's own name for it; in a repository of SHA-256 it has another. */
function idOf(kind: string, content: Buffer): string {
  return createHash("sha1").update(`${kind} ${content.length}\0`).update(content).digest("hex");
}
