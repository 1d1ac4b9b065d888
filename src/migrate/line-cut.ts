import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Edit } from "../dockerfile/insertion.ts";
import { isBlank, lineAt, skipBlanks, skipBlanksBack } from "./line.ts";

/**
 * Takes bytes out of a file line by line: a line of which nothing is left goes whole, its continuation character with it;
 * comments between continued lines stay. What is left of a line keeps its own blanks.
 */
export function cutLines(dockerfile: Dockerfile, start: number, end: number): Edit[] {
  const { text } = dockerfile;
  const edits: Edit[] = [];
  for (let at = start; at < end; ) {
    const line = lineAt(dockerfile, at);
    const first = skipBlanks(text, line.start, line.contentEnd);
    const isComment = at !== start && text.charAt(first) === "#";
    if (!isComment && first < line.contentEnd) {
      const to = Math.min(end, line.contentEnd);
      // a cut that begins with blanks leaves those behind it
      const after = isBlank(text, at) && at > first ? to : skipBlanks(text, to, line.contentEnd);
      if (at <= first && after === line.contentEnd) edits.push({ start: line.start, end: line.next, text: "" });
      else if (after === line.contentEnd)
        edits.push({ start: skipBlanksBack(text, at, line.start), end: to, text: "" });
      else {
        const from = at === start ? at : first;
        if (after > from) edits.push({ start: from, end: after, text: "" });
      }
    }
    at = line.next;
  }
  return edits;
}
