/** Letters and digits that belong to what stands before: the end of `%22`, `\n`, `\u0022`, or of a colour's sequence. */
const escapeEnd =
  /(?:%[0-9A-Fa-f]{2}|\\[abefnrtv0]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|(?:\x1b|\\0?33|\\e|\\x1b)\[[\d;]{0,8}m)$/;

/** May a token begin here? Not in the middle of a word. */
export function startsWord(text: string, at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9]/.test(text[at - 1]!)) return true;
  return escapeEnd.test(text.slice(Math.max(0, at - 16), at));
}
