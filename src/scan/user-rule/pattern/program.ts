import type { ByteSet } from "./byte-set.ts";
import { type Edge, type Node, type Pattern, PatternProblem } from "./node.ts";

/** A pattern as steps to take; `first` and `second` are steps to go on with, a set, a slot or an edge. */
export type Program = {
  readonly operations: Uint8Array;
  readonly first: Uint16Array;
  readonly second: Uint16Array;
  /** By the number of a set and a byte. */
  readonly sets: Uint8Array;
  /** Numbers those steps from 1 on that can be come to in more than one way; 0 for all others. */
  readonly joins: Uint16Array;
  readonly joinCount: number;
  /** Where each group begins and ends, and the match itself. */
  readonly slots: number;
};

export const operation = { byte: 0, split: 1, jump: 2, save: 3, edge: 4, done: 5 } as const;
export const edgeNames: readonly Edge[] = ["line-start", "line-end", "word", "no-word"];

/** What is counted stands there as often as that. */
const mostSteps = 4000;

/** @throws PatternProblem for one that is too large. */
export function compilePattern({ node, groups }: Pattern): Program {
  const steps: [number, number, number][] = [];
  const sets: ByteSet[] = [];
  const setNumbers = new Map<string, number>();

  function add(code: number, first = 0, second = 0): number {
    if (steps.length >= mostSteps) {
      throw new PatternProblem(
        `it is too large: more than ${mostSteps} steps where all that is counted is written out`,
      );
    }
    return steps.push([code, first, second]) - 1;
  }

  function setNumber(set: ByteSet): number {
    const key = Buffer.from(set).toString("latin1");
    const known = setNumbers.get(key);
    if (known !== undefined) return known;
    setNumbers.set(key, sets.length);
    return sets.push(set) - 1;
  }

  function emit(one: Node): void {
    switch (one.kind) {
      case "byte":
        add(operation.byte, setNumber(one.set));
        return;
      case "edge":
        add(operation.edge, edgeNames.indexOf(one.edge));
        return;
      case "group":
        add(operation.save, 2 * one.number);
        emit(one.item);
        add(operation.save, 2 * one.number + 1);
        return;
      case "sequence":
        for (const item of one.items) emit(item);
        return;
      case "choice":
        emitChoice(one.items);
        return;
      case "repeat":
        emitRepeat(one);
    }
  }

  function emitChoice(items: readonly Node[]): void {
    const ends: number[] = [];
    for (const [index, item] of items.entries()) {
      const isLast = index === items.length - 1;
      const split = isLast ? -1 : add(operation.split);
      if (!isLast) steps[split]![1] = steps.length;
      emit(item);
      if (isLast) continue;
      ends.push(add(operation.jump));
      steps[split]![2] = steps.length;
    }
    for (const end of ends) steps[end]![1] = steps.length;
  }

  function emitRepeat({ item, least, most, lazy }: Extract<Node, { kind: "repeat" }>): void {
    const branch = (split: number, into: number, past: number): void => {
      steps[split]![1] = lazy ? past : into;
      steps[split]![2] = lazy ? into : past;
    };
    for (let count = 0; count < (most === Infinity ? least - 1 : least); count++) emit(item);
    if (most === Infinity && least > 0) {
      const start = steps.length;
      emit(item);
      const split = add(operation.split);
      branch(split, start, steps.length);
    } else if (most === Infinity) {
      const split = add(operation.split);
      emit(item);
      add(operation.jump, split);
      branch(split, split + 1, steps.length);
    } else {
      const splits: number[] = [];
      for (let count = least; count < most; count++) {
        splits.push(add(operation.split));
        emit(item);
      }
      for (const split of splits) branch(split, split + 1, steps.length);
    }
  }

  emit(node);
  add(operation.done);
  const { joins, joinCount } = joinsIn(steps);
  return {
    operations: Uint8Array.from(steps, ([code]) => code),
    first: Uint16Array.from(steps, ([, first]) => first),
    second: Uint16Array.from(steps, ([, , second]) => second),
    sets: Uint8Array.from(sets.flatMap((set) => [...set])),
    joins,
    joinCount,
    slots: 2 * (groups.length + 1),
  };
}

function joinsIn(steps: readonly (readonly [number, number, number])[]): Pick<Program, "joins" | "joinCount"> {
  const ways = new Uint16Array(steps.length);
  // the first step is come to from every place where a match may begin
  ways[0] = 1;
  for (const [index, [code, first, second]] of steps.entries()) {
    if (code === operation.split) {
      ways[first]!++;
      ways[second]!++;
    } else if (code === operation.jump) ways[first]!++;
    else if (code !== operation.done) ways[index + 1]!++;
  }
  let joinCount = 0;
  const joins = ways.map((count) => (count > 1 ? ++joinCount : 0));
  return { joins, joinCount };
}
