import { skipBlanks, skipComment } from "./blank.ts";
import { noOutputs } from "./output.ts";
import { addCommand, addScope, type Context, type Outputs, placeEnd, type Reader } from "./reader.ts";
import { readArithmeticCommand } from "./test-command.ts";
import { readWord } from "./word.ts";

/** A compound command that is open. */
export type Frame = {
  readonly kind: "(" | "{" | "if" | "loop" | "case";
  readonly outputs: Outputs;
  /** What held before it. */
  readonly context: Context;
  /** In a case: a pattern comes next. */
  pattern: boolean;
};

const CLOSING: Readonly<Record<string, Frame["kind"]>> = { "}": "{", fi: "if", done: "loop", esac: "case" };

// then, do and the like stand between commands and tell nothing about which run
const RESERVED =
  /(?:if|then|elif|else|fi|while|until|for|select|do|done|case|esac|function|time(?:[ \t]+-p)?|coproc|!|\{|\})(?=[\s;&|<>()]|$)/y;

/** The reserved word at the reader's place, if one stands there. */
export function reservedAt(reader: Reader): string | undefined {
  RESERVED.lastIndex = reader.at;
  const word = RESERVED.exec(reader.text)?.[0];
  return word === undefined || reader.at + word.length > reader.end ? undefined : word;
}

export function closedBy(word: string): Frame["kind"] | undefined {
  return CLOSING[word];
}

export function createFrame(reader: Reader, kind: Frame["kind"]): Frame {
  return { kind, outputs: noOutputs(), context: reader.context, pattern: false };
}

/** At a reserved word that opens a compound command: takes it with what belongs to its head. */
export function openCompound(reader: Reader, word: string): Frame | undefined {
  reader.at += word.length;
  switch (word) {
    case "{":
      return createFrame(reader, "{");
    case "if":
      return createFrame(reader, "if");
    case "while":
    case "until":
      return createFrame(reader, "loop");
    case "for":
    case "select":
      readLoopHead(reader);
      return createFrame(reader, "loop");
    case "case":
      return openCase(reader);
    default:
      return undefined;
  }
}

export function openSubshell(reader: Reader): Frame {
  reader.at++;
  const frame = createFrame(reader, "(");
  const { context } = reader;
  reader.context = { ...context, scope: addScope(reader.sink, "subshell", context.scope) };
  return frame;
}

const VARIABLE = /[A-Za-z_][A-Za-z0-9_]*/y;
const IN = /in(?=[\s;]|$)/y;

/** `for NAME in WORDS`: a command that assigns each word to the name. */
function readLoopHead(reader: Reader): void {
  const from = reader.at;
  skipBlanks(reader);
  if (readArithmeticCommand(reader)) return;
  VARIABLE.lastIndex = reader.at;
  const name = VARIABLE.exec(reader.text)?.[0];
  if (name === undefined) return;
  reader.at = Math.min(reader.at + name.length, reader.end);
  skipLines(reader);
  if (!startsIn(reader)) return;
  const index = addCommand(reader, from);
  const command = reader.sink.commands[index]!;
  for (;;) {
    skipBlanks(reader);
    const start = reader.at;
    const value = readWord(reader, index);
    if (reader.at === start) break;
    command.assignments.push({ name, value, start: value.start, end: value.end });
  }
  command.end = placeEnd(reader, from, reader.at);
}

function startsIn(reader: Reader): boolean {
  IN.lastIndex = reader.at;
  if (!IN.test(reader.text) || reader.at + 2 > reader.end) return false;
  reader.at += 2;
  return true;
}

function openCase(reader: Reader): Frame {
  skipBlanks(reader);
  readWord(reader, undefined);
  skipLines(reader);
  startsIn(reader);
  const frame = createFrame(reader, "case");
  frame.pattern = true;
  return frame;
}

/** In a case where a pattern may come: takes it with its `)`. False: `esac` stands there, or the text ends. */
export function readPattern(reader: Reader): boolean {
  skipLines(reader);
  if (reader.at >= reader.end || reservedAt(reader) === "esac") return false;
  if (reader.text.charAt(reader.at) === "(") reader.at++;
  while (reader.at < reader.end) {
    skipBlanks(reader);
    const ch = reader.text.charAt(reader.at);
    if (ch === ")") {
      reader.at++;
      return true;
    }
    // no pattern has these
    if (ch === "\n" || ch === ";") return true;
    const start = reader.at;
    readWord(reader, undefined);
    if (reader.at === start) reader.at++;
  }
  return true;
}

/** Skips blanks, line ends and comments where nothing else can be meant. */
function skipLines(reader: Reader): void {
  for (;;) {
    skipBlanks(reader);
    const ch = reader.at < reader.end ? reader.text.charAt(reader.at) : "";
    if (ch === "\n" && reader.pending.length === 0) reader.at++;
    else if (ch === "#") skipComment(reader);
    else return;
  }
}
