import { skipBlanks, skipComment } from "./blank.ts";
import { closedBy, type Frame, openCompound, openSubshell, readPattern, reservedAt } from "./compound.ts";
import { runHeredoc } from "./heredoc-script.ts";
import { readWordScript, shellCallOf } from "./nested-script.ts";
import { addOutput, joinOutputs, noOutputs, takeOutputs, takesStdout } from "./output.ts";
import { addCommand, type Outputs, placeEnd, type Reader } from "./reader.ts";
import { readHeredocs, readRedirect } from "./redirect.ts";
import { readSimpleCommand, startsFunction } from "./simple-command.ts";
import { readArithmeticCommand, readTest } from "./test-command.ts";

/** A list of commands while it is read: a whole text, or what stands in a substitution. */
type List = {
  readonly closing: ")" | undefined;
  readonly frames: Frame[];
  /** Its outputs where no frame is open. */
  readonly outputs: Outputs;
  /** What the next command reads by a pipe. */
  piped: Outputs | undefined;
  /** The next compound command is a function's body. */
  body: boolean;
  /** How many of its frames are subshells. */
  subshells: number;
};

// what is deeper is read as if its brackets were not there
const DEEPEST_COMPOUND = 1000;

/**
 * Reads commands from the reader's place to its end, or to the `)` that closes them (not taken). What does not fit the
 * grammar is skipped: every text is read to its end. Gives the commands whose output nobody in it takes.
 */
export function readCommands(reader: Reader, closing: ")" | undefined): Outputs {
  const list: List = { closing, frames: [], outputs: noOutputs(), piped: undefined, body: false, subshells: 0 };
  const { context } = reader;
  while (reader.at < reader.end) {
    const top = list.frames.at(-1);
    if (top?.pattern) {
      top.pattern = false;
      if (readPattern(reader)) continue;
    }
    skipBlanks(reader);
    if (reader.at >= reader.end) break;
    const before = reader.at;
    if (!readOperator(reader, list)) readElement(reader, list);
    else if (reader.at === before) break;
  }
  while (list.frames.length > 0) abandon(reader, list);
  if (list.piped !== undefined) joinOutputs(reader.sink, list.outputs, list.piped);
  reader.context = context;
  return list.outputs;
}

/** Takes an operator; true without having moved: the list is closed. */
function readOperator(reader: Reader, list: List): boolean {
  const { text, at } = reader;
  switch (text.charAt(at)) {
    case "\n":
      reader.at++;
      for (const heredoc of readHeredocs(reader)) runHeredoc(reader, heredoc);
      return true;
    case "#":
      skipComment(reader);
      return true;
    case ";":
      reader.at++;
      if (/[;&]/.test(text.charAt(at + 1)) && list.frames.at(-1)?.kind === "case") {
        while (reader.at < reader.end && /[;&]/.test(text.charAt(reader.at))) reader.at++;
        list.frames.at(-1)!.pattern = true;
      }
      return true;
    case "&":
      if (text.charAt(at + 1) === ">") return false;
      reader.at++;
      return true;
    case "|":
      reader.at++;
      return true;
    case ")":
      return readClosing(reader, list);
    default:
      return false;
  }
}

function readClosing(reader: Reader, list: List): boolean {
  if (list.subshells === 0) {
    if (list.closing === undefined) reader.at++;
    return true;
  }
  while (list.frames.at(-1)!.kind !== "(") abandon(reader, list);
  reader.at++;
  finishCompound(reader, list, closeFrame(reader, list));
  return true;
}

function readElement(reader: Reader, list: List): void {
  const { text, at } = reader;
  if (text.charAt(at) === "(") {
    readParenthesis(reader, list);
    return;
  }
  const word = reservedAt(reader);
  if (word !== undefined) {
    readReserved(reader, list, word);
    return;
  }
  const named = startsFunction(reader);
  if (named > 0) {
    reader.at = Math.min(at + named, reader.end);
    list.body = true;
    return;
  }
  const index = readTest(reader) ?? readSimpleCommand(reader);
  if (index === undefined) reader.at++;
  else finishCommand(reader, list, index);
}

function readParenthesis(reader: Reader, list: List): void {
  const first = reader.sink.commands.length;
  if (readArithmeticCommand(reader)) finishCommand(reader, list, first);
  else if (list.frames.length < DEEPEST_COMPOUND) open(reader, list, openSubshell(reader));
  else reader.at++;
}

function readReserved(reader: Reader, list: List, word: string): void {
  const kind = closedBy(word);
  if (kind !== undefined) {
    reader.at += word.length;
    if (list.frames.at(-1)?.kind === kind) finishCompound(reader, list, closeFrame(reader, list));
    return;
  }
  if (word === "function") {
    reader.at += word.length;
    skipBlanks(reader);
    const name = /[^\s;&|<>(){}]*(?:[ \t]*\([ \t]*\))?/y;
    name.lastIndex = reader.at;
    reader.at = Math.min(reader.at + (name.exec(reader.text)?.[0].length ?? 0), reader.end);
    list.body = true;
    return;
  }
  const first = reader.sink.commands.length;
  const frame = openCompound(reader, word);
  // the words of a loop are read before its body reads the pipe
  if (frame !== undefined && first < reader.sink.commands.length) takePipe(reader, list, first);
  if (frame !== undefined && list.frames.length < DEEPEST_COMPOUND) open(reader, list, frame);
}

function open(reader: Reader, list: List, frame: Frame): void {
  list.frames.push(frame);
  if (frame.kind === "(") list.subshells++;
  if (list.body) reader.context = { ...reader.context, within: inFunction(reader) };
  list.body = false;
}

function inFunction({ context }: Reader): "substitution" | "function" {
  return context.within === "substitution" ? "substitution" : "function";
}

/** Ends the innermost compound command; its outputs. */
function closeFrame(reader: Reader, list: List): Outputs {
  const frame = list.frames.pop()!;
  reader.context = frame.context;
  if (frame.kind === "(") list.subshells--;
  return frame.outputs;
}

/** Ends one that its own closing word does not end. */
function abandon(reader: Reader, list: List): void {
  const outputs = closeFrame(reader, list);
  joinOutputs(reader.sink, list.frames.at(-1)?.outputs ?? list.outputs, outputs);
}

function finishCompound(reader: Reader, list: List, outputs: Outputs): void {
  const from = reader.at;
  let index: number | undefined;
  for (;;) {
    skipBlanks(reader);
    if (reader.at >= reader.end || !/[<>&0-9{]/.test(reader.text.charAt(reader.at))) break;
    const created = index ?? addCommand(reader, reader.at);
    if (!readRedirect(reader, created)) {
      if (index === undefined) reader.sink.commands.length = created;
      break;
    }
    index = created;
  }
  if (index !== undefined) {
    const command = reader.sink.commands[index]!;
    command.end = placeEnd(reader, from, reader.at);
    if (command.redirects.some(takesStdout)) {
      takeOutputs(reader.sink, outputs, (inner) => {
        inner.redirectedBy = index;
      });
    }
  }
  passOn(reader, list, outputs);
}

/** Gives outputs to the pipe that follows, or to the list around. */
function passOn(reader: Reader, list: List, outputs: Outputs): void {
  skipBlanks(reader);
  const { text, at } = reader;
  if (at < reader.end && text.charAt(at) === "|" && text.charAt(at + 1) !== "|") {
    reader.at += text.charAt(at + 1) === "&" ? 2 : 1;
    list.piped = outputs;
    return;
  }
  if (at + 1 < reader.end && text.startsWith("||", at)) reader.at += 2;
  joinOutputs(reader.sink, list.frames.at(-1)?.outputs ?? list.outputs, outputs);
}

function takePipe(reader: Reader, list: List, index: number): void {
  if (list.piped === undefined) return;
  takeOutputs(reader.sink, list.piped, (command) => {
    command.pipeTo = index;
  });
  list.piped = undefined;
}

function finishCommand(reader: Reader, list: List, index: number): void {
  const command = reader.sink.commands[index]!;
  takePipe(reader, list, index);
  list.body = false;
  const outputs = noOutputs();
  const call = shellCallOf(command);
  if (call?.script !== undefined) {
    const inner = readWordScript(reader, command, call);
    if (inner !== undefined) joinOutputs(reader.sink, outputs, inner);
  }
  addOutput(reader.sink, outputs, index);
  if (command.redirects.some(takesStdout)) {
    takeOutputs(reader.sink, outputs, (inner) => {
      if (inner !== command) inner.redirectedBy = index;
    });
  }
  passOn(reader, list, outputs);
}
