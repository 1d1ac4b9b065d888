import { meet } from "./byte-set.ts";
import { PatternProblem } from "./node.ts";
import type { Loop, Positions } from "./positions.ts";

/** So many combinations of places are looked at; of a pattern that has more, the rest is not known. */
const mostLooks = 300_000;

/**
 * Refuses a pattern that an engine which goes back can take for ever on: one with loops in which a text can be had in
 * several ways (then the ways double with each byte), or with two loops that can share a text (then they grow with its
 * square). Those are "EDA" and "IDA" of an automaton (Weber and Seidl, On the degree of ambiguity of finite automata, 1991).
 * Our own engine takes neither twice, but such a pattern is a mistake in every other one, and seldom says what is meant.
 *
 * @throws PatternProblem
 */
export function refuseOverlap(positions: Positions): void {
  if (positions.doubled !== undefined) throw exponential(positions.doubled);
  const cycles = cyclesOf(positions.follow);
  const budget = { looks: mostLooks };
  for (const cycle of cycles) {
    if (hasTwoWays(positions, cycle, budget)) throw exponential(loopOf(positions, cycle));
  }
  for (const one of cycles) {
    for (const other of cycles) {
      if (one !== other && sharesText(positions, one, other, budget)) {
        throw quadratic(loopOf(positions, one), loopOf(positions, other));
      }
    }
  }
}

type Budget = { looks: number };

/** Is there a text that leads from a place of the cycle back to it in two ways? */
function hasTwoWays({ sets, follow }: Positions, cycle: ReadonlySet<number>, budget: Budget): boolean {
  const nextOf = ([a, b]: readonly number[]): number[][] => {
    const found: number[][] = [];
    for (const nextA of follow[a!]!) {
      if (!cycle.has(nextA)) continue;
      for (const nextB of follow[b!]!) {
        budget.looks--;
        if (cycle.has(nextB) && meet(sets[nextA]!, sets[nextB]!)) found.push([nextA, nextB]);
      }
    }
    return found;
  };
  const starts = [...cycle].map((position) => [position, position]);
  const reached = reachedFrom(starts, nextOf, budget);
  const back = new Map<string, string[]>();
  for (const [key, pair] of reached) {
    for (const next of nextOf(pair)) {
      const nextKey = next.join();
      back.set(nextKey, [...(back.get(nextKey) ?? []), key]);
    }
    if (budget.looks < 0) return false;
  }
  const open = starts.map((pair) => pair.join());
  const leading = new Set(open);
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    for (const before of back.get(key) ?? []) {
      if (leading.has(before)) continue;
      const [a, b] = reached.get(before)!;
      if (a !== b) return true;
      leading.add(before);
      open.push(before);
    }
  }
  return false;
}

/** Is there a text that goes round in the one, goes round in the other, and leads from the one to the other? */
function sharesText(
  { sets, follow }: Positions,
  one: ReadonlySet<number>,
  other: ReadonlySet<number>,
  budget: Budget,
): boolean {
  const nextOf = ([a, b, c]: readonly number[]): number[][] => {
    const found: number[][] = [];
    for (const nextA of follow[a!]!) {
      if (!one.has(nextA)) continue;
      for (const nextC of follow[c!]!) {
        if (!other.has(nextC) || !meet(sets[nextA]!, sets[nextC]!)) continue;
        for (const nextB of follow[b!]!) {
          budget.looks--;
          if (meet(sets[nextA]!, sets[nextB]!, sets[nextC]!)) found.push([nextA, nextB, nextC]);
        }
      }
    }
    return found;
  };
  for (const from of one) {
    for (const to of other) {
      const reached = reachedFrom([[from, from, to]], nextOf, budget);
      if (budget.looks < 0) return false;
      if (reached.has([from, to, to].join())) return true;
    }
  }
  return false;
}

function reachedFrom(
  starts: readonly (readonly number[])[],
  nextOf: (place: readonly number[]) => number[][],
  budget: Budget,
): Map<string, readonly number[]> {
  const reached = new Map(starts.map((place) => [place.join(), place]));
  const open = [...starts];
  for (let place = open.pop(); place !== undefined && budget.looks >= 0; place = open.pop()) {
    for (const next of nextOf(place)) {
      const key = next.join();
      if (reached.has(key)) continue;
      reached.set(key, next);
      open.push(next);
    }
  }
  return reached;
}

/** Sets of places each of which leads to each (the strong components that hold a way round; Kosaraju's way). */
function cyclesOf(follow: Positions["follow"]): ReadonlySet<number>[] {
  const before: number[][] = follow.map(() => []);
  for (const [from, next] of follow.entries()) for (const to of next) before[to]!.push(from);
  const order: number[] = [];
  walk(
    [...follow.keys()],
    (place) => follow[place]!,
    () => {},
    (place) => order.push(place),
  );
  const cycles: Set<number>[] = [];
  const seen = new Set<number>();
  for (const root of order.reverse()) {
    if (seen.has(root)) continue;
    const component = new Set<number>();
    walk(
      [root],
      (place) => before[place]!.filter((one) => !seen.has(one)),
      (place) => component.add(place),
      () => {},
    );
    for (const place of component) seen.add(place);
    if (component.size > 1 || follow[root]!.has(root)) cycles.push(component);
  }
  return cycles;
}

/** Goes as deep as it can, without recursion. */
function walk(
  roots: readonly number[],
  nextOf: (place: number) => Iterable<number>,
  enter: (place: number) => void,
  leave: (place: number) => void,
): void {
  const seen = new Set<number>();
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    enter(root);
    const way = [{ place: root, rest: nextOf(root)[Symbol.iterator]() }];
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const { done, value } = top.rest.next();
      if (done === true) {
        leave(top.place);
        way.pop();
      } else if (!seen.has(value)) {
        seen.add(value);
        enter(value);
        way.push({ place: value, rest: nextOf(value)[Symbol.iterator]() });
      }
    }
  }
}

function loopOf({ loops }: Positions, cycle: ReadonlySet<number>): Loop {
  for (const position of cycle) {
    const loop = loops[position];
    if (loop !== undefined) return loop;
  }
  throw new Error("a way round without a repetition");
}

function exponential({ at }: Loop): PatternProblem {
  return new PatternProblem(
    "this repetition can match one text in many ways, so that its time can double with each byte: say each thing in one way only, `\\w+` for `(\\w+)+`",
    at,
  );
}

function quadratic(one: Loop, other: Loop): PatternProblem {
  const [first, second] = [one.at, other.at].sort((a, b) => a - b) as [number, number];
  const both =
    first === second ? "the copies of this repetition" : `this repetition and that at character ${second + 1}`;
  return new PatternProblem(
    `${both} can match the same text, so that their time grows with its square: give one of them an end, \`{0,100}\` for \`*\``,
    first,
  );
}
