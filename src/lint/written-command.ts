import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Command, Instruction } from "../dockerfile/instruction.ts";
import { sourceEnd, sourceOffset } from "../dockerfile/logical-line.ts";
import { splitWords } from "../dockerfile/name-value.ts";
import type { Stage } from "../dockerfile/stage.ts";
import { skipSpace, splitAtBlanks } from "../dockerfile/white-space.ts";

/** An instruction as it is written, once each: for ONBUILD, `command` is the innermost one. */
export type WrittenCommand = {
  readonly instruction: Instruction;
  readonly command: Command;
  /** undefined: it stands before the first FROM. */
  readonly stage: Stage | undefined;
};

// many rules ask for them
const written = new WeakMap<Dockerfile, readonly WrittenCommand[]>();

export function writtenCommands(dockerfile: Dockerfile): readonly WrittenCommand[] {
  let commands = written.get(dockerfile);
  if (commands === undefined) {
    commands = readCommands(dockerfile);
    written.set(dockerfile, commands);
  }
  return commands;
}

function readCommands({ instructions, stages }: Dockerfile): WrittenCommand[] {
  let froms = 0;
  return instructions.map((instruction) => {
    if (instruction.known === "FROM") froms++;
    let command: Command = instruction;
    while (command.inner !== undefined) command = command.inner;
    return { instruction, command, stage: stages[froms - 1] };
  });
}

/** For fingerprints: the stage by its name, or its number. */
export function stageKey(stage: Stage | undefined): string {
  return stage === undefined ? "" : (stage.name ?? `${stage.index}`);
}

/** A piece of the file's text, one character a byte. */
export type Piece = { readonly text: string; readonly start: number; readonly end: number };

/** A piece of an instruction's joined lines, from `at` to `to` in them. */
export type LinePiece = Piece & { readonly at: number; readonly to: number };

/** The text after the flags, continuations joined, without heredocs' contents. */
export function bodyPiece({ instruction, command }: WrittenCommand): LinePiece {
  return pieceAt(instruction, command.bodyFrom, command.bodyTo);
}

/** A part of a piece: its place in the file is found anew, for a continuation may lie between. */
export function partOf(instruction: Instruction, piece: LinePiece, from: number, to: number): LinePiece {
  return pieceAt(instruction, piece.at + from, piece.at + to);
}

/** The contents of the heredocs. */
export function heredocPieces({ command }: WrittenCommand, dockerfile: Dockerfile): Piece[] {
  return command.heredocs.map(({ contentStart: start, contentEnd: end }) => ({
    text: dockerfile.text.slice(start, end),
    start,
    end,
  }));
}

/** The paths of COPY and ADD; none for the JSON form, which spells them otherwise. */
export function pathPieces({ instruction, command }: WrittenCommand): LinePiece[] {
  return command.form === "json" ? [] : wordsIn(instruction, command, (text) => splitAtBlanks(text));
}

/** One pair that ARG, ENV or LABEL sets, with its quotes; `value` is undefined for an ARG without a default. */
export type PairPiece = { readonly name: string; readonly value: LinePiece | undefined; readonly whole: LinePiece };

export function pairPieces({ instruction, command }: WrittenCommand, escapeToken: string): PairPiece[] {
  if (command.pairs[0]?.separator === "") {
    const [name, value] = wordsIn(instruction, command, (text) => splitAtBlanks(text, 2));
    if (name === undefined || value === undefined) return [];
    return [{ name: name.text, value, whole: pieceAt(instruction, name.at, value.to) }];
  }
  return wordsIn(instruction, command, (text) => splitWords(text, escapeToken)).map((whole) => {
    const equals = whole.text.indexOf("=");
    if (equals < 0) return { name: whole.text, value: undefined, whole };
    const value = pieceAt(instruction, whole.at + equals + 1, whole.to);
    return { name: whole.text.slice(0, equals), value, whole };
  });
}

function pieceAt({ logical }: Instruction, at: number, to: number): LinePiece {
  const start = sourceOffset(logical, at);
  return { text: logical.text.slice(at, to), start, end: to > at ? sourceEnd(logical, to) : start, at, to };
}

// words are slices of the text, in order, with nothing but white space between them
function wordsIn(instruction: Instruction, command: Command, split: (text: string) => string[]): LinePiece[] {
  const body = instruction.logical.text.slice(command.bodyFrom, command.bodyTo);
  const pieces: LinePiece[] = [];
  let at = 0;
  for (const word of split(body)) {
    const start = skipSpace(body, at, body.length);
    pieces.push(pieceAt(instruction, command.bodyFrom + start, command.bodyFrom + start + word.length));
    at = start + word.length;
  }
  return pieces;
}
