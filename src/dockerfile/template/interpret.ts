import { skipSpace } from "../white-space.ts";
import { addElsewhere, addText, addValue, endFile, endLine, type Reading, whyNoBeginning } from "./line.ts";
import { beginsWithKeyword, isOpen, standsAlone } from "./stand.ts";
import { keyOf, mergeStates, OUTSIDE, type State } from "./state.ts";
import type { Token } from "./token.ts";
import { type Cell, cell } from "./trail.ts";

/** What all ways through a template hold. */
export type Interpretation = {
  /** Where the ways end. */
  readonly ends: readonly (Cell | undefined)[];
  readonly unseen: readonly { readonly start: number; readonly what: string }[];
  /** Lines that begin with RUN in a macro, or behind a value. */
  readonly uncertain: readonly { readonly start: number; readonly why: string }[];
  /** `else` tags between texts that stand apart. */
  readonly separators: readonly number[];
  /** From where on nothing could be read, and why. */
  readonly stop: Stop | undefined;
};

export type Stop = { readonly at: number; readonly what: string; readonly remedy: string };

/**
 * Follows all ways through a template at once. At a condition the ways part, at its end they meet; ways that are alike
 * in what decides how they go on become one, so that there are hardly ever more than two or three.
 */
export function interpret(
  text: string,
  tokens: readonly Token[],
  escapeToken: "\\" | "`",
  lineOf: (offset: number) => number,
): Interpretation {
  const reading: Reading = {
    text,
    escapeToken,
    drafts: new Map(),
    branch: 0,
    heredocBytes: 8 * text.length + 1_000_000,
  };
  const ways = new Ways(text, tokens, reading, lineOf);
  return ways.follow();
}

type Frame = {
  readonly kind: "condition" | "loop" | "wrap";
  readonly index: number;
  readonly branch: number;
  readonly entry: readonly State[];
  readonly outs: State[];
  /** One of the branches is taken always. */
  complete: boolean;
  /** Of a loop: the states that its rounds began with, while rounds go on. */
  rounds: Set<string> | undefined;
};

// Nobody writes conditions that come to more; time must not grow with them.
const MOST_WAYS = 32;
const MOST_ROUNDS = 3;

class Ways {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly reading: Reading;
  readonly lineOf: (offset: number) => number;
  readonly frames: Frame[] = [];
  readonly unseen: { start: number; what: string }[] = [];
  readonly uncertain: { start: number; why: string }[] = [];
  readonly separators: number[] = [];
  states: readonly State[] = [OUTSIDE];
  /** How many loops are open. */
  loops = 0;
  stop: Stop | undefined;
  /** How many tokens may still be read again in a loop's further rounds. */
  again: number;

  constructor(text: string, tokens: readonly Token[], reading: Reading, lineOf: (offset: number) => number) {
    this.text = text;
    this.tokens = tokens;
    this.reading = reading;
    this.lineOf = lineOf;
    this.again = 4 * tokens.length + 1000;
  }

  follow(): Interpretation {
    let index = 0;
    while (index < this.tokens.length && this.stop === undefined) index = this.read(index);
    const open = this.frames.find(({ kind }) => kind !== "wrap") ?? this.frames[0];
    if (open !== undefined && this.stop === undefined) {
      const { start } = this.tokens[open.index]!;
      this.stopAt(start, "is never closed", "Close the tag's block, or name the template engine with --engine.");
    }
    const ended = this.states.flatMap((state) => endFile(this.reading, state));
    if (ended.length === 0 && this.stop === undefined) this.stopAtHeredoc();
    return {
      ends: dropImpossible(ended.length > 0 ? ended : this.states).map(({ trail }) => trail),
      unseen: this.unseen,
      uncertain: this.uncertain,
      separators: this.separators,
      stop: this.stop,
    };
  }

  /** Reads the token at `index`; gives the one to go on with. */
  read(index: number): number {
    const token = this.tokens[index]!;
    switch (token.kind) {
      case "text":
        this.readText(token);
        break;
      case "soft-newline":
        this.readSoftNewline(token);
        break;
      case "value":
        this.states = this.settle(
          this.states.flatMap((state) => addValue(this.reading, state, token.start, token.end)),
        );
        break;
      case "include":
      case "macro":
        this.unseen.push({ start: token.start, what: this.shown(token) });
        this.readElsewhere(token, this.tokens[index + 1]);
        break;
      case "open":
      case "loop":
      case "wrap":
        this.open(token, index);
        break;
      case "else":
      case "last-else":
        return this.turn(token, index);
      case "close":
        return this.close(token, index);
      case "hide":
        return this.skipHidden(token, index);
      case "unclosed":
        this.stopAt(token.start, "has no end", "Close the tag, or name the template engine with --engine.");
        break;
    }
    return index + 1;
  }

  /** Whole lines come from elsewhere, so they end where the engine takes the tag's own line end away. */
  readElsewhere({ start, end }: Token, next: Token | undefined): void {
    const { reading, text } = this;
    const endsLine = next?.kind === "gap" && text.slice(next.start, next.end).includes("\n");
    const states = this.states.flatMap((state) => addElsewhere(reading, state, start, end));
    this.states = this.settle(
      states.flatMap((state) => (endsLine && state.onlyValues ? endLine(reading, state, end, end) : state)),
    );
  }

  readText({ start, end }: Token): void {
    const { text } = this;
    // a byte order mark is no part of the first line
    let at = start === 0 && text.startsWith("\xEF\xBB\xBF") ? 3 : start;
    while (at < end && this.stop === undefined) {
      const newline = text.indexOf("\n", at);
      const isWhole = newline >= 0 && newline < end;
      let lineEnd = isWhole ? newline : end;
      if (isWhole) while (lineEnd > at && text.charCodeAt(lineEnd - 1) === 0x0d) lineEnd--;
      this.readLine(at, lineEnd, isWhole ? newline + 1 : undefined);
      at = isWhole ? newline + 1 : end;
    }
  }

  /** A part of a line that is text; `next`: the line ends after it. */
  readLine(from: number, to: number, next: number | undefined): void {
    const { reading } = this;
    const before = this.states;
    let states: readonly State[] = before.map((state) => addText(reading, state, from, to));
    if (states.length > 1 || this.loops > 0) states = this.noteNotBegun(before, states, from, to);
    if (before.some(({ onlyValues, draft }) => onlyValues && draft?.hidden)) this.noteHiddenRun(from, to);
    if (next !== undefined) states = states.flatMap((state) => endLine(reading, state, to, next));
    this.states = this.settle(states);
  }

  /** Notes on each way on which an instruction could begin here, and does not, that it does not. */
  noteNotBegun(before: readonly State[], after: readonly State[], from: number, to: number): readonly State[] {
    const start = skipSpace(this.text, from, to);
    if (start === to || !beginsWithKeyword(this.text, start, to)) return after;
    return after.map((state, way) => {
      if (before[way]!.draft === undefined && state.draft !== undefined) return state;
      const why = whyNoBeginning(before[way]!, this.lineOf) ?? "";
      return { ...state, trail: cell("not-begun", state.trail, undefined, start, start, { why }) };
    });
  }

  noteHiddenRun(from: number, to: number): void {
    const start = skipSpace(this.text, from, to);
    if (/^RUN[ \t\\]/i.test(this.text.slice(start, Math.min(to, start + 4)))) {
      this.uncertain.push({ start, why: "a value stands before it on its line" });
    }
  }

  /** The line ends here, or the engine takes the line end away and the next line comes to this one. */
  readSoftNewline({ start, end }: Token): void {
    const { reading } = this;
    const states = this.states.flatMap((state) => {
      const ended = endLine(reading, state, start, end);
      return isOpen(state) && !standsAlone(this.text, state, end) ? [...ended, { ...state, softEnd: start }] : ended;
    });
    this.states = this.settle(states);
  }

  open({ kind }: Token, index: number): void {
    this.frames.push({
      kind: kind === "open" ? "condition" : kind === "loop" ? "loop" : "wrap",
      index,
      branch: this.reading.branch,
      entry: this.states,
      outs: [],
      complete: false,
      rounds: kind === "loop" ? new Set(this.states.map(keyOf)) : undefined,
    });
    if (kind === "loop") this.loops++;
    if (kind !== "wrap") this.reading.branch = index + 1;
  }

  turn(token: Token, index: number): number {
    const frame = this.frames.findLast(({ kind }) => kind !== "wrap");
    if (frame === undefined || frame !== this.frames.at(-1)) return this.unbalanced(token, index);
    if (frame.kind === "loop" && this.startRound(frame)) return frame.index + 1;
    frame.outs.push(...this.states);
    frame.rounds = undefined;
    frame.complete ||= token.kind === "last-else";
    this.states = frame.entry;
    this.reading.branch = index + 1;
    const opening = this.tokens[frame.index]!.start;
    if (opening === 0 || /\s/.test(this.text.charAt(opening - 1))) this.separators.push(token.start);
    return index + 1;
  }

  close(token: Token, index: number): number {
    const frame = this.frames.at(-1);
    const opening = frame === undefined ? undefined : this.tokens[frame.index]!.name;
    const other = token.name !== undefined && opening !== undefined && token.name !== opening;
    if (frame === undefined || other) return this.unbalanced(token, index);
    if (frame.kind === "loop" && this.startRound(frame)) return frame.index + 1;
    this.frames.pop();
    if (frame.kind === "loop") this.loops--;
    if (frame.kind === "wrap") return index + 1;
    const untouched = frame.complete ? [] : frame.entry;
    this.reading.branch = frame.branch;
    this.states = this.settle([...untouched, ...frame.outs, ...this.states]);
    return index + 1;
  }

  /** Another round, if the last one ended in a state that none has begun with. */
  startRound(frame: Frame): boolean {
    const { rounds } = frame;
    if (rounds === undefined) return false;
    const fresh = this.states.filter((state) => !rounds.has(keyOf(state)));
    if (fresh.length === 0 || rounds.size > MOST_ROUNDS * MOST_WAYS || this.again < 0) return false;
    for (const state of fresh) rounds.add(keyOf(state));
    frame.outs.push(...this.states);
    this.states = fresh;
    this.again -= Math.min(64, this.tokens.length - frame.index);
    return true;
  }

  /** Skips what is rendered elsewhere or nowhere. */
  skipHidden(token: Token, from: number): number {
    let depth = 0;
    for (let index = from; index < this.tokens.length; index++) {
      const { kind, start, end } = this.tokens[index]!;
      if (kind === "open" || kind === "loop" || kind === "hide" || kind === "wrap") depth++;
      else if (kind === "close" && --depth === 0) return index + 1;
      else if (kind === "text") this.noteHiddenRuns(start, end, token);
      else if (kind === "unclosed") return index;
    }
    this.stopAt(token.start, "is never closed", "Close the tag's block, or name the template engine with --engine.");
    return this.tokens.length;
  }

  noteHiddenRuns(start: number, end: number, token: Token): void {
    const found = this.text.slice(start, end).matchAll(/^[ \t]*RUN(?=[ \t\\])/gim);
    let any = false;
    for (const { index, 0: written } of found) {
      any = true;
      const why = `it is in ${this.shown(token)}, whose text is used elsewhere`;
      this.uncertain.push({ start: start + index + written.length - 3, why });
    }
    if (any) this.unseen.push({ start: token.start, what: this.shown(token) });
  }

  stopAtHeredoc(): void {
    const state = this.states.find(({ heredocs }) => heredocs.length > 0);
    if (state === undefined) return;
    const { name } = state.heredocs[0]!;
    this.stop = {
      at: state.draft!.start,
      what: `the heredoc ${JSON.stringify(name)} is not terminated`,
      remedy: `End it with a line that is ${name} alone; if no heredoc is meant, put the << in quotes.`,
    };
  }

  unbalanced(token: Token, index: number): number {
    this.stopAt(
      token.start,
      "belongs to no opening tag",
      "Check the blocks, or name the template engine with --engine.",
    );
    return index + 1;
  }

  stopAt(at: number, what: string, remedy: string): void {
    const token = this.tokens.find(({ start }) => start === at);
    this.stop ??= { at, what: `${token === undefined ? "the tag" : this.shown(token)} ${what}`, remedy };
  }

  shown({ start, end }: Token): string {
    const [first = ""] = this.text.slice(start, Math.min(end, start + 60)).split("\n", 1);
    return end - start > first.length ? `${first.trimEnd()}…` : first;
  }

  settle(states: readonly State[]): readonly State[] {
    if (states.length < 2) return states[0]?.impossible ? [{ ...states[0], impossible: false }] : states;
    const settled = mergeStates(dropImpossible(states));
    if (settled.length <= MOST_WAYS) return settled;
    const at = settled.reduce((least, { draft }) => Math.min(least, draft?.start ?? least), this.text.length);
    this.stop ??= {
      at,
      what: `conditions from here on can be combined in more than ${MOST_WAYS} ways that end instructions at different lines`,
      remedy: "End instructions in the conditions in which they begin.",
    };
    return settled;
  }
}

function dropImpossible(states: readonly State[]): readonly State[] {
  if (!states.some(({ impossible }) => impossible)) return states;
  const possible = states.filter(({ impossible }) => !impossible);
  return possible.length > 0 ? possible : states.map((state) => ({ ...state, impossible: false }));
}
