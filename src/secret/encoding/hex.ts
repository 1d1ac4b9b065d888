import { everyByteInHex, type Writing, writtenBytes } from "./writing.ts";

export function writeHex(value: Uint8Array): Writing[] {
  const text = everyByteInHex(value, "");
  return [writtenBytes("lower case", text, 2), writtenBytes("upper case", text.toUpperCase(), 2)];
}
