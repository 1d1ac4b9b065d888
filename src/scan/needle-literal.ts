import type { Needle } from "../secret/needle.ts";
import { shortestWrapped } from "./kernel/tables.ts";
import { isLetter } from "./kernel/teddy.ts";
import type { Literal } from "./matcher.ts";

/**
 * What to look for so that no form of a needle is missed: the form itself (in windows, if the needle says so). Forms that
 * differ in the case of their hexadecimal digits are one literal. Base64 and hex may be wrapped into lines.
 */
export function needleLiterals(needles: readonly Needle[]): { readonly needle: Needle; readonly literal: Literal }[] {
  const found: { needle: Needle; literal: Literal }[] = [];
  for (let at = 0; at < needles.length; ) {
    const needle = needles[at++]!;
    let anyCase = false;
    // who writes the one writes the other right behind it
    for (; at < needles.length && isTwin(needle, needles[at]!); at++) anyCase = true;
    found.push({ needle, literal: literalOf(needle, anyCase) });
  }
  return found;
}

function isTwin(one: Needle, other: Needle): boolean {
  const { encoding, bytes } = one.encoded;
  const others = other.encoded.bytes;
  if (bytes.length !== others.length || encoding !== other.encoded.encoding || !hasDigits.has(encoding)) return false;
  for (let at = 0; at < bytes.length; at++) if (!isSameInAnyCase(bytes[at]!, others[at]!)) return false;
  return one.name === other.name;
}

function isSameInAnyCase(byte: number, other: number): boolean {
  return byte === other || ((byte ^ other) === 0x20 && isLetter(byte));
}

/** Where every byte can be written in hexadecimal digits. */
const hasDigits: ReadonlySet<string> = new Set(["hex", "percent", "json", "html", "shell"]);

function literalOf({ encoded: { bytes, encoding }, windows, windowBytes }: Needle, anyCase: boolean): Literal {
  const wraps = (encoding === "base64" || encoding === "hex") && bytes.length >= shortestWrapped;
  return windows ? { bytes, anyCase, windowBytes, wraps } : { bytes, anyCase, wraps };
}
