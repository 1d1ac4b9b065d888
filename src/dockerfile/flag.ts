import { isByteSpace } from "./white-space.ts";

/** A flag within the logical line: `from`…`to` are what it is written with, quotes included. */
export type WrittenFlag = { readonly text: string; readonly from: number; readonly to: number };

/**
 * Takes the flags off the front of an instruction's arguments, as BuildKit's extractBuilderFlags does: byte by byte,
 * so that quotes and escapes may stand anywhere and `--` alone ends them.
 * `rest` is where the arguments begin; nothing is left where it is `to`.
 */
export function splitFlags(
  text: string,
  from: number,
  to: number,
  escapeToken: string,
): { readonly flags: readonly WrittenFlag[]; readonly rest: number } {
  const flags: WrittenFlag[] = [];
  let at = from;
  for (;;) {
    while (at < to && isByteSpace(text.charCodeAt(at))) at++;
    if (at === to || !text.startsWith("--", at) || at + 2 > to) return { flags, rest: at };
    const word = readFlag(text, at, to, escapeToken);
    at = word.to;
    if (word.text === "--") return { flags, rest: at };
    flags.push(word);
  }
}

function readFlag(text: string, from: number, to: number, escapeToken: string): WrittenFlag {
  let quote = "";
  let word = "";
  let at = from;
  for (; at < to; at++) {
    let ch = text.charAt(at);
    if (quote === "" && isByteSpace(text.charCodeAt(at))) break;
    if (quote === "" && (ch === "'" || ch === '"')) {
      quote = ch;
      continue;
    }
    if (ch === quote) {
      quote = "";
      continue;
    }
    if (ch === escapeToken) {
      // an escape character at the very end is dropped
      if (at + 1 === to) {
        at++;
        break;
      }
      at++;
      ch = text.charAt(at);
    }
    word += ch;
  }
  return { text: word, from, to: at };
}
