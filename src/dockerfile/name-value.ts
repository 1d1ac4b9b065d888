import { decode } from "./text.ts";
import { spaceWidth, splitAtBlanks } from "./white-space.ts";

/** `NAME=value` or, of old, `NAME value` (`separator` is then empty). Values keep their quotes. */
export type NameValue = { readonly name: string; readonly value: string; readonly separator: "=" | "" };

/** What ENV and LABEL set; a string where BuildKit refuses it. `text` has one character a byte. */
export function parseNameValues(
  text: string,
  keyword: "ENV" | "LABEL",
  escapeToken: string,
): readonly NameValue[] | string {
  const words = splitWords(text, escapeToken);
  const first = words[0];
  if (first === undefined) return [];
  if (!first.includes("=")) {
    const parts = splitAtBlanks(text, 2);
    if (parts.length < 2) return `${keyword} must have two arguments`;
    return [{ name: decode(parts[0]!), value: decode(parts[1]!), separator: "" }];
  }
  const pairs: NameValue[] = [];
  for (const [index, word] of words.entries()) {
    const equals = word.indexOf("=");
    // the word itself may be a part of a value that was to be quoted: it is not shown
    if (equals < 0) return `${keyword} has no = in its word ${index + 1}: each must be of the form name=value`;
    pairs.push({ name: decode(word.slice(0, equals)), value: decode(word.slice(equals + 1)), separator: "=" });
  }
  return pairs;
}

/** Splits at Unicode white space outside quotes; quotes and escapes stay (BuildKit's parseWords). */
export function splitWords(text: string, escapeToken: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    const space = spaceWidth(text, at);
    if (space > 0) {
      at += space;
      continue;
    }
    const word = readWord(text, at, escapeToken);
    if (word.keep) words.push(word.text);
    at = word.end;
  }
  return words;
}

function readWord(text: string, from: number, escapeToken: string): { text: string; end: number; keep: boolean } {
  let quote = "";
  let quoted = false;
  let at = from;
  let droppedEnd = 0;
  while (at < text.length) {
    if (quote === "" && spaceWidth(text, at) > 0) break;
    const ch = text.charAt(at);
    if (quote === "" && (ch === "'" || ch === '"')) {
      quote = ch;
      quoted = true;
    } else if (ch === quote) {
      quote = "";
    } else if (ch === escapeToken && quote !== "'") {
      // an escape character at the very end is dropped
      if (at + 1 === text.length) droppedEnd = 1;
      else at++;
    }
    at++;
  }
  const word = text.slice(from, at - droppedEnd);
  return { text: word, end: at, keep: quoted || word !== "" };
}
