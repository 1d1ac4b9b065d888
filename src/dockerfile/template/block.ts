import { keyOf } from "./state.ts";
import type { Token } from "./token.ts";
import { type Frame, MOST_WAYS, settle, stopAt, type Ways } from "./ways.ts";

const MOST_ROUNDS = 3;

/** A block begins: the ways part. */
export function openBlock(ways: Ways, { kind }: Token, index: number): void {
  ways.frames.push({
    kind: kind === "open" ? "condition" : kind === "loop" ? "loop" : "wrap",
    index,
    branch: ways.reading.branch,
    entry: ways.states,
    outs: [],
    complete: false,
    rounds: kind === "loop" ? new Set(ways.states.map(keyOf)) : undefined,
  });
  if (kind === "loop") ways.loops++;
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
  const fresh = ways.states.filter((state) => !rounds.has(keyOf(state)));
  if (fresh.length === 0 || rounds.size > MOST_ROUNDS * MOST_WAYS || ways.again < 0) return false;
  for (const state of fresh) rounds.add(keyOf(state));
  frame.outs.push(...ways.states);
  ways.states = fresh;
  ways.again -= Math.min(64, ways.tokens.length - frame.index);
  return true;
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
