import { entropyOf } from "../lint/placeholder.ts";

export { entropyOf } from "../lint/placeholder.ts";

/** Words that stand in documentation instead of a secret, long enough that no random text holds one. */
const words =
  /example|x{6}|\*{4}|\.{4}|0{8}|your[-_ ]|changeme|change[-_]me|placeholder|redacted|insert[-_ ]|deadbeef|cafebabe|0123456789|1234567890|987654321|abcdefgh|qwertyui|not[-_]?real|fake[-_]|[-_]fake|dummy[-_]|[-_]dummy|sample[-_]|[-_]sample|^dummy|^fake|^sample|foobar|lorem|super[-_]?secret/i;

/** So many characters tell whether a text is random; the rest of a long one may be anything. */
const seenCharacters = 200;

/** Would nobody write this in place of a secret: no word for "your token here", no row, enough of a mixture? */
export function isLikely(value: string, bitsPerCharacter: number): boolean {
  const head = value.slice(0, seenCharacters);
  return !words.test(head) && !/(.)\1{5}/s.test(head) && !isInOrder(head) && entropyOf(head) >= bitsPerCharacter;
}

/** `abcd1234`, `a1b2c3d4`: characters that follow the one before, or the one before that, more often than by chance. */
export function isInOrder(value: string): boolean {
  let next = 0;
  let afterNext = 0;
  for (let at = 2; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (Math.abs(code - value.charCodeAt(at - 1)) <= 1) next++;
    if (Math.abs(code - value.charCodeAt(at - 2)) <= 1) afterNext++;
  }
  const pairs = value.length - 2;
  return pairs >= 6 && (next > 0.55 * pairs || afterNext > 0.65 * pairs);
}
