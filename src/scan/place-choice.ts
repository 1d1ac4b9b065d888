import type { PlaceRule } from "./rule.ts";
import type { ByteSet } from "./user-rule/pattern/byte-set.ts";
import type { Node } from "./user-rule/pattern/node.ts";
import { readPattern } from "./user-rule/pattern/read-pattern.ts";

/** The rules that read a file at this path: those whose `place` matches it. */
export type PlaceChoice = (path: string) => readonly PlaceRule[];

/** What may come next, seen from the end of a path. */
type Step =
  | { readonly kind: "byte"; readonly id: number; readonly set: ByteSet; readonly rest: Step }
  | { readonly kind: "ways"; readonly ways: Step[] }
  | { readonly kind: "edge"; readonly edge: "line-start" | "line-end"; readonly rest: Step }
  | { readonly kind: "rule"; readonly rule: PlaceRule };
type ByteStep = Extract<Step, { kind: "byte" }>;

/** All steps that are possible at one place of a path. */
type State = {
  readonly bytes: readonly ByteStep[];
  /** Whose pattern may have matched when this place is reached. */
  readonly rules: readonly PlaceRule[];
  /** The same if the path begins at this place. */
  readonly rulesAtStart: readonly PlaceRule[];
  /** By the character before it; the last one stands for all that are not ASCII. */
  readonly before: (State | undefined)[];
};

const ascii = 128;
/** Hostile names may ask for more: those rules are asked one by one then. */
const mostStates = 2000;
/** For an image of so few files it is not worth while: what is made costs as much as to ask about twenty thousand. */
const fewPaths = 20_000;
const none: readonly PlaceRule[] = [];

/**
 * Every path of an image is held against every rule: with one pattern after the other that was a third of the time for an
 * image of small files. So they are tried all at once, from the path's end, where nearly all fail soon. What does that is
 * made of the patterns themselves and takes all that they take, and a little more: it does not count repetitions. Whom it
 * leaves is asked itself, so it can never choose another rule than the patterns do.
 */
export function createPlaceChoice(rules: readonly PlaceRule[]): PlaceChoice {
  let first: State | undefined;
  let ends: readonly Step[] = [];
  /** Those whose pattern is of a kind that is not read here. */
  const always = new Set<PlaceRule>();
  const states = new Map<string, State>();
  let ids = 0;
  let paths = 0;

  function begin(): State {
    ends = rules.flatMap((rule) => {
      const node = read(rule.place);
      if (node !== undefined) return [build(node, { kind: "rule", rule })];
      always.add(rule);
      return [];
    });
    return stateOf(ends, true)!;
  }

  function build(node: Node, rest: Step): Step {
    switch (node.kind) {
      case "byte":
        return { kind: "byte", id: ids++, set: node.set, rest };
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
        const once = build(node.item, again);
        again.ways.push(once);
        return node.least === 0 ? again : once;
      }
    }
  }

  /** undefined: there are too many. A match may end anywhere, so all may begin anew at each place. */
  function stateOf(steps: readonly Step[], isEnd: boolean): State | undefined {
    const bytes = new Map<number, ByteStep>();
    const found = new Set<PlaceRule>();
    const foundAtStart = new Set<PlaceRule>();
    const seen = new Set<Step>();
    const seenAtStart = new Set<Step>();

    function follow(step: Step, isStart: boolean): void {
      const before = isStart ? seenAtStart : seen;
      if (before.has(step)) return;
      before.add(step);
      if (step.kind === "rule") (isStart ? foundAtStart : found).add(step.rule);
      else if (step.kind === "ways") for (const way of step.ways) follow(way, isStart);
      else if (step.kind === "byte") {
        if (!isStart) bytes.set(step.id, step);
      } else if (step.edge === "line-start") follow(step.rest, true);
      else if (isEnd) follow(step.rest, isStart);
    }
    for (const step of steps) follow(step, false);
    if (!isEnd) for (const step of ends) follow(step, false);

    const ruleIds = (some: ReadonlySet<PlaceRule>): string => [...some].map((rule) => rules.indexOf(rule)).join();
    const key = `${[...bytes.keys()].toSorted((a, b) => a - b).join()};${ruleIds(found)};${ruleIds(foundAtStart)}`;
    const known = states.get(key);
    if (known !== undefined || states.size >= mostStates) return known;
    const state = {
      bytes: [...bytes.values()],
      rules: found.size === 0 ? none : [...found],
      rulesAtStart: foundAtStart.size === 0 ? none : [...foundAtStart],
      before: Array.from<State | undefined>({ length: ascii + 1 }),
    };
    states.set(key, state);
    return state;
  }

  function grow(state: State, character: number): State | undefined {
    const steps = state.bytes.filter(({ set }) => character === ascii || set[character] === 1).map(({ rest }) => rest);
    const next = stateOf(steps, false);
    state.before[character] = next;
    return next;
  }

  /** Of few paths, all rules in one pattern: nearly none matches. */
  const anyOf = [...new Set(rules.map(({ place }) => place.flags))].map((flags) => {
    const same = rules.filter(({ place }) => place.flags === flags);
    return new RegExp(same.map(({ place }) => `(?:${place.source})`).join("|"), flags);
  });

  function asked(path: string, some: (rule: PlaceRule) => boolean): readonly PlaceRule[] {
    return rules.filter((rule) => some(rule) && rule.place.test(path));
  }

  return (path) => {
    if (paths++ < fewPaths) return anyOf.some((pattern) => pattern.test(path)) ? asked(path, () => true) : none;
    first ??= begin();
    let state = first;
    let left: Set<PlaceRule> | undefined;
    for (let at = path.length - 1; ; at--) {
      if (state.rules !== none) left = new Set([...(left ?? none), ...state.rules]);
      if (at < 0) {
        if (state.rulesAtStart !== none) left = new Set([...(left ?? none), ...state.rulesAtStart]);
        break;
      }
      if (state.bytes.length === 0) break;
      const character = Math.min(path.charCodeAt(at), ascii);
      const next = state.before[character] ?? grow(state, character);
      if (next === undefined) return asked(path, () => true);
      state = next;
    }
    if (left === undefined && always.size === 0) return none;
    return asked(path, (rule) => left?.has(rule) === true || always.has(rule));
  };
}

/** undefined for one that is not of the kind that can be read. */
function read(pattern: RegExp): Node | undefined {
  if (pattern.flags !== "" && pattern.flags !== "i") return undefined;
  try {
    return readPattern(pattern.flags === "i" ? `(?i)${pattern.source}` : pattern.source).node;
  } catch {
    return undefined;
  }
}
