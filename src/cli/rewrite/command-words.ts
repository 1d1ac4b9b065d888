import { SealError } from "../../error.ts";

/**
 * The words of a command as a shell would split them, by quotes and backslashes; nothing is expanded, and no shell runs.
 *
 * @throws SealError ARGUMENT for an open quote, and for a word that a shell would do something else with
 */
export function commandWords(text: string, flag: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
      else if (character === "\\" && quote === '"' && /["\\$`]/.test(text.charAt(at + 1))) word += text.charAt(++at);
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (character === "\\" && at + 1 < text.length) {
      word = (word ?? "") + text.charAt(++at);
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[|&;<>$`]/.test(character)) {
      throw wrong(flag, `has a ${character}, which only a shell understands`, `Quote it, or write ${flag} "sh -c '…'"`);
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== "") throw wrong(flag, `has an open ${quote}`, "Close the quote");
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw wrong(flag, "names no command", `Write ${flag} 'CMD {}'`);
  return words;
}

function wrong(flag: string, what: string, remedy: string): SealError {
  return new SealError("ARGUMENT", `${flag} ${what}`, remedy);
}
