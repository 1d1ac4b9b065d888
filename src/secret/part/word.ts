/** Tells what people write from what programs make up. */

/** Shorter than this, a word could be any one of a log. */
export const shortestWordBytes = 8;

export type WordKind = "written" | "short" | "random";

/** What kind of word these letters and digits are, which may be joined by `-` and `_`. */
export function kindOf(word: string): WordKind {
  const pieces = word.split(/[-_]+/);
  if (pieces.some(isRandomPiece)) return "random";
  if (pieces.length > 1 && word.length >= phraseBytes && numberedPhrase.test(word) && !algorithm.test(word)) {
    return "random";
  }
  return pieces.some(isWritten) ? "written" : "short";
}

/** So long, words with numbers in the middle are a pass phrase rather than a name. */
const phraseBytes = 24;
const numberedPhrase = /(?<![A-Za-z])[A-Za-z]{4,}\d+[-_]|\d[A-Za-z]{4}/;

/** `diffie-hellman-group16-sha512` */
const algorithm = /(?:^|[-_])(?:sha|aes|md|rsa|nistp)-?\d/i;

function isRandomPiece(piece: string): boolean {
  return piece.length >= shortestWordBytes && /[A-Za-z]/.test(piece) && !isWritten(piece);
}

/** `oauth2`, `XMLSchema`, `v1beta1`, `2xlarge`: humps that can be spoken, and numbers where versions have theirs. */
function isWritten(piece: string): boolean {
  const humps = piece.match(/[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  const numbers = humps.filter((hump) => /^\d/.test(hump));
  const spoken = humps.filter((hump, at) => !/^\d/.test(hump) && (at > 0 || hump.length > 1));
  const letters = spoken.join("").length;
  const counted = spoken.filter((hump) => !joining.has(hump.toLowerCase())).length;
  // what is random has a hump at every third letter
  if (letters < 3 || letters < (2.5 + letters / 16) * counted) return false;
  // `useAndroidX`, `Slf4j`
  const isLetter = spoken.slice(0, -1).some((hump) => hump.length < 2);
  if (numbers.some(({ length }) => length > 5)) return false;
  if (!isLetter && (numbers.length === 0 || (numbers.length === 1 && numbers[0] === humps.at(-1)))) return true;
  return (!isLetter && piece.length <= 9) || isTypeName(spoken, letters);
}

/** Between the words of a name. */
const joining = new Set([
  "an",
  "as",
  "at",
  "by",
  "in",
  "is",
  "of",
  "on",
  "or",
  "to",
  "and",
  "for",
  "not",
  "out",
  "the",
]);

/** `PostgreSQL10Dialect`, `PBKDF2PasswordHasher`: a number in the middle, but mostly words with vowels. */
function isTypeName(spoken: readonly string[], letters: number): boolean {
  const words = spoken.filter(isCapitalWord);
  return words.length > 1 && words.join("").length >= 0.6 * letters && letters >= 4 * (spoken.length - 1);
}

/** `MySQL8Dialect`, where a path of a type goes before it. */
export function endsAsTypeName(word: string): boolean {
  const [last = ""] = /[A-Z][a-z]+$/.exec(word) ?? [];
  return isCapitalWord(last) && word.length <= 3 * last.length;
}

function isCapitalWord(hump: string): boolean {
  return /^[A-Z][a-z]{3,}$/.test(hump) && /[aeiouy]/.test(hump);
}

/** Whether so many of the text's characters differ. */
export function hasDifferent(text: string, count: number): boolean {
  let different = "";
  for (let at = 0; at < text.length && different.length < count; at++) {
    if (!different.includes(text[at]!)) different += text[at];
  }
  return different.length >= count;
}

/** Whether a word is none of a language: numbers in the middle of letters, or letters of both cases. */
export function looksRandom(word: string): boolean {
  if (word.length < shortestWordBytes || !hasDifferent(word, 5)) return false;
  const letters = word.replace(/[^A-Za-z]+/g, "");
  const digits = word.replace(/\D+/g, "");
  const mixed = /[a-z]/.test(letters) && /[A-Z]/.test(letters) && !/^[A-Z]?[a-z]+([A-Z][a-z]+)*$/.test(letters);
  const numbered = digits.length > 0 && letters.length > 0 && !/^[A-Za-z][A-Za-z._/-]*[\d._-]{1,4}$/.test(word);
  return mixed || numbered;
}
