/** Words that stand in documentation instead of a secret. */
const PLACEHOLDER =
  /example|xxxx|\*{3}|\.{3}|change[-_ ]?(?:me|this|it)|change[-_]?in[-_]?prod|replace[-_ ]?(?:me|this|with)|fill[-_ ]?(?:me|in)|your[-_ ]|placeholder|redacted|dummy|fake|sample|insert[-_ ]|to[-_ ]?be[-_ ]?(?:set|replaced|defined)|not[-_ ]?(?:set|used|needed|a[-_]?real|so[-_]?secret|secret)|unused|deadbeef|0123456789|1234567890|abcdefghij/i;

const WHOLE =
  /^(?:x+|\*+|\.+|-+|_+|todo|tbd|fixme|none|null|nil|undefined|unset|empty|unknown|n\/a|default|test|testing|foo|bar|baz|foobar|build|build[-_]?time(?:[-_]?only)?|ci|dev|development|local|string|value|temp|tmp)$/i;

/** Does a value only stand for another one: a variable, a template's piece, a word of documentation, one character? */
export function isPlaceholder(value: string): boolean {
  if (value === "" || WHOLE.test(value) || /^(.)\1*$/s.test(value)) return true;
  return isReference(value) || PLACEHOLDER.test(value);
}

/** A variable, a substitution or a template's piece makes it: `$X`, `${X:-y}`, `$(cat f)`, `%X%`, `{{ x }}`, `<token>`, `@X@`, `__X__`. */
export function isReference(value: string): boolean {
  return /^(?:\$|%[\w%]|\{\{|\{%|\[\[|<|`|@[A-Z][A-Z0-9_]*@$|__\w+__$|%%)/.test(value);
}

/** Would nobody write this in place of a secret: no placeholder, no one character many times, enough of a mixture? */
export function isLikely(value: string, bitsPerCharacter: number): boolean {
  return !PLACEHOLDER.test(value) && !/(.)\1{5}/.test(value) && entropyOf(value) >= bitsPerCharacter;
}

/** Words that no random text of this length holds by chance. */
const LONG_PLACEHOLDER =
  /example|x{6}|\*{3}|\.{3}|change[-_]?me|placeholder|redacted|dummy|your[-_]|insert[-_]|deadbeef|0123456789|1234567890|abcdefghij/i;

/** The same for the text behind a token's prefix, which is random by itself: only what is plainly made up is none. */
export function isLikelyToken(value: string, bitsPerCharacter: number): boolean {
  const head = value.slice(0, 80);
  return !LONG_PLACEHOLDER.test(head) && !/(.)\1{7}/.test(head) && entropyOf(head) >= bitsPerCharacter;
}

/** Shannon entropy over the characters of a text, in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
