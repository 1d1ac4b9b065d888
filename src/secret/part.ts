/**
 * The parts of a value: what is left of it without the blanks around it, which of its lines are as secret as the whole,
 * and which part of it nobody else's value shares.
 */

/** Shorter than this, a line or a value could be any word of a log. */
export const shortestBytes = 8;

/** A run this long is found wherever it is cut out of a value: 18 bytes of it in base64, 12 in hex. */
export const shortestWindowBytes = 24;

const pemBorder = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;
/** A key's first line, and whether it is the only one. */
const keyBegin = /(-----BEGIN (OPENSSH |ENCRYPTED )?PRIVATE KEY-----\r?\n)([A-Za-z0-9+/=]{1,200})(\r?\n-----END)?/g;
/** P-256 by name, in a key of SEC 1. */
const curveInside = /oAoGCCqGSM49\r?\n?AwEHoUQDQgAE/g;
/** Header, payload and signature; a token may wrap it (`ghs_<id>_<jwt>`, `hf_jwt_<jwt>`). */
const jsonWebToken = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.([\w-]{32,})/;

/** Without the blanks around it, and without quotes around it unless too little would be left. */
export function trimmed(value: Uint8Array): Uint8Array {
  const core = without(value, isBlank);
  const bare = without(core, (byte) => isBlank(byte) || byte === 0x22 || byte === 0x27 || byte === 0x60);
  return bare.byteLength >= shortestBytes ? bare : core;
}

function without(value: Uint8Array, isEdge: (byte: number) => boolean): Uint8Array {
  let start = 0;
  let end = value.byteLength;
  while (start < end && isEdge(value[start]!)) {
    start++;
  }
  while (end > start && isEdge(value[end - 1]!)) {
    end--;
  }
  return value.subarray(start, end);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** The lines of a value with several that say by themselves that they are secret; numbers count from 1. */
export function secretLines(value: Uint8Array): { line: Uint8Array; number: number }[] {
  if (!value.includes(0x0a)) {
    return [];
  }
  return Buffer.from(value)
    .toString("latin1")
    .split("\n")
    .map((text, index) => ({ text, number: index + 1 }))
    .filter(({ text }) => looksRandom(text))
    .map(({ text, number }) => ({ line: trimmed(Buffer.from(text.trim(), "latin1")), number }));
}

/**
 * The parts of a value in which any run of some length can only come from this value. The whole mostly; of a JWT the
 * signature alone (every token of an issuer begins alike), of a PEM what is between its borders and not the same in every
 * key of its kind, of a file with several lines the stretches that look random.
 */
export function distinctParts(value: Uint8Array): Uint8Array[] {
  const text = Buffer.from(value).toString("latin1");
  const signature = jsonWebToken.exec(text)?.[1];
  if (signature !== undefined) {
    return [Buffer.from(signature, "latin1")];
  }
  if (!text.includes("\n")) {
    return looksRandom(text) ? [value] : [];
  }
  // Neighbouring random lines stay together: a run may go over their line ends.
  const parts: string[] = [];
  let open = false;
  for (const line of withoutSharedStart(text).split("\n")) {
    const random = looksRandom(line);
    if (random && open) {
      parts[parts.length - 1] += `\n${line}`;
    } else if (random) {
      parts.push(line);
    }
    open = random && !line.includes(" ");
  }
  return parts.map((part) => trimmed(Buffer.from(onlyRandom(part), "latin1")));
}

/**
 * Keys of a kind begin alike, by more characters than a run has to have: in PKCS#8 by 52 (RSA) or fewer, in OpenSSH's form
 * by their first line. An Ed25519 key in PKCS#8 has one line, of which 21 are shared.
 */
function withoutSharedStart(text: string): string {
  return text
    .replace(keyBegin, (_, border: string, kind = "", line: string, end = "") => {
      const shared = kind === "OPENSSH " ? 70 : end === "" ? 52 : 24;
      return border + line.slice(shared) + end;
    })
    .replace(curveInside, "\n\n");
}

/** Of `aws_secret_access_key = …` the part after the name; whole lines of random text as they are. */
function onlyRandom(part: string): string {
  const words = part.split(" ").filter(isRandomWord);
  return part.includes(" ")
    ? words.reduce((longest, word) => (word.length > longest.length ? word : longest), "")
    : part;
}

/** Whether a line holds a word that no person writes and no program prints by chance. */
function looksRandom(line: string): boolean {
  return !pemBorder.test(line.trim()) && line.split(/[\s"'`<>(){}[\],;:]+/).some(isRandomWord);
}

function isRandomWord(word: string): boolean {
  // `key=value` and `--flag=value`: the value counts, but base64 may end in `=`.
  const value = /=[^=]/.test(word) ? word.slice(word.indexOf("=") + 1) : word;
  if (value.length < shortestBytes || new Set(value).size < 5) {
    return false;
  }
  const letters = value.replace(/[^A-Za-z]+/g, "");
  const digits = value.replace(/\D+/g, "");
  const mixed = /[a-z]/.test(letters) && /[A-Z]/.test(letters) && !/^[A-Z]?[a-z]+([A-Z][a-z]+)*$/.test(letters);
  const numbered = digits.length > 0 && letters.length > 0 && !/^[A-Za-z][A-Za-z._/-]*[\d._-]{1,4}$/.test(value);
  return mixed || numbered;
}
