import type { Needle } from "../secret/needle.ts";
import { longBytes } from "./kernel/tables.ts";
import { isLetter } from "./kernel/teddy.ts";
import type { Literal } from "./matcher.ts";

/** The line ends that a program may put into base64 or hex where its columns are full. */
const lineEnds = [Buffer.from("\n"), Buffer.from("\r\n")];

/**
 * What to look for so that no form of a needle is missed: the form itself (in windows, if the needle says so). Forms that
 * differ in the case of their hexadecimal digits are one literal. Base64 and hex may be wrapped into lines; where a line's
 * end would leave two pieces that are both too short to be met by, each way to cut it is a literal of its own.
 */
export function needleLiterals(needles: readonly Needle[]): { readonly needle: Needle; readonly literal: Literal }[] {
  const found: { needle: Needle; literal: Literal }[] = [];
  for (let at = 0; at < needles.length; ) {
    const needle = needles[at++]!;
    let anyCase = false;
    // who writes the one writes the other right behind it
    for (; at < needles.length && isTwin(needle, needles[at]!); at++) anyCase = true;
    for (const literal of literalsOf(needle, anyCase)) found.push({ needle, literal });
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

function literalsOf({ encoded: { bytes, encoding }, windows, windowBytes }: Needle, anyCase: boolean): Literal[] {
  const mayWrap = encoding === "base64" || encoding === "hex";
  const wraps = mayWrap && bytes.length >= longBytes;
  const whole: Literal = windows ? { bytes, anyCase, windowBytes, wraps } : { bytes, anyCase, wraps };
  if (!mayWrap || bytes.length > 2 * (longBytes - 1)) return [whole];
  return [whole, ...lineEnds.flatMap((lineEnd) => cuts(bytes, lineEnd, anyCase))];
}

function cuts(bytes: Uint8Array, lineEnd: Uint8Array, anyCase: boolean): Literal[] {
  const from = Math.max(1, bytes.length - longBytes + 1);
  const to = Math.min(bytes.length - 1, longBytes - 1);
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    bytes: Buffer.concat([bytes.subarray(0, from + index), lineEnd, bytes.subarray(from + index)]),
    anyCase,
  }));
}
