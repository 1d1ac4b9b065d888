import { skipBlanks } from "./blank.ts";
import { readArithmetic } from "./expansion.ts";
import { addCommand, placeEnd, type Reader } from "./reader.ts";
import { finishWord, readWord, startWord } from "./word.ts";

const OPENING = /\[\[(?=\s)/y;

/** `[[ … ]]`, in which operators are words: a command of these words; its index. */
export function readTest(reader: Reader): number | undefined {
  OPENING.lastIndex = reader.at;
  if (!OPENING.test(reader.text) || reader.at + 2 > reader.end) return undefined;
  const from = reader.at;
  const index = addCommand(reader, from);
  const command = reader.sink.commands[index]!;
  let open = true;
  while (open) {
    skipBlanks(reader);
    const start = reader.at;
    const word = readWord(reader, index, true);
    if (word.to > word.from) {
      command.words.push(word);
      open = word.raw !== "]]";
    } else {
      // operators, and line ends between two tests; `;` where ]] was forgotten
      const ch = reader.text.charAt(reader.at);
      open = reader.at < reader.end && ch !== ";" && !(ch === "\n" && reader.pending.length > 0);
      if (open) reader.at = start + 1;
    }
  }
  command.end = placeEnd(reader, from, reader.at);
  return index;
}

/** `((…))`: a command without words, there for its substitutions. False: it is two subshells. */
export function readArithmeticCommand(reader: Reader): boolean {
  const from = reader.at;
  if (!reader.text.startsWith("((", from) || from + 2 > reader.end) return false;
  const index = addCommand(reader, from);
  const draft = startWord(index);
  if (!readArithmetic(reader, draft, from + 2)) {
    reader.sink.commands.length = index;
    return false;
  }
  const command = reader.sink.commands[index]!;
  command.words.push({ ...finishWord(reader, draft, from, reader.at), value: undefined });
  command.end = placeEnd(reader, from, reader.at);
  return true;
}
