/** Words that stand in documentation instead of a secret. */
const placeholder =
  /example|xxxx|\*{4}|your[-_]|changeme|placeholder|redacted|dummy|sample|insert|deadbeef|0123456789|1234567890|abcdefghij/i;

/** Would nobody write this in place of a secret: not a word for "your token here", not one character many times? */
export function isLikely(value: string, bitsPerCharacter: number): boolean {
  return !placeholder.test(value) && !/(.)\1{5}/.test(value) && entropyOf(value) >= bitsPerCharacter;
}

/** Does a value only stand for another one: a variable's name in place of its content, a word of documentation? */
export function isPlaceholder(value: string): boolean {
  return /^[$%<{]|^\*+$/.test(value) || placeholder.test(value) || /^(.)\1*$/.test(value);
}

/** Shannon entropy over the characters of a text, in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Does a path say that what lies there is for tests or shows how something is done? */
export function isExamplePath(path: string): boolean {
  return /(?:^|[/_.-])(?:tests?|testdata|testing|certdata|fixtures?|examples?|samples?|demos?|mocks?|specs?|__tests__|snakeoil|dummyserver)(?:[/_.-]|$)/i.test(
    path,
  );
}
