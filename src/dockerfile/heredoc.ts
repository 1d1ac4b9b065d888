import { lex } from "./shell-lexer.ts";

/** What a `<<NAME` word says. */
export type HeredocWord = {
  readonly name: string;
  /** `<<-`: leading tabs are taken off. */
  readonly strip: boolean;
  /** The word has no quotes: variables in the content are expanded. */
  readonly expand: boolean;
  /** The number before `<<`, 0 without one. */
  readonly fileDescriptor: number;
};

/** Not ok: BuildKit refuses the instruction, and `problem` says what it says. */
export type HeredocWords =
  | { readonly ok: true; readonly words: readonly HeredocWord[] }
  | { readonly ok: false; readonly problem: string };

/** The heredocs that a whole instruction (decoded, continuations joined) starts, in order. */
export function findHeredocs(line: string): HeredocWords {
  // A line that the lexer refuses (an open quote, a bad substitution) has no heredocs for BuildKit.
  const lexed = lex(line, { escape: "\\", rawQuotes: true, rawEscapes: true, skipUnset: true, lookup: unset });
  if (!lexed.ok && lexed.beyondUs) return { ok: false, problem: lexed.problem };
  const words: HeredocWord[] = [];
  for (const word of lexed.ok ? lexed.words : []) {
    const heredoc = parseHeredocWord(word);
    if (typeof heredoc === "string") return { ok: false, problem: heredoc };
    if (heredoc !== undefined) words.push(heredoc);
  }
  return { ok: true, words };
}

/** One word; undefined where it is no heredoc, a string where BuildKit refuses it. */
export function parseHeredocWord(word: string): HeredocWord | string | undefined {
  const start = /^(\d*)<<(-?)[\t\n\f\r ]*/.exec(word);
  if (start === null) return undefined;
  const rest = word.slice(start[0].length);
  if (rest === "" || rest.includes("<")) return undefined;
  const plain = lex(rest, { escape: "\\", skipUnset: true, lookup: unset });
  if (!plain.ok) return plain.problem;
  if (plain.words.length !== 1) return undefined;
  const quoted = lex(rest, { escape: "\\", rawQuotes: true, skipUnset: true, lookup: unset });
  if (!quoted.ok) return quoted.problem;
  if (quoted.words.length !== 1) return "the name of a heredoc cannot be read";
  return {
    name: plain.words[0]!,
    strip: start[2] === "-",
    expand: countQuotes(plain.words[0]!) === countQuotes(quoted.words[0]!),
    fileDescriptor: parseFileDescriptor(start[1]!),
  };
}

function countQuotes(text: string): number {
  return text.match(/['"]/g)?.length ?? 0;
}

// Go's ParseUint gives the largest number to what is too large for it
function parseFileDescriptor(digits: string): number {
  return digits === "" ? 0 : Number(digits);
}

function unset(): undefined {
  return undefined;
}
