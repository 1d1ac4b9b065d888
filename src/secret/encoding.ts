import { writeBase64 } from "./encoding/base64.ts";
import { createDistinct } from "./encoding/distinct.ts";
import { writeHex } from "./encoding/hex.ts";
import { writeHtml } from "./encoding/html.ts";
import { writeJson } from "./encoding/json.ts";
import { writePercent } from "./encoding/percent.ts";
import { writeShell } from "./encoding/shell.ts";
import { writeUtf16 } from "./encoding/utf-16.ts";
import type { Writing } from "./encoding/writing.ts";
import { type IsSecretLine, mayBeSecret, secretLines, shortestWindowBytes, trimmed } from "./part.ts";

/** The ways in which a value can reappear. The last two are containers: a scanner opens them, nobody searches for them. */
export type Encoding =
  | "raw"
  | "base64"
  | "hex"
  | "percent"
  | "json"
  | "html"
  | "shell"
  | "utf-16le"
  | "utf-16be"
  | "gzip"
  | "zstd";

/** One byte sequence to search for; `variant` says which dialect of the encoding, and of which line, in words. */
export type Encoded = Writing & { readonly encoding: Encoding };

const writers: readonly (readonly [Encoding, (value: Uint8Array) => Writing[]])[] = [
  ["raw", (value) => [{ variant: "value", bytes: value, spread: 1 }]],
  ["base64", writeBase64],
  ["hex", writeHex],
  ["percent", writePercent],
  ["json", writeJson],
  ["html", writeHtml],
  ["shell", writeShell],
  ["utf-16le", (value) => writeUtf16(value, "le")],
  ["utf-16be", (value) => writeUtf16(value, "be")],
];

/**
 * Every encoding of a value, and of each of its short lines that could not be anything else's; each byte sequence once, under
 * the first encoding that makes it (most tokens need no escape: their JSON form is the raw one). A longer line needs none of its
 * own: whatever is made of it is a part, long enough to count, of what is made of the whole.
 *
 * The blanks and quotes around a value are left out: whoever prints it with them prints it without them too.
 * A pair such as `user:value` in base64 (Basic) needs no form of its own: the value stands in it at one of the offsets.
 */
export function encodingsOf(value: Uint8Array, isSecret: IsSecretLine = mayBeSecret): Encoded[] {
  const isNew = createDistinct();
  const core = trimmed(value);
  const found = encode(core, "", isNew);
  for (const { line, number } of secretLines(core, isSecret)) {
    if (line.byteLength < shortestWindowBytes) {
      found.push(...encode(line, `line ${number}, `, isNew));
    }
  }
  return found;
}

function encode(value: Uint8Array, prefix: string, isNew: (bytes: Uint8Array) => boolean): Encoded[] {
  const found: Encoded[] = [];
  for (const [encoding, write] of writers) {
    for (const { variant, bytes, spread } of write(value)) {
      if (bytes.length > 0 && isNew(bytes)) found.push({ encoding, variant: prefix + variant, bytes, spread });
    }
  }
  return found;
}
