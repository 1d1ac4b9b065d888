import { hasDifferent } from "./part/word.ts";
import { isPublic, shortestBytes, trimmed } from "./part.ts";
import type { Secret } from "./secret.ts";

/** Words that are in every log. A value that is one of them is no secret, and hiding it would only shred what is printed. */
const everyday = new Set(
  `password passw0rd password1 password123 changeme changeit change-me secret secrets mysecret my-secret secret123 topsecret
  12345678 123456789 1234567890 0123456789 87654321 11111111 00000000 abcdefgh abcd1234 qwertyui qwerty123 letmein1
  undefined disabled required optional unlimited automatic anonymous localhost 127.0.0.1 0.0.0.0 postgres postgresql
  production development staging testing release default example examples administrator superuser username database
  container builder buildkit buildx dockerfile registry internal external metadata platform linux/amd64 linux/arm64
  us-east-1 us-east-2 us-west-1 us-west-2 eu-west-1 eu-west-2 eu-west-3 eu-north-1 eu-central-1 ap-south-1 ca-central-1
  ap-southeast-1 ap-southeast-2 ap-northeast-1 ap-northeast-2 sa-east-1`.split(/\s+/),
);

/**
 * Why a value is neither masked nor searched for, in words to be shown (no value in them), or undefined where it is.
 * Too short, too ordinary or public, it would be found in a log or an image that holds no secret at all.
 */
export function weaknessOf(secret: Secret): string | undefined {
  const value = trimmed(secret.expose());
  const text = Buffer.from(value).toString("latin1");
  if (value.byteLength < shortestBytes) {
    return value.byteLength === 0 ? "it is empty" : `it is shorter than ${shortestBytes} bytes`;
  }
  if (everyday.has(text.toLowerCase())) {
    return "it is a word that every log holds";
  }
  if (!hasDifferent(text, 4)) {
    return "it is made of fewer than four different characters";
  }
  if (isPeriodic(value)) {
    return "it repeats a few characters";
  }
  if (isSequence(value)) {
    return "it counts characters up or down";
  }
  if (isPublic(value)) {
    return "it is of certificates or public keys alone, which are no secret";
  }
  if (secret.toString().includes(text)) {
    return "it is part of its own name, which is what the mask prints";
  }
  return undefined;
}

function isPeriodic(value: Uint8Array): boolean {
  const longest = Math.min(8, Math.floor(value.byteLength / 3));
  for (let period = 1; period <= longest; period++) {
    let at = period;
    while (at < value.length && value[at] === value[at - period]) at++;
    if (at === value.length) return true;
  }
  return false;
}

function isSequence(value: Uint8Array): boolean {
  const step = value[1]! - value[0]!;
  return Math.abs(step) === 1 && value.every((byte, index) => index === 0 || byte - value[index - 1]! === step);
}
