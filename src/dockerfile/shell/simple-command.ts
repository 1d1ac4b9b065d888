import { skipBlanks } from "./blank.ts";
import { addCommand, type Draft, placeEnd, type Reader } from "./reader.ts";
import { readRedirect } from "./redirect.ts";
import { spanAt } from "./template-span.ts";
import { finishWord, readWord, startWord } from "./word.ts";

const FUNCTION = /[A-Za-z0-9_.:+-]+[ \t]*\([ \t]*\)/y;

/** The width of `NAME()` at the reader's place, 0 where none stands there. */
export function startsFunction(reader: Reader): number {
  FUNCTION.lastIndex = reader.at;
  return FUNCTION.exec(reader.text)?.[0].length ?? 0;
}

const ASSIGNED = /([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]\n]{0,200}\])?\+?=/y;
const ENDS = /[\n;|)]/;

/** Reads assignments, words and redirects up to an operator; the command's index, undefined where nothing was there. */
export function readSimpleCommand(reader: Reader): number | undefined {
  const from = reader.at;
  const index = addCommand(reader, from);
  const command = reader.sink.commands[index]!;
  let end = from;
  for (;;) {
    skipBlanks(reader);
    if (reader.at >= reader.end) break;
    const ch = reader.text.charAt(reader.at);
    if (ENDS.test(ch) || ch === "#" || ch === "(") break;
    if (/[<>&0-9{]/.test(ch) && spanAt(reader, reader.at) === undefined && readRedirect(reader, index)) {
      end = reader.at;
      continue;
    }
    if (ch === "&") break;
    const start = reader.at;
    if (command.words.length > 0 || !readAssignment(reader, command, index))
      command.words.push(readWord(reader, index));
    if (reader.at === start) {
      command.words.pop();
      break;
    }
    end = reader.at;
  }
  if (end === from) {
    reader.sink.commands.length = index;
    return undefined;
  }
  command.end = placeEnd(reader, from, end);
  return index;
}

function readAssignment(reader: Reader, command: Draft, index: number): boolean {
  const { at } = reader;
  ASSIGNED.lastIndex = at;
  const found = ASSIGNED.exec(reader.text);
  if (found === null || at + found[0].length > reader.end) return false;
  const from = at + found[0].length;
  reader.at = from;
  let value: Draft["words"][number];
  if (reader.text.charAt(from) === "(" && from < reader.end) {
    // with the = before it the word is an array
    reader.at = from - 1;
    const word = readWord(reader, index);
    value = { ...word, start: reader.place(from), raw: word.raw.slice(1), from };
  } else if (from < reader.end && !/\s/.test(reader.text.charAt(from))) value = readWord(reader, index);
  else value = finishWord(reader, startWord(index), from, from);
  const start = reader.place(at);
  command.assignments.push({ name: found[1]!, value, start, end: placeEnd(reader, at, reader.at) });
  return true;
}
