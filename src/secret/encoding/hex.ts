import { type Writing, writtenBytes } from "./writing.ts";

export function writeHex(value: Uint8Array): Writing[] {
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex");
  return [writtenBytes("lower case", text, 2), writtenBytes("upper case", text.toUpperCase(), 2)];
}
