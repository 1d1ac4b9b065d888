import type { UnknownMarks } from "./unknown.ts";

/**
 * What variables are at each moment of a stage. Moments count from 0; a value may hold marks of something unknown.
 * Kept as one history a variable instead of one map a moment, so that 2,000 steps of one stage stay cheap.
 */
export type VariableHistory = {
  /** Where the base stage ended, if there is one. */
  readonly base: VariableHistory | undefined;
  readonly changes: Map<string, Change[]>;
  /** When everything before became unknown, and what stands for it. */
  readonly losses: Change[];
  moment: number;
  /** What was found at the end, for the histories that go on there: a long chain of stages is walked once. */
  readonly found: Map<string, VariableValue | undefined>;
  /** The same for what `isNamedBefore` asks. */
  readonly named: Map<string | RegExp, boolean>;
  /** When the first variable whose name fits was set, as long as there are that many names. */
  readonly firsts: Map<RegExp, { readonly names: number; readonly moment: number }>;
};

type Change = { readonly moment: number; readonly value: string };

/** A history that goes on where `base` ends: nothing is set in `base` any more. */
export function createVariableHistory(base: VariableHistory | undefined): VariableHistory {
  // a base that changed nothing would only make the chain longer
  const nearest = base?.moment === 0 ? base.base : base;
  return {
    base: nearest,
    changes: new Map(),
    losses: [],
    moment: 0,
    found: new Map(),
    named: new Map(),
    firsts: new Map(),
  };
}

export function setVariable(history: VariableHistory, name: string, value: string): void {
  const change = { moment: history.moment++, value };
  const list = history.changes.get(name);
  if (list === undefined) history.changes.set(name, [change]);
  else list.push(change);
}

/** From now on nothing is known of any variable, until it is set again. */
export function forgetVariables(history: VariableHistory, why: string, marks: UnknownMarks): void {
  history.losses.push({ moment: history.moment++, value: marks.mark(why) });
}

/** `inherited`: nothing in the file set it, and what the base image has is not seen. */
export type VariableValue = { readonly value: string; readonly inherited: boolean };

/** The value before a moment; undefined: not set. */
export function variableAt(history: VariableHistory, moment: number, name: string): VariableValue | undefined {
  const own = ownVariableAt(history, moment, name);
  if (own !== NOT_HERE) return own;
  const passed: VariableHistory[] = [];
  let value: VariableValue | undefined;
  for (let level = history.base; level !== undefined; level = level.base) {
    const known = level.found.has(name) ? level.found.get(name) : ownVariableAt(level, level.moment, name);
    passed.push(level);
    if (known === NOT_HERE) continue;
    value = known;
    break;
  }
  for (const level of passed) level.found.set(name, value);
  return value;
}

const NOT_HERE = Symbol("neither set nor lost in this stage");

function ownVariableAt(
  history: VariableHistory,
  moment: number,
  name: string,
): VariableValue | undefined | typeof NOT_HERE {
  const set = lastBefore(history.changes.get(name), moment);
  const lost = lastBefore(history.losses, moment);
  if (lost !== undefined && (set === undefined || set.moment < lost.moment)) {
    // `$@`, `$1` and the like are no variables that an image could have set
    if (!/^[\p{L}_]/u.test(name)) return undefined;
    return { value: lost.value, inherited: lost.moment === 0 && history.base === undefined };
  }
  return set === undefined ? NOT_HERE : { value: set.value, inherited: false };
}

/** The names of the variables set before a moment. */
export function variableNamesAt(history: VariableHistory, moment: number): Set<string> {
  const names = new Set<string>();
  let when = moment;
  for (let level: VariableHistory | undefined = history; level !== undefined; level = level.base) {
    for (const [name, list] of level.changes) {
      if (list[0]!.moment < when) names.add(name);
    }
    when = level.base?.moment ?? 0;
  }
  return names;
}

/** Whether a variable of that name, or one whose name fits, was set before a moment. */
export function isNamedBefore(history: VariableHistory, moment: number, name: string | RegExp): boolean {
  if (firstSet(history, name) < moment) return true;
  const passed: VariableHistory[] = [];
  let result = false;
  for (let level = history.base; level !== undefined; level = level.base) {
    const known = level.named.get(name);
    passed.push(level);
    result = known ?? firstSet(level, name) < level.moment;
    if (result || known !== undefined) break;
  }
  for (const level of passed) level.named.set(name, result);
  return result;
}

function firstSet({ changes, firsts }: VariableHistory, name: string | RegExp): number {
  if (typeof name === "string") return changes.get(name)?.at(0)?.moment ?? Number.POSITIVE_INFINITY;
  const known = firsts.get(name);
  if (known?.names === changes.size) return known.moment;
  let moment = Number.POSITIVE_INFINITY;
  for (const [each, list] of changes) {
    if (list[0]!.moment < moment && name.test(each)) moment = list[0]!.moment;
  }
  firsts.set(name, { names: changes.size, moment });
  return moment;
}

function lastBefore(list: readonly Change[] | undefined, moment: number): Change | undefined {
  if (list === undefined) return undefined;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.moment < moment) low = middle + 1;
    else high = middle;
  }
  return list[low - 1];
}
