import type { PlaceTable } from "../../src/scan/place-filter.ts";
import type { ByteSet } from "../../src/scan/user-rule/pattern/byte-set.ts";
import type { Node } from "../../src/scan/user-rule/pattern/node.ts";
import { readPattern } from "../../src/scan/user-rule/pattern/read-pattern.ts";

/** What may come next, seen from the end of a path. */
type Step =
  | { readonly kind: "byte"; readonly id: number; readonly set: ByteSet; readonly rest: Step; depth: number }
  | { readonly kind: "ways"; readonly ways: Step[] }
  | { readonly kind: "edge"; readonly edge: "line-start" | "line-end"; readonly rest: Step }
  | { readonly kind: "match" };
type ByteStep = Extract<Step, { kind: "byte" }>;

const ascii = 128;
/**
 * When so many characters fit that not just any would, a path is one that a pattern may match. Fewer make a smaller table; as many as an
 * extension has, and one more, would be met by every file with that.
 */
const enough = 7;
/** Of a repetition of any characters, so many are counted. */
const mostCounted = 12;
/** A set of more characters is any character. */
const mostTelling = 30;
// as `place-filter.ts` has them, which cannot be loaded before there is a table
const none = 0;
const match = 1;
const start = 2;

/**
 * A table that tells of most paths, read from their end, that none of the patterns matches them. It takes all that they match, and more:
 * it does not count how often something is repeated at most, and does not look further than it must.
 *
 * @throws Error for a pattern of a kind that is not read.
 */
export function makePlaceTable(patterns: readonly RegExp[]): PlaceTable {
  let ids = 0;

  function build(node: Node, rest: Step): Step {
    switch (node.kind) {
      case "byte":
        return { kind: "byte", id: ids++, set: node.set, rest, depth: enough };
      case "sequence":
        return node.items.reduce((step, item) => build(item, step), rest);
      case "choice":
        return { kind: "ways", ways: node.items.map((item) => build(item, rest)) };
      case "group":
        return build(node.item, rest);
      case "edge":
        return node.edge === "line-start" || node.edge === "line-end" ? { kind: "edge", edge: node.edge, rest } : rest;
      case "repeat": {
        if (node.most === 0) return rest;
        if (node.most === 1) {
          const once = build(node.item, rest);
          return node.least === 1 ? once : { kind: "ways", ways: [once, rest] };
        }
        const again: Step = { kind: "ways", ways: [rest] };
        again.ways.push(build(node.item, again));
        let step: Step = again;
        for (let count = 0; count < Math.min(node.least, mostCounted); count++) step = build(node.item, step);
        return step;
      }
    }
  }

  const ends = patterns.map((pattern) => build(read(pattern), { kind: "match" }));
  for (const end of ends) measure(end, 0, new Map());

  /** All that may come next; undefined: enough has been seen. */
  function following(steps: readonly Step[], isEnd: boolean): ByteStep[] | undefined {
    const bytes = new Map<number, ByteStep>();
    const seen = new Set<Step>();
    let isMatch = false;
    function follow(step: Step): void {
      if (seen.has(step)) return;
      seen.add(step);
      if (step.kind === "match") isMatch = true;
      else if (step.kind === "ways") for (const way of step.ways) follow(way);
      else if (step.kind === "byte") {
        if (step.depth >= enough) isMatch = true;
        else bytes.set(step.id, step);
      } else if (step.edge === "line-start") isMatch = true;
      else if (isEnd) follow(step.rest);
    }
    for (const step of steps) follow(step);
    // a match may end anywhere: what need not stand at the end begins anew
    if (!isEnd) for (const step of ends) follow(step);
    return isMatch ? undefined : [...bytes.values()].toSorted((a, b) => a.id - b.id);
  }

  const { classOf, examples } = classesOf([...bytesIn(ends)]);
  const numbers = new Map<string, number>();
  const states: (readonly ByteStep[])[] = [];
  function numberOf(bytes: readonly ByteStep[] | undefined): number {
    if (bytes === undefined) return match;
    const key = bytes.map(({ id }) => id).join();
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = start + states.push(bytes) - 1;
    numbers.set(key, number);
    return number;
  }

  const first = following(ends, true);
  if (first === undefined) throw new Error("a pattern that matches every path");
  numberOf(first);
  numbers.set("", none);
  const rows: number[] = [];
  // it grows while it is gone through
  for (const bytes of states) {
    for (const example of examples) {
      const rests = bytes.filter(({ set }) => set[example] === 1).map(({ rest }) => rest);
      rows.push(numberOf(following(rests, false)));
    }
  }
  return { classOf, classes: examples.length, steps: Uint16Array.from(rows) };
}

function read(pattern: RegExp): Node {
  if (pattern.flags !== "" && pattern.flags !== "i") throw new Error(`flags that are not read: ${pattern.flags}`);
  return readPattern(pattern.flags === "i" ? `(?i)${pattern.source}` : pattern.source).node;
}

/** How many telling characters have been seen before each step, at least. */
function measure(step: Step, depth: number, least: Map<Step, number>): void {
  const known = least.get(step);
  if (known !== undefined && known <= depth) return;
  least.set(step, depth);
  if (step.kind === "byte") {
    step.depth = Math.min(step.depth, depth);
    measure(step.rest, depth + (isTelling(step.set) ? 1 : 0), least);
  } else if (step.kind === "ways") {
    for (const way of step.ways) measure(way, depth, least);
  } else if (step.kind === "edge") {
    measure(step.rest, depth, least);
  }
}

function isTelling(set: ByteSet): boolean {
  return set.subarray(0, ascii).reduce((count, isIn) => count + isIn, 0) <= mostTelling;
}

function bytesIn(steps: Iterable<Step>, seen = new Set<Step>()): Set<ByteStep> {
  const found = new Set<ByteStep>();
  for (const step of steps) {
    if (seen.has(step) || step.kind === "match") continue;
    seen.add(step);
    if (step.kind === "byte") found.add(step);
    for (const each of bytesIn(step.kind === "ways" ? step.ways : [step.rest], seen)) found.add(each);
  }
  return found;
}

/** Characters that no set tells apart are of one class: which it is of each, and one of each. */
function classesOf(steps: readonly ByteStep[]): { classOf: Uint8Array; examples: number[] } {
  const classes = new Map<string, number>();
  const examples: number[] = [];
  const classOf = new Uint8Array(ascii);
  for (let character = 0; character < ascii; character++) {
    const key = steps.map(({ set }) => set[character]).join("");
    let number = classes.get(key);
    if (number === undefined) {
      number = examples.push(character) - 1;
      classes.set(key, number);
    }
    classOf[character] = number;
  }
  return { classOf, examples };
}
