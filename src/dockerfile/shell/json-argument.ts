import type { Transcript } from "./transcript.ts";

const STRING = /"((?:[^"\\]|\\[\s\S])*)"/g;
const PIECE = /[^\\']+|'|\\u[0-9A-Fa-f]{4}|\\[\s\S]/g;

/** A JSON array of strings as a shell's line in which every string is one quoted word. */
export function argumentsInJson(body: string): Transcript {
  const parts: string[] = [];
  const starts: number[] = [];
  const sources: number[] = [];
  let length = 0;
  const add = (text: string, source: number) => {
    parts.push(text);
    starts.push(length);
    sources.push(source);
    length += text.length;
  };
  for (const found of body.matchAll(STRING)) {
    add("'", found.index);
    for (const piece of found[1]!.matchAll(PIECE)) {
      const source = found.index + 1 + piece.index;
      if (piece[0] === "'") for (const character of "'\\''") add(character, source);
      else if (!piece[0].startsWith("\\")) add(piece[0], source);
      else {
        // what an escape stands for is found where the escape ends
        const text = (JSON.parse(`"${piece[0]}"`) as string).replaceAll("'", "'\\''");
        for (const unit of text.split("")) add(unit, source + piece[0].length - 1);
      }
    }
    add("'", found.index + found[0].length - 1);
    add(" ", found.index + found[0].length);
  }
  return { text: parts.join(""), starts, sources };
}
