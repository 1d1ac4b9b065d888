import { createFieldReader, type FieldReader } from "./field-reader.ts";
import type { Range } from "./range.ts";

/** Packets (RFC 9580, 5): a secret key, and one that belongs to it. Its user, signatures and the like are public. */
const secretKey = 5;
const secretSubkey = 7;

/** The packets of an OpenPGP key that are public, and the public fields of the others (RFC 9580, 5.5.2 and 5.5.3). */
export function publicPackets(bytes: Buffer): Range[] {
  const found: Range[] = [];
  let start = 0;
  for (let packet = packetAt(bytes, start); packet !== undefined; packet = packetAt(bytes, start)) {
    const { tag, body, end } = packet;
    found.push({ start, end: tag === secretKey || tag === secretSubkey ? endOfPublicFields(bytes, body) : end });
    start = end;
  }
  return found;
}

type Packet = { readonly tag: number; readonly body: number; readonly end: number };

/** Undefined at the end, and where a packet is not of one length that it names (RFC 9580, 4.2), as those of keys are. */
function packetAt(bytes: Buffer, start: number): Packet | undefined {
  const read = createFieldReader(bytes, start);
  const head = read.number(1);
  if (head === undefined || head < 0x80) return undefined;
  const isOld = (head & 0x40) === 0;
  const length = isOld ? oldLength(read, head & 3) : newLength(read);
  const body = read.at();
  if (length === undefined || body + length > bytes.byteLength) return undefined;
  return { tag: isOld ? (head >> 2) & 15 : head & 63, body, end: body + length };
}

function oldLength(read: FieldReader, type: number): number | undefined {
  return type === 3 ? undefined : read.number(2 ** type);
}

function newLength(read: FieldReader): number | undefined {
  const first = read.number(1);
  if (first === undefined || first < 192) return first;
  if (first === 255) return read.number(4);
  const second = first < 224 ? read.number(1) : undefined;
  return second === undefined ? undefined : ((first - 192) << 8) + second + 192;
}

/** By algorithm (RFC 9580, 9.1): `m` a number after its length in bits, `o` a field after its length, else bytes. */
const publicFields: Readonly<Record<number, readonly ("m" | "o" | number)[]>> = {
  1: ["m", "m"],
  2: ["m", "m"],
  3: ["m", "m"],
  16: ["m", "m", "m"],
  17: ["m", "m", "m", "m"],
  18: ["o", "m", "o"],
  19: ["o", "m"],
  22: ["o", "m"],
  25: [32],
  26: [56],
  27: [32],
  28: [57],
};

function endOfPublicFields(bytes: Buffer, body: number): number {
  const read = createFieldReader(bytes, body);
  const version = read.number(1) ?? 0;
  read.advance(4);
  const algorithm = read.number(1) ?? 0;
  if (version > 4) return (read.number(4) ?? 0) + read.at();
  for (const field of publicFields[algorithm] ?? []) {
    if (field === "m") read.advance(((read.number(2) ?? 0) + 7) >> 3);
    else if (field === "o") read.advance(read.number(1) ?? 0);
    else read.advance(field);
  }
  return read.at();
}
