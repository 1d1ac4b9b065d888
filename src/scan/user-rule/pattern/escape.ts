import { type ByteSet, blanks, digits, oneByte, without, wordBytes } from "./byte-set.ts";
import { PatternProblem } from "./node.ts";

const sets: Readonly<Record<string, ByteSet>> = {
  d: digits,
  D: without(digits),
  w: wordBytes,
  W: without(wordBytes),
  s: blanks,
  S: without(blanks),
};

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, "0": 0 };

const hex = /\\(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4}))/y;

export type Escaped = { readonly end: number } & ({ readonly byte: number } | { readonly set: ByteSet });

/** Reads a backslash and what belongs to it, in a class or outside of one. */
export function readEscape(text: string, at: number): Escaped {
  const letter = text.charAt(at + 1);
  const end = at + 2;
  const set = sets[letter];
  if (set !== undefined) return { set, end };
  hex.lastIndex = at;
  const code = hex.exec(text);
  if (code !== null) {
    const byte = Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16);
    if (byte > 0xff) throw new PatternProblem("there is no such byte: write the bytes of its UTF-8 as \\xHH", at);
    return { byte, end: at + code[0].length };
  }
  const control = controls[letter];
  if (control !== undefined && !(letter === "0" && /\d/.test(text.charAt(end)))) return { byte: control, end };
  if (/[!-/:-@[-`{-~ ]/.test(letter)) return { byte: letter.charCodeAt(0), end };
  throw new PatternProblem(whyNot(letter), at);
}

function whyNot(letter: string): string {
  if (letter === "") return "a backslash at the end escapes nothing";
  if (/[1-9k]/.test(letter)) return "no pattern can refer back to a group";
  if (/[AzZG]/.test(letter)) return "there is no start or end of the text: `^` and `$` are those of a line";
  if (/[pP]/.test(letter)) return "there are no Unicode properties: bytes are searched";
  return "this backslash escapes nothing that is known here";
}

/** One byte of a set, where it is no more. */
export function setOf(escaped: Escaped): ByteSet {
  return "set" in escaped ? escaped.set : oneByte(escaped.byte);
}
