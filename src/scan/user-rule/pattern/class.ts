import {
  anyCaseOf,
  type ByteSet,
  blanks,
  bytesFrom,
  bytesOf,
  digits,
  oneByte,
  unionOf,
  without,
  wordBytes,
} from "./byte-set.ts";
import { readEscape } from "./escape.ts";
import { PatternProblem } from "./node.ts";

const upper = bytesFrom(0x41, 0x5a);
const lower = bytesFrom(0x61, 0x7a);

const named: Readonly<Record<string, ByteSet>> = {
  alnum: unionOf([digits, upper, lower]),
  alpha: unionOf([upper, lower]),
  ascii: bytesFrom(0, 0x7f),
  blank: bytesOf("\t "),
  cntrl: unionOf([bytesFrom(0, 0x1f), oneByte(0x7f)]),
  digit: digits,
  graph: bytesFrom(0x21, 0x7e),
  lower,
  print: bytesFrom(0x20, 0x7e),
  punct: unionOf([bytesFrom(0x21, 0x2f), bytesFrom(0x3a, 0x40), bytesFrom(0x5b, 0x60), bytesFrom(0x7b, 0x7e)]),
  space: blanks,
  upper,
  word: wordBytes,
  xdigit: unionOf([digits, bytesOf("abcdefABCDEF")]),
};

const posix = /\[:(\^?)(\w+):\]/y;

/** Reads `[…]`, which begins at `start`. */
export function readClass(text: string, start: number, anyCase: boolean): { set: ByteSet; end: number } {
  const negated = text.charAt(start + 1) === "^";
  const parts: ByteSet[] = [];
  let at = start + (negated ? 2 : 1);
  if (text.charAt(at) === "]") throw new PatternProblem("an empty class: write \\] for the bracket itself", start);
  while (text.charAt(at) !== "]") {
    if (at >= text.length) throw new PatternProblem("this class has no end", start);
    const first = readMember(text, at);
    const next = text.charAt(first.end) === "-" ? text.charAt(first.end + 1) : "]";
    at = first.end;
    if (next === "]" || next === "" || "set" in first) {
      parts.push("set" in first ? first.set : oneByte(first.byte));
      continue;
    }
    const last = readMember(text, first.end + 1);
    if ("set" in last) throw new PatternProblem("a range cannot end with a class", at);
    if (last.byte < first.byte) throw new PatternProblem("this range ends before it begins", at);
    parts.push(bytesFrom(first.byte, last.byte));
    at = last.end;
  }
  const set = unionOf(parts);
  const folded = anyCase ? anyCaseOf(set) : set;
  return { set: negated ? without(folded) : folded, end: at + 1 };
}

function readMember(text: string, at: number) {
  posix.lastIndex = at;
  const match = posix.exec(text);
  if (match !== null) {
    const set = Object.hasOwn(named, match[2]!) ? named[match[2]!] : undefined;
    if (set === undefined) throw new PatternProblem("there is no class of this name", at);
    return { set: match[1] === "" ? set : without(set), end: at + match[0].length };
  }
  // in a class \b is the backspace, as in JavaScript
  if (text.startsWith("\\b", at)) return { byte: 8, end: at + 2 };
  if (text.charAt(at) === "\\") return readEscape(text, at);
  return { byte: byteAt(text, at), end: at + 1 };
}

/** A character that stands for itself. */
export function byteAt(text: string, at: number): number {
  const byte = text.charCodeAt(at);
  if (byte < 0x20 || byte === 0x7f) {
    // "\b" between YAML's double quotes is one, and the end of a line behind `|`
    throw new PatternProblem("a control character: in YAML write the pattern between single quotes", at);
  }
  if (byte > 0x7f) throw new PatternProblem("this character is none of ASCII: write its bytes as \\xHH", at);
  return byte;
}
