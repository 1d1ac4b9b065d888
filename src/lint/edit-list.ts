import type { Edit } from "../dockerfile/insertion.ts";

/** A text (one character a byte) that is edited again and again, and still knows what it was made of. */
export type EditedText = {
  readonly text: string;
  /** In order: parts of the text before (`from`…`to`), and what was put in. */
  readonly parts: readonly Part[];
};

type Part = { readonly from: number; readonly to: number } | { readonly added: string };

export function unedited(text: string): EditedText {
  return { text, parts: [{ from: 0, to: text.length }] };
}

/** Whether the edits are in order, within a text of this length, and apart from each other. */
export function isInOrder(edits: readonly Edit[], length: number): boolean {
  let last = 0;
  for (const [index, { start, end }] of edits.entries()) {
    if (end < start || end > length || start < last || (index > 0 && start === last && end === start)) return false;
    last = end;
  }
  return true;
}

/** Applies edits, which are in order, to the text as it is now. */
export function edited(before: EditedText, edits: readonly Edit[]): EditedText {
  const parts: Part[] = [];
  const text: string[] = [];
  const walk = { index: 0, within: 0 };
  let at = 0;
  for (const edit of edits) {
    text.push(before.text.slice(at, edit.start), edit.text);
    take(before.parts, walk, edit.start - at, parts);
    if (edit.text !== "") parts.push({ added: edit.text });
    take(before.parts, walk, edit.end - edit.start, undefined);
    at = edit.end;
  }
  text.push(before.text.slice(at));
  take(before.parts, walk, before.text.length - at, parts);
  return { text: text.join(""), parts };
}

/** Moves on by so many characters, and keeps what lies there if it is to be kept. */
function take(
  parts: readonly Part[],
  walk: { index: number; within: number },
  count: number,
  kept: Part[] | undefined,
): void {
  let left = count;
  while (left > 0) {
    const part = parts[walk.index]!;
    const length = "added" in part ? part.added.length : part.to - part.from;
    const step = Math.min(left, length - walk.within);
    kept?.push(
      "added" in part
        ? { added: part.added.slice(walk.within, walk.within + step) }
        : { from: part.from + walk.within, to: part.from + walk.within + step },
    );
    left -= step;
    walk.within += step;
    if (walk.within === length) {
      walk.index++;
      walk.within = 0;
    }
  }
}

/** What was done, as edits of the first text of this length. */
export function editsOf({ parts }: EditedText, length: number): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  let added = "";
  const flush = (to: number) => {
    if (added !== "" || to > at) edits.push({ start: at, end: to, text: added });
    added = "";
  };
  for (const part of parts) {
    if ("added" in part) {
      added += part.added;
      continue;
    }
    if (part.from === part.to) continue;
    flush(part.from);
    at = part.to;
  }
  flush(length);
  return edits;
}
