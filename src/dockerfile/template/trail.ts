import type { HeredocWord } from "../heredoc.ts";

/** An instruction that begins at an offset, on some way through the template. */
export type Draft = {
  readonly start: number;
  /** The branch in which it begins, 0 outside of all. */
  readonly branch: number;
  /** What it begins with comes from the template: which instruction it is, or whether it is one, is not known. */
  hidden: boolean;
};

/**
 * What happened on one way through the template, as a list from the last to the first. Where ways meet, `other` is
 * the rest of the second one. So a step of a way costs the same however long the way is, and what is found on the
 * ways that are left at the end is all that a rendering can hold.
 */
export type Cell = {
  readonly what:
    | "begin"
    | "text"
    | "value"
    | "content"
    | "end"
    | "heredoc"
    | "comment"
    | "not-begun"
    | "unseen"
    | "join";
  readonly before: Cell | undefined;
  /** A loop's later rounds come to the beginning of an earlier one: the list has circles then. */
  other: Cell | undefined;
  readonly draft: Draft | undefined;
  readonly start: number;
  readonly end: number;
  readonly branch: number;
  readonly word: HeredocWord | undefined;
  readonly why: string;
};

export function cell(
  what: Cell["what"],
  before: Cell | undefined,
  draft: Draft | undefined,
  start: number,
  end: number,
  more: { readonly branch?: number; readonly word?: HeredocWord; readonly why?: string; readonly other?: Cell } = {},
): Cell {
  return {
    what,
    before,
    other: more.other,
    draft,
    start,
    end,
    branch: more.branch ?? 0,
    word: more.word,
    why: more.why ?? "",
  };
}

export function joinTrails(one: Cell | undefined, two: Cell | undefined): Cell | undefined {
  if (one === two || two === undefined) return one;
  return one === undefined ? two : cell("join", one, undefined, 0, 0, { other: two });
}

/** All cells on the ways that end in the given ones; with `of`, only back to where this draft begins. */
export function* cellsOf(ends: readonly (Cell | undefined)[], of?: Draft): Generator<Cell> {
  const seen = new Set<Cell>();
  const stack = ends.filter((end) => end !== undefined);
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (let next: Cell | undefined = at; next !== undefined && !seen.has(next); next = next.before) {
      seen.add(next);
      if (next.what !== "join") yield next;
      if (next.other !== undefined) stack.push(next.other);
      if (of !== undefined && next.what === "begin" && next.draft === of) break;
    }
  }
}
