/**
 * White space as BuildKit sees it, which is not one thing: Go's unicode.IsSpace on decoded text around lines and
 * arguments, the same function on single bytes around flags, and `[\t\v\f\r ]` between a keyword and its arguments.
 * All here works on text with one character a byte.
 */

/** The width in bytes of the Unicode white space at `at`, 0 where there is none. */
export function spaceWidth(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first <= 0x20) return first === 0x20 || (first >= 0x09 && first <= 0x0d) ? 1 : 0;
  if (first < 0xc2) return 0;
  const second = text.charCodeAt(at + 1);
  if (first === 0xc2) return second === 0x85 || second === 0xa0 ? 2 : 0;
  if (first < 0xe1 || first > 0xe3) return 0;
  return isWideSpace(first, second, text.charCodeAt(at + 2)) ? 3 : 0;
}

/** The first offset from `from` on that is not Unicode white space, at most `to`. */
export function skipSpace(text: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const width = spaceWidth(text, at);
    if (width === 0 || at + width > to) break;
    at += width;
  }
  return at;
}

/** The first offset from `from` on that is no tab, at most `to`. */
export function skipTabs(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && text.charCodeAt(at) === 0x09) at++;
  return at;
}

/** The end of `from`…`to` without the Unicode white space at its end. */
export function trimSpaceEnd(text: string, from: number, to: number): number {
  let at = to;
  for (;;) {
    if (at > from && spaceWidth(text, at - 1) === 1) at -= 1;
    else if (at - 1 > from && spaceWidth(text, at - 2) === 2) at -= 2;
    else if (at - 2 > from && spaceWidth(text, at - 3) === 3) at -= 3;
    else return at;
  }
}

/** Whether a byte taken for a character is white space, as in BuildKit's splitting of flags. */
export function isByteSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0x85 || code === 0xa0;
}

/** What separates a keyword from its arguments, and arguments from each other: `[\t\v\f\r ]`. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || (code >= 0x0b && code <= 0x0d);
}

/** The parts between runs of `[\t\v\f\r ]`; at most `limit`, the last one with all the rest. */
export function splitAtBlanks(text: string, limit = Number.POSITIVE_INFINITY): string[] {
  const parts: string[] = [];
  let start = 0;
  let at = 0;
  while (at < text.length && parts.length + 1 < limit) {
    if (!isBlank(text.charCodeAt(at))) {
      at++;
      continue;
    }
    parts.push(text.slice(start, at));
    while (at < text.length && isBlank(text.charCodeAt(at))) at++;
    start = at;
  }
  parts.push(text.slice(start));
  return parts;
}

/** Go's unicode.IsSpace for a code point of decoded text. */
export function isSpace(code: number): boolean {
  if (code < 0x85) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

// U+1680, U+2000…U+200A, U+2028, U+2029, U+202F, U+205F, U+3000
function isWideSpace(first: number, second: number, third: number): boolean {
  if (first === 0xe1) return second === 0x9a && third === 0x80;
  if (first === 0xe3) return second === 0x80 && third === 0x80;
  if (second === 0x81) return third === 0x9f;
  return second === 0x80 && ((third >= 0x80 && third <= 0x8a) || third === 0xa8 || third === 0xa9 || third === 0xaf);
}
