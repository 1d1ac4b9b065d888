import type { Edit } from "../../dockerfile/insertion.ts";
import { placeOf } from "../../workflow/sourced-text.ts";
import { withoutLines } from "./own-line.ts";
import type { PlaceOf } from "./static-key-place.ts";

/** Takes an argument out: of a command with the blanks and the continuation before it; a line of an array goes whole. */
export function argumentEdit(text: string, place: PlaceOf<"argument" | "later-argument">): Edit | string {
  if (place.kind === "argument") {
    const { source } = place.command.script;
    const { after } = place.option;
    return { start: placeOf(source, after - 1, after).end, end: place.end, text: "" };
  }
  if (place.quoted) return "it stands in a text in single quotes, where a variable would not be filled in";
  const { script, from, to } = place;
  const { masked, source } = script;
  let start = from;
  while (start > 0 && /[ \t]/.test(masked[start - 1]!)) start--;
  const newline = masked.indexOf("\n", to);
  const isFirst = start === 0 || masked[start - 1] === "\n";
  const rest = masked.slice(to, newline < 0 ? masked.length : newline);
  // a line of the script is one of the file
  const isByLines = source.writing === "raw" || source.writing === "literal";
  if (isFirst && isByLines && /^\s*$/.test(rest)) {
    const whole = withoutLines(text, place);
    if (whole !== undefined) return whole;
  }
  // a comment behind it stays, where the argument stood
  const blanks = isFirst ? (/^[ \t]*/.exec(rest)?.[0].length ?? 0) : 0;
  return { ...placeOf(source, isFirst ? from : start, to + blanks), text: "" };
}
