import { blank, blanked, decodedWith } from "./blank.ts";
import type { Range } from "./range.ts";

/** Base64 of a document, as Kubernetes keeps them; shorter ones are logins and tokens. */
const packed = /(?<![\w+/=-])[A-Za-z\d+/]{60,}={0,2}(?![\w+/=-])/g;

/**
 * A text with blanks for what in documents that it holds in base64 is not random: two of them begin alike.
 *
 * @param stretches which of such a document are
 */
export function withoutPacked(text: string, stretches: (document: string) => readonly Range[]): string {
  return text.replace(packed, (found) =>
    decodedWith(found, (document) => (isDocument(document) ? only(stretches(document), document) : document)),
  );
}

function isDocument(text: string): boolean {
  return /[\n{]/.test(text) && /^[\t\n\r -~]+$/.test(text);
}

function only(ranges: readonly Range[], text: string): string {
  let at = 0;
  const kept = ranges.map(({ start, end }) => {
    const before = blank.repeat(start - at);
    at = end;
    return before + text.slice(start, end);
  });
  return kept.join("") + blanked(text.slice(at));
}
