import { anyCaseOf, type ByteSet, lineEnds, oneByte, without } from "./byte-set.ts";
import { byteAt, readClass } from "./class.ts";
import { readEscape, setOf } from "./escape.ts";
import { type Edge, type Node, type Pattern, PatternProblem } from "./node.ts";

type Flags = { readonly anyCase: boolean; readonly dotAll: boolean };

const mostCharacters = 10_000;
const deepest = 100;
/** As in RE2. */
const mostRepeats = 1000;

const everyByte = new Uint8Array(256).fill(1);
const edges: Readonly<Record<string, Edge>> = { "^": "line-start", $: "line-end", "\\b": "word", "\\B": "no-word" };
const counted = /\{(\d+)(,(\d+)?)?\}/y;
const flagged = /\(\?([ism]*)(-[ism]+)?([:)])/y;
const named = /\(\?P?<([A-Za-z_]\w*)>/y;

/**
 * Reads what JavaScript and RE2 have in common, over bytes: without look-around, references back and Unicode. Flags stand in
 * the pattern, `(?i)` or `(?i:…)`; `^` and `$` are always those of a line.
 *
 * @throws PatternProblem
 */
export function readPattern(text: string): Pattern {
  if (text.length > mostCharacters) throw new PatternProblem(`it is longer than ${mostCharacters} characters`);
  const groups: (string | undefined)[] = [];
  let at = 0;
  let depth = 0;
  let anyCase = false;

  function readChoice(outer: Flags): Node {
    if (depth++ > deepest) throw new PatternProblem(`more than ${deepest} groups within each other`, at);
    const items: Node[][] = [[]];
    let flags = outer;
    while (at < text.length && text.charAt(at) !== ")") {
      if (text.charAt(at) === "|") {
        at++;
        items.push([]);
        continue;
      }
      const set = flagsAt();
      if (set?.ends === ")") {
        // they hold up to the end of the group
        flags = set.apply(flags);
        at = set.end;
      } else items.at(-1)!.push(readRepeats(readAtom(flags)));
    }
    depth--;
    const branches = items.map(
      (branch): Node => (branch.length === 1 ? branch[0]! : { kind: "sequence", items: branch }),
    );
    return branches.length === 1 ? branches[0]! : { kind: "choice", items: branches };
  }

  function flagsAt() {
    flagged.lastIndex = at;
    const match = flagged.exec(text);
    if (match === null) return undefined;
    const [whole, on = "", off = "", ends] = match;
    if (off.includes("m")) throw new PatternProblem("`^` and `$` are always those of a line", at);
    anyCase ||= on.includes("i");
    const apply = (outer: Flags): Flags => ({
      anyCase: (outer.anyCase || on.includes("i")) && !off.includes("i"),
      dotAll: (outer.dotAll || on.includes("s")) && !off.includes("s"),
    });
    return { ends, apply, end: at + whole.length };
  }

  function readAtom(flags: Flags): Node {
    const character = text.charAt(at);
    const edge = edges[character] ?? edges[text.slice(at, at + 2)];
    if (edge !== undefined) {
      at += edges[character] === undefined ? 2 : 1;
      return { kind: "edge", edge };
    }
    if (character === "(") return readGroup(flags);
    if (character === "[") {
      const { set, end } = readClass(text, at, flags.anyCase);
      at = end;
      return { kind: "byte", set };
    }
    if (character === ".") {
      at++;
      return { kind: "byte", set: flags.dotAll ? everyByte : without(lineEnds) };
    }
    if (/[*+?]/.test(character)) throw new PatternProblem("there is nothing to repeat", at);
    let set: ByteSet;
    if (character === "\\") {
      const escaped = readEscape(text, at);
      at = escaped.end;
      set = setOf(escaped);
    } else set = oneByte(byteAt(text, at++));
    return { kind: "byte", set: flags.anyCase ? anyCaseOf(set) : set };
  }

  function readGroup(flags: Flags): Node {
    const start = at;
    named.lastIndex = at;
    const name = named.exec(text);
    const set = flagsAt();
    let number: number | undefined;
    if (name !== null) {
      if (groups.includes(name[1])) throw new PatternProblem("another group has this name", start);
      number = groups.push(name[1]);
      at += name[0].length;
    } else if (set !== undefined) at = set.end;
    else if (text.startsWith("(?", at)) throw new PatternProblem(whyNoGroup(text, at), start);
    else {
      number = groups.push(undefined);
      at++;
    }
    const item = readChoice(set?.apply(flags) ?? flags);
    if (text.charAt(at) !== ")") throw new PatternProblem("this group has no end", start);
    at++;
    return number === undefined ? item : { kind: "group", item, number };
  }

  function readRepeats(item: Node): Node {
    const start = at;
    counted.lastIndex = at;
    const count = counted.exec(text);
    const sign = text.charAt(at);
    if (count === null && !/[*+?]/.test(sign)) return item;
    if (item.kind === "edge") throw new PatternProblem("there is nothing to repeat", at);
    at += count?.[0].length ?? 1;
    const least = count === null ? (sign === "+" ? 1 : 0) : countOf(count[1]!);
    const end = count === null ? (sign === "?" ? 1 : Infinity) : count[2] === undefined ? least : Infinity;
    const most = count?.[3] === undefined ? end : countOf(count[3]);
    if (most < least) throw new PatternProblem("the least count is more than the most", start);
    if (Math.max(least, most === Infinity ? 0 : most) > mostRepeats) {
      throw new PatternProblem(`nothing is counted further than ${mostRepeats}`, start);
    }
    const lazy = text.charAt(at) === "?";
    if (lazy) at++;
    counted.lastIndex = at;
    if (/[*+?]/.test(text.charAt(at)) || counted.test(text)) throw new PatternProblem("this repeats a repetition", at);
    return { kind: "repeat", item, least, most, lazy, at: start };
  }

  const node = readChoice({ anyCase: false, dotAll: false });
  if (at < text.length) throw new PatternProblem("this bracket closes no group", at);
  return { node, anyCase, groups };
}

/** Enough digits are no number any more, but "without an end". */
function countOf(digits: string): number {
  return Math.min(Number(digits), mostRepeats + 1);
}

function whyNoGroup(text: string, at: number): string {
  return /^\(\?<?[=!]/.test(text.slice(at, at + 4))
    ? "no pattern can look ahead or behind: match what stands there, and put the secret into a group"
    : "there is no group of this kind";
}
