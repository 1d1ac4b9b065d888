import { lineEnds, wordBytes } from "./byte-set.ts";
import { operation, type Program } from "./program.ts";

const { byte: takeByte, split, jump, save, edge } = operation;

/** Where in a text of Latin-1 to look for a match. */
export type Sought = {
  readonly text: string;
  /** It begins at one of these places … */
  readonly first: number;
  readonly last: number;
  /** … and ends not before the one and not behind the other. */
  readonly reach: number;
  readonly limit: number;
};

export type Matched = {
  /** Where the match and each group begin and end; -1 for a group that took no part. */
  readonly slots: Int32Array;
};

export type Matching = {
  /** Of the matches that begin first, the one that is preferred as in JavaScript; `steps` is what it took. */
  readonly find: (sought: Sought) => { readonly matched: Matched | undefined; readonly steps: number };
};

/**
 * Follows a program over a text, and goes back where it does not go on, as every backtracking engine, but never twice from
 * one step at one place: it failed there before, and whatever it came by, it would fail again. So it takes at most the
 * program's length times the text's, whatever is in them (the "bit state" of RE2, https://swtch.com/~rsc/regexp/regexp3.html).
 */
export function createMatching(program: Program): Matching {
  const { operations, first, second, sets, joins, joinCount } = program;
  const slots = new Int32Array(program.slots);
  let stack = new Int32Array(64);
  let visited = new Uint32Array(0);

  function higher(): Int32Array<ArrayBuffer> {
    const twice = new Int32Array(2 * stack.length);
    twice.set(stack);
    stack = twice;
    return stack;
  }

  function find({ text, first: firstStart, last, reach, limit }: Sought) {
    const places = limit - firstStart + 1;
    const words = (joinCount * places + 31) >>> 5;
    if (visited.length < words) visited = new Uint32Array(words);
    else visited.fill(0, 0, words);
    const seen = visited;
    let open = stack;
    let height = 0;
    let steps = 0;

    for (let start = firstStart; start <= last && start <= limit; start++) {
      slots.fill(-1);
      open[0] = 0;
      open[1] = start;
      height = 2;
      while (height > 0) {
        let at = open[--height]!;
        let step = open[--height]!;
        if (step < 0) {
          slots[~step] = at;
          continue;
        }
        for (;;) {
          const join = joins[step]!;
          if (join > 0) {
            const bit = (join - 1) * places + at - firstStart;
            const mask = 1 << (bit & 31);
            if ((seen[bit >>> 5]! & mask) !== 0) break;
            seen[bit >>> 5]! |= mask;
          }
          steps++;
          const code = operations[step]!;
          if (code === takeByte) {
            if (at >= limit || sets[(first[step]! << 8) | text.charCodeAt(at)] !== 1) break;
            at++;
            step++;
          } else if (code === split) {
            if (height + 2 > open.length) open = higher();
            open[height++] = second[step]!;
            open[height++] = at;
            step = first[step]!;
          } else if (code === jump) step = first[step]!;
          else if (code === save) {
            const slot = first[step]!;
            if (height + 2 > open.length) open = higher();
            open[height++] = ~slot;
            open[height++] = slots[slot]!;
            slots[slot] = at;
            step++;
          } else if (code === edge) {
            if (!holds(first[step]!, text, at)) break;
            step++;
          } else {
            if (at < reach) break;
            slots[0] = start;
            slots[1] = at;
            return { matched: { slots: slots.slice() }, steps };
          }
        }
      }
    }
    return { matched: undefined, steps };
  }

  return { find };
}

function holds(edge: number, text: string, at: number): boolean {
  if (edge === 0) return at === 0 || lineEnds[text.charCodeAt(at - 1)] === 1;
  if (edge === 1) return at === text.length || lineEnds[text.charCodeAt(at)] === 1;
  const isBorder = isWord(text, at - 1) !== isWord(text, at);
  return isBorder === (edge === 2);
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && wordBytes[text.charCodeAt(at)] === 1;
}
