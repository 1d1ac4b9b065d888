import type { HeredocWord } from "./heredoc.ts";
import type { Keyword } from "./keyword.ts";
import type { LogicalLine } from "./logical-line.ts";
import type { NameValue } from "./name-value.ts";
import { decode } from "./text.ts";

/** `--name=value` before an instruction's arguments. Offsets count bytes in the file. */
export type Flag = {
  readonly name: string;
  /** undefined: no `=`. One character a byte, without quotes: what BuildKit reads. */
  readonly value: string | undefined;
  readonly start: number;
  readonly end: number;
  /** In a template: the value with a mark (unknown.ts) for what conditions and expressions make of it. */
  readonly marked?: string | undefined;
};

/** A heredoc: its content is `contentStart`…`contentEnd`, its last line begins at `contentEnd`. */
export type Heredoc = HeredocWord & {
  readonly contentStart: number;
  readonly contentEnd: number;
  /** After the terminator, before the line end. */
  readonly end: number;
};

/** A comment line outside instructions. */
export type Comment = {
  readonly kind: "comment";
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** From its `#` on, without the white space around; decoded. */
  readonly text: string;
};

/** How the arguments are written: as text for a shell, as a JSON array, or with heredocs. */
export type Form = "shell" | "json" | "heredoc";

/** What one instruction says; for ONBUILD, `inner` is the instruction it holds. */
export type Command = {
  /** In upper case. */
  readonly keyword: string;
  /** undefined: no instruction that a Dockerfile has. */
  readonly known: Keyword | undefined;
  readonly keywordStart: number;
  /** Right after the keyword, on its own line: where a flag can be inserted. */
  readonly keywordEnd: number;
  readonly flags: readonly Flag[];
  readonly form: Form;
  /** As BuildKit's parser has them: JSON strings, paths, the one text of a shell form, …; decoded. */
  readonly args: readonly string[];
  /** What ENV and LABEL set. */
  readonly pairs: readonly NameValue[];
  /**
   * The text after the flags, decoded: continuations joined, comments and empty lines left out, heredocs with their
   * contents and terminators after it.
   */
  readonly body: string;
  /** Where the text after the flags is in the logical line. */
  readonly bodyFrom: number;
  readonly bodyTo: number;
  readonly heredocs: readonly Heredoc[];
  readonly inner: Command | undefined;
  /** In a template: `args` and `pairs` with marks (unknown.ts) for what conditions and expressions make of them. */
  readonly marked?: { readonly args: readonly string[]; readonly pairs: readonly NameValue[] } | undefined;
};

/** An instruction of a Dockerfile. Offsets count bytes, lines count from 1. */
export type Instruction = Command & {
  readonly kind: "instruction";
  /** The first byte that is not white space. */
  readonly start: number;
  /** After the last byte, before the last line's end. */
  readonly end: number;
  readonly line: number;
  readonly endLine: number;
  readonly logical: LogicalLine;
  /** The comment lines since the last instruction, in order. */
  readonly comments: readonly Comment[];
  /**
   * Whether all ways through a template's conditions end the instruction at `end`. unknown: they end at different
   * lines; the text is the union of what they give, and `end` is the last of the ends.
   */
  readonly ending: "known" | "unknown";
  /**
   * In a template: which branch of a condition or loop it stands in; undefined where it is in every rendering.
   * Instructions with one number are in the same renderings, next to nothing is known of others.
   */
  readonly branch?: number | undefined;
  /** An empty line stands inside the continuation: a warning in BuildKit. */
  readonly emptyContinuation: boolean;
};

/** The arguments for expansion: what a template makes of them is marked as unknown. */
export function argsOf(command: Command): readonly string[] {
  return command.marked?.args ?? command.args;
}

/** The same for what ENV and LABEL set. */
export function pairsOf(command: Command): readonly NameValue[] {
  return command.marked?.pairs ?? command.pairs;
}

/** A command with its heredocs, whose contents (one character a byte) come after its text. */
export function withHeredocs(command: Command, heredocs: readonly Heredoc[], contents: readonly string[]): Command {
  if (heredocs.length === 0) return command;
  const texts = heredocs.map(({ name }, index) => `\n${decode(contents[index]!)}${name}`);
  const inner = command.inner === undefined ? undefined : withHeredocs(command.inner, heredocs, contents);
  return { ...command, form: "heredoc", heredocs, inner, body: command.body + texts.join("") };
}

/** The comments right above an instruction, without an empty line between, in order. */
export function commentsAbove(instruction: Instruction): readonly Comment[] {
  const { comments } = instruction;
  let first = comments.length;
  let line = instruction.line;
  while (first > 0 && comments[first - 1]!.line === line - 1) {
    first--;
    line--;
  }
  return comments.slice(first);
}
