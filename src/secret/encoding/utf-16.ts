import { textOf, type Writing } from "./writing.ts";

export function writeUtf16(value: Uint8Array, order: "le" | "be"): Writing[] {
  const text = textOf(value);
  if (text === undefined) {
    return [];
  }
  const bytes = Buffer.from(text, "utf16le");
  return [{ variant: order, bytes: order === "le" ? bytes : bytes.swap16(), spread: 2 }];
}
