import type { Stop } from "./interpretation.ts";
import type { Reading } from "./reading.ts";
import { mergeStates, OUTSIDE, type State } from "./state.ts";
import type { Token } from "./token.ts";
import type { Cell } from "./trail.ts";

/** All ways through a template as far as it is read. */
export type Ways = {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly reading: Reading;
  readonly lineOf: (offset: number) => number;
  /** The blocks that are open. */
  readonly frames: Frame[];
  readonly unseen: { start: number; what: string }[];
  readonly uncertain: { start: number; why: string }[];
  readonly separators: number[];
  /** Where the ways are; those that are alike are one. */
  states: readonly State[];
  /** How many loops are open. */
  loops: number;
  stop: Stop | undefined;
  /** How many tokens may still be read again in a loop's further rounds. */
  again: number;
};

/** A block of tags that is open. */
export type Frame = {
  readonly kind: "condition" | "loop" | "wrap";
  readonly index: number;
  readonly branch: number;
  readonly entry: readonly State[];
  readonly outs: State[];
  /** One of the branches is taken always. */
  complete: boolean;
  /** Of a loop, while rounds go on. */
  rounds: Rounds | undefined;
};

/** The states that a loop's rounds began with, each with what happened before. */
export type Rounds = Map<string, Cell>;

// Nobody writes conditions that come to more; time must not grow with them.
export const MOST_WAYS = 32;

export function createWays(
  text: string,
  tokens: readonly Token[],
  escapeToken: "\\" | "`",
  lineOf: (offset: number) => number,
): Ways {
  return {
    text,
    tokens,
    reading: {
      text,
      escapeToken,
      drafts: new Map(),
      openers: new Map(),
      branch: 0,
      heredocBytes: 8 * text.length + 1_000_000,
    },
    lineOf,
    frames: [],
    unseen: [],
    uncertain: [],
    separators: [],
    states: [OUTSIDE],
    loops: 0,
    stop: undefined,
    again: 4 * tokens.length + 1000,
  };
}

/** Joins what is alike, and gives up where too many ways are left. */
export function settle(ways: Ways, states: readonly State[]): readonly State[] {
  if (states.length < 2) return states[0]?.impossible ? [{ ...states[0], impossible: false }] : states;
  const settled = mergeStates(dropImpossible(states));
  if (settled.length <= MOST_WAYS) return settled;
  const at = settled.reduce((least, { draft }) => Math.min(least, draft?.start ?? least), ways.text.length);
  ways.stop ??= {
    at,
    what: `conditions from here on can be combined in more than ${MOST_WAYS} ways that end instructions at different lines`,
    remedy: "End instructions in the conditions in which they begin.",
  };
  return settled;
}

/** The ways that are possible; all, where none is. */
export function dropImpossible(states: readonly State[]): readonly State[] {
  if (!states.some(({ impossible }) => impossible)) return states;
  const possible = states.filter(({ impossible }) => !impossible);
  return possible.length > 0 ? possible : states.map((state) => ({ ...state, impossible: false }));
}

/** Nothing is read from here on. */
export function stopAt(ways: Ways, at: number, what: string, remedy: string): void {
  const token = ways.tokens.find(({ start }) => start === at);
  ways.stop ??= { at, what: `${token === undefined ? "the tag" : tokenShown(ways, token)} ${what}`, remedy };
}

/** A tag for people: its first line. */
export function tokenShown(ways: Ways, { start, end }: Token): string {
  const [first = ""] = ways.text.slice(start, Math.min(end, start + 60)).split("\n", 1);
  return end - start > first.length ? `${first.trimEnd()}…` : first;
}
