import { findMark, type Reader } from "./reader.ts";
import { skipControl } from "./template-span.ts";

/** Skips what separates words on one line: blanks, joined lines, and tags of a template that leave no text. */
export function skipBlanks(reader: Reader): void {
  const { text, end } = reader;
  while (reader.at < end) {
    const ch = text.charAt(reader.at);
    if (ch === " " || ch === "\t" || ch === "\r") reader.at++;
    else if (ch === "\\" && text.startsWith("\n", reader.at + 1)) reader.at = Math.min(reader.at + 2, end);
    else if (ch === "\\" && text.startsWith("\r\n", reader.at + 1)) reader.at = Math.min(reader.at + 3, end);
    else if (ch === "{" || ch === "<") {
      const after = skipControl(reader, reader.at);
      if (after === reader.at) return;
      reader.at = Math.min(after, end);
    } else return;
  }
}

/** At a `#` that begins a word: skips to the end of the line. */
export function skipComment(reader: Reader): void {
  reader.at = Math.min(findMark(reader, "\n", reader.at), reader.end);
}
