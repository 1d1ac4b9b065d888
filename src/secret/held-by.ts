import { type Needle, needlesOf } from "./needle.ts";
import type { Secret } from "./secret.ts";

/**
 * Tells which secret a short text holds: a value in any encoding, or a run that only this value can have (not the header that
 * all tokens of an issuer share). Each byte of the text is compared with every value: for command lines, not for logs.
 */
export function createHolder(secrets: Iterable<Secret>): (text: string) => string | undefined {
  const needles = [...secrets].flatMap((secret) => needlesOf(secret, "scan"));
  return (text) => {
    const bytes = latin(Buffer.from(text));
    return needles.find((needle) => stands(needle, bytes))?.name;
  };
}

function stands({ encoded, windows, windowBytes }: Needle, text: string): boolean {
  const whole = latin(encoded.bytes);
  if (text.includes(whole)) return true;
  for (let at = 0; windows && at + windowBytes <= text.length; at++) {
    if (whole.includes(text.slice(at, at + windowBytes))) return true;
  }
  return false;
}

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
