import { textOf } from "../encoding/writing.ts";
import { blanked, decodedWith } from "./blank.ts";
import type { Range } from "./range.ts";

/** Base64 of a document, as Kubernetes keeps them; shorter ones are logins and tokens. */
const packed = /(?<![\w+/-])[A-Za-z\d+/]{60,}={0,2}(?![\w+/=-])/g;

/** Where a text holds a document in base64, and the bytes of that. */
export function documentsIn(text: string): (Range & { readonly document: string })[] {
  return Array.from(text.matchAll(packed), ({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
    document: Buffer.from(found, "base64").toString("latin1"),
  })).filter(({ document }) => isDocument(document));
}

/**
 * A text with blanks for what in documents that it holds in base64 is in others as well: two of them begin alike.
 *
 * @param own what of such a document is not
 */
export function withoutPacked(text: string, own: (document: string) => readonly Range[]): string {
  return text.replace(packed, (found) =>
    decodedWith(found, (document) => (isDocument(document) ? only(own(document), document) : document)),
  );
}

function isDocument(bytes: string): boolean {
  return /[\n{]|^(?:\xef\xbb\xbf)?</.test(bytes) && textOf(Buffer.from(bytes, "latin1")) !== undefined;
}

function only(ranges: readonly Range[], text: string): string {
  const chars = blanked(text).split("");
  for (const { start, end } of ranges) for (let at = start; at < end; at++) chars[at] = text[at]!;
  return chars.join("");
}
