import { type ByteSet, isLetter, membersOf, otherCase } from "./byte-set.ts";
import type { Node } from "./node.ts";
import { added, either, type Width, widthOf } from "./width.ts";

/** Texts, one of which stands in every match. */
export type Certain = {
  readonly texts: readonly string[];
  /** The case of letters does not count: they are small ones. */
  readonly anyCase: boolean;
  /** How much of the match stands before it. */
  readonly before: Width;
};

/** All that a node matches, where that is few texts. */
type Exact = Pick<Certain, "texts" | "anyCase">;

/** Each of them is a literal to be looked for. */
const mostTexts = 32;
/** A byte that can be one of more makes too many. */
const mostOfByte = 8;
const longestText = 64;
/** More bytes than so many make a literal no rarer. */
const enoughBytes = 12;

const nothing: Exact = { texts: [""], anyCase: false };

/** The best texts to look for a pattern by: none shorter than `fewestBytes`; undefined where it has none. */
export function certainLiteral(node: Node, fewestBytes: number): Certain | undefined {
  const all = candidatesOf(node).filter(({ texts }) => texts.every(({ length }) => length >= fewestBytes));
  return all.sort((a, b) => worthOf(b) - worthOf(a))[0];
}

function worthOf({ texts, before }: Certain): number {
  const shortest = Math.min(enoughBytes, ...texts.map(({ length }) => length));
  // where it stands near the beginning, less has to be tried
  const spread = Math.min(64, before.most - before.least) / 64;
  return shortest - texts.length / 8 - spread;
}

function candidatesOf(node: Node): Certain[] {
  const exact = exactOf(node);
  if (exact !== undefined) return [{ ...exact, before: { least: 0, most: 0 } }];
  switch (node.kind) {
    case "group":
      return candidatesOf(node.item);
    case "repeat":
      return node.least === 0 ? [] : inRepeat(node);
    case "sequence":
      return inSequence(node.items);
    case "choice":
      return inChoice(node.items);
    default:
      return [];
  }
}

/** Of a repetition the first ones are certain. */
function inRepeat({ item, least }: Extract<Node, { kind: "repeat" }>): Certain[] {
  const exact = exactOf(item);
  if (exact === undefined) return candidatesOf(item);
  let many = exact;
  for (let count = 1; count < least; count++) {
    const more = product(many, exact);
    if (more === undefined) break;
    many = more;
  }
  return [{ ...many, before: { least: 0, most: 0 } }];
}

function inSequence(items: readonly Node[]): Certain[] {
  const found: Certain[] = [];
  let before: Width = { least: 0, most: 0 };
  let run = nothing;
  let runBegins = before;
  const endRun = () => {
    if (run !== nothing) found.push({ ...run, before: runBegins });
    run = nothing;
  };
  for (const item of items) {
    const exact = exactOf(item);
    const longer = exact && product(run, exact);
    if (longer === undefined) endRun();
    if (exact !== undefined) {
      if (run === nothing) runBegins = before;
      run = longer ?? exact;
    } else {
      for (const one of candidatesOf(item)) found.push({ ...one, before: added(before, one.before) });
    }
    before = added(before, widthOf(item));
  }
  endRun();
  return found;
}

/** One of each branch's own, all together. */
function inChoice(items: readonly Node[]): Certain[] {
  const best = items.map((item) => certainLiteral(item, 1));
  if (best.includes(undefined)) return [];
  const texts = [...new Set(best.flatMap((one) => one!.texts))];
  if (texts.length > mostTexts) return [];
  const anyCase = best.some((one) => one!.anyCase);
  return [{ texts: folded(texts, anyCase), anyCase, before: best.map((one) => one!.before).reduce(either) }];
}

function exactOf(node: Node): Exact | undefined {
  switch (node.kind) {
    case "byte":
      return exactByte(node.set);
    case "edge":
      return nothing;
    case "group":
      return exactOf(node.item);
    case "sequence":
      return node.items.map(exactOf).reduce((a, b) => a && b && product(a, b), nothing);
    case "choice":
      return node.items.map(exactOf).reduce((a, b) => a && b && union(a, b));
    case "repeat": {
      if (node.least !== node.most) return undefined;
      const item = exactOf(node.item);
      let many: Exact | undefined = nothing;
      for (let count = 0; count < node.least && many !== undefined; count++) many = item && product(many, item);
      return many;
    }
  }
}

function exactByte(set: ByteSet): Exact | undefined {
  const members = membersOf(set);
  const folds = members.some(isLetter) && members.every((byte) => set[otherCase(byte)] === 1);
  const texts = members.filter((byte) => !folds || byte !== (byte & 0xdf) || !isLetter(byte));
  if (texts.length > mostOfByte) return undefined;
  return { texts: texts.map((byte) => String.fromCharCode(byte)), anyCase: folds };
}

function product(a: Exact, b: Exact): Exact | undefined {
  if (a.texts.length * b.texts.length > mostTexts) return undefined;
  const texts = a.texts.flatMap((start) => b.texts.map((end) => start + end));
  if (texts.some(({ length }) => length > longestText)) return undefined;
  const anyCase = a.anyCase || b.anyCase;
  return { texts: folded(texts, anyCase), anyCase };
}

function union(a: Exact, b: Exact): Exact | undefined {
  const texts = [...new Set([...a.texts, ...b.texts])];
  if (texts.length > mostTexts) return undefined;
  const anyCase = a.anyCase || b.anyCase;
  return { texts: folded(texts, anyCase), anyCase };
}

/** The matcher looks at the case of all of a literal, or of nothing in it. */
function folded(texts: readonly string[], anyCase: boolean): readonly string[] {
  return anyCase ? [...new Set(texts.map((text) => text.toLowerCase()))] : texts;
}
