import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Edit } from "../dockerfile/insertion.ts";
import type { Command, Flag } from "../dockerfile/instruction.ts";
import { lineAt, skipBlanks } from "./line.ts";

/**
 * Puts new mounts in the place of old ones, so that comments, conditions of a template and the way the lines are broken
 * stay: the first new one where the first old one stood, and so on; the rest behind the last. Without an old one they come
 * right after RUN. `gone`: the old ones that nothing takes the place of.
 */
export function editFlags(
  dockerfile: Dockerfile,
  run: Command,
  drop: readonly Flag[],
  mounts: readonly string[],
): { readonly edits: readonly Edit[]; readonly gone: readonly Flag[] } {
  const old = drop.toSorted((a, b) => a.start - b.start);
  const last = old.at(-1);
  if (last === undefined) {
    const text = mounts.map((mount) => ` ${mount}`).join("");
    return { edits: text === "" ? [] : [{ start: run.keywordEnd, end: run.keywordEnd, text }], gone: [] };
  }
  // of more old ones than new the first go: what else stands in a line stands behind the last
  const spare = Math.max(0, old.length - mounts.length);
  const edits = old.slice(spare).map((flag, index) => {
    const own = flag === last ? mounts.slice(index) : [mounts[index]!];
    return { start: flag.start, end: flag.end, text: own.join(separatorAfter(dockerfile, flag)) };
  });
  return { edits, gone: old.slice(0, spare) };
}

/** Whether a flag is written in one piece, so that its bytes can be replaced. */
export function isWhole({ text }: Dockerfile, { start, end }: Flag): boolean {
  return start < end && !text.slice(start, end).includes("\n");
}

/** How the flags are kept apart there: by a line of their own each, as the file breaks lines, else by a blank. */
function separatorAfter(dockerfile: Dockerfile, { start, end }: Flag): string {
  const { text } = dockerfile;
  const line = lineAt(dockerfile, end);
  if (!line.continued || line.contentEnd !== end) return " ";
  const first = skipBlanks(text, line.start, line.contentEnd);
  if (first === start) return text.slice(end, line.next) + text.slice(line.start, start);
  const below = skipBlanks(text, line.next, text.length);
  return text.startsWith("--", below) && below > line.next ? text.slice(end, below) : " ";
}
