import { type Cell, cellsOf, type Draft } from "./trail.ts";

/** What the ways that are left say of one instruction. */
export type Collected = {
  readonly draft: Draft;
  /** All cells of its text and heredocs. */
  readonly cells: Cell[];
  readonly ends: Cell[];
};

export type Collection = {
  /** Offsets at which some way has no beginning of an instruction though a keyword stands there, and why. */
  readonly whyNot: ReadonlyMap<number, string>;
  readonly instructions: readonly Collected[];
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  /** Values that stand where instructions stand. */
  readonly unseen: readonly { readonly start: number; readonly end: number }[];
};

/** Gathers what happened on the ways that are left at a template's end. */
export function collect(ends: readonly (Cell | undefined)[]): Collection {
  const byDraft = new Map<Draft, Collected>();
  const comments = new Map<number, { start: number; end: number }>();
  const unseen = new Map<number, { start: number; end: number }>();
  const begun = new Set<Draft>();
  const notBegun = new Map<number, Cell>();
  for (const cell of cellsOf(ends)) {
    if (cell.what === "not-begun") {
      const other = notBegun.get(cell.start);
      if (other === undefined || isPlainer(cell, other)) notBegun.set(cell.start, cell);
      continue;
    }
    if (cell.what === "comment") comments.set(cell.start, { start: cell.start, end: cell.end });
    if (cell.draft === undefined) continue;
    const collected = byDraft.get(cell.draft) ?? { draft: cell.draft, cells: [], ends: [] };
    byDraft.set(cell.draft, collected);
    if (cell.what === "begin") begun.add(cell.draft);
    if (cell.what === "end") collected.ends.push(cell);
    else if (cell.what !== "begin" && cell.what !== "unseen") collected.cells.push(cell);
    if (cell.what === "unseen") unseen.set(cell.draft.start, { start: cell.draft.start, end: cell.start });
  }
  return {
    whyNot: new Map([...notBegun].map(([start, { why }]) => [start, why])),
    instructions: [...byDraft.values()]
      .filter(({ draft }) => begun.has(draft) && !draft.hidden)
      .sort((a, b) => a.draft.start - b.draft.start),
    comments: [...comments.values()].sort((a, b) => a.start - b.start),
    unseen: [...unseen.values()].sort((a, b) => a.start - b.start),
  };
}

/** Of several reasons the one with an instruction that stands in the file, the first of these. */
function isPlainer({ draft: one }: Cell, { draft: other }: Cell): boolean {
  if (one === undefined || other === undefined) return one === undefined;
  if (one.hidden !== other.hidden) return other.hidden;
  return one.start < other.start;
}
