import { keyOf, type State } from "./state.ts";
import type { Token } from "./token.ts";
import { cell, joinTrails } from "./trail.ts";
import { type Frame, MOST_WAYS, type Rounds, settle, stopAt, type Ways } from "./ways.ts";

const MOST_ROUNDS = 3;
const DEEPEST_BLOCK = 200;

/** A block begins: the ways part. */
export function openBlock(ways: Ways, token: Token, index: number): void {
  const { kind } = token;
  if (ways.frames.length === DEEPEST_BLOCK) {
    stopAt(ways, token.start, `is in more than ${DEEPEST_BLOCK} others`, "Nest the blocks less deep.");
    return;
  }
  const rounds: Rounds | undefined = kind === "loop" ? new Map() : undefined;
  ways.frames.push({
    kind: kind === "open" ? "condition" : kind === "loop" ? "loop" : "wrap",
    index,
    branch: ways.reading.branch,
    entry: ways.states,
    outs: [],
    complete: false,
    rounds,
  });
  if (rounds !== undefined) {
    ways.loops++;
    ways.states = ways.states.map((state) => beginRound(rounds, state));
  }
  if (kind !== "wrap") ways.reading.branch = index + 1;
}

/** The next branch of a condition begins; gives the token to go on with. */
export function turnBlock(ways: Ways, token: Token, index: number): number {
  const frame = ways.frames.findLast(({ kind }) => kind !== "wrap");
  if (frame === undefined || frame !== ways.frames.at(-1)) return unbalanced(ways, token, index);
  if (frame.kind === "loop" && startRound(ways, frame)) return frame.index + 1;
  frame.outs.push(...ways.states);
  frame.rounds = undefined;
  frame.complete ||= token.kind === "last-else";
  ways.states = frame.entry;
  ways.reading.branch = index + 1;
  const opening = ways.tokens[frame.index]!.start;
  if (opening === 0 || /\s/.test(ways.text.charAt(opening - 1))) ways.separators.push(token.start);
  return index + 1;
}

/** A block ends: the ways meet; gives the token to go on with. */
export function closeBlock(ways: Ways, token: Token, index: number): number {
  const frame = ways.frames.at(-1);
  const opening = frame === undefined ? undefined : ways.tokens[frame.index]!.name;
  const other = token.name !== undefined && opening !== undefined && token.name !== opening;
  if (frame === undefined || other) return unbalanced(ways, token, index);
  if (frame.kind === "loop" && startRound(ways, frame)) return frame.index + 1;
  ways.frames.pop();
  if (frame.kind === "loop") ways.loops--;
  if (frame.kind === "wrap") return index + 1;
  const untouched = frame.complete ? [] : frame.entry;
  ways.reading.branch = frame.branch;
  ways.states = settle(ways, [...untouched, ...frame.outs, ...ways.states]);
  return index + 1;
}

/** Another round, if the last one ended in a state that none has begun with. */
function startRound(ways: Ways, frame: Frame): boolean {
  const { rounds } = frame;
  if (rounds === undefined) return false;
  const fresh: State[] = [];
  for (const state of ways.states) {
    const known = rounds.get(keyOf(state));
    if (known === undefined) fresh.push(state);
    else if (known !== state.trail) known.other = joinTrails(known.other, state.trail);
  }
  if (fresh.length === 0) return false;
  if (rounds.size > MOST_ROUNDS * MOST_WAYS || ways.again < 0) {
    const { start } = ways.tokens[frame.index]!;
    stopAt(ways, start, "has rounds that go on in too many ways", "End instructions in the loops in which they begin.");
    return false;
  }
  frame.outs.push(...ways.states);
  ways.states = fresh.map((state) => beginRound(rounds, state));
  ways.again -= Math.min(64, ways.tokens.length - frame.index);
  return true;
}

/** What happens on a way that comes to a round's beginning again has happened before this one, too. */
function beginRound(rounds: Rounds, state: State): State {
  const trail = cell("join", state.trail, undefined, 0, 0);
  rounds.set(keyOf(state), trail);
  return { ...state, trail };
}

function unbalanced(ways: Ways, token: Token, index: number): number {
  stopAt(
    ways,
    token.start,
    "belongs to no opening tag",
    "Check the blocks, or name the template engine with --engine.",
  );
  return index + 1;
}
