import { createHash } from "node:crypto";
import { problemOf } from "../../src/dockerfile/check.ts";
import { detectSyntax, type Syntax } from "../../src/dockerfile/directive.ts";
import type { Command, Instruction } from "../../src/dockerfile/instruction.ts";
import { type Mount, mountsOf } from "../../src/dockerfile/mount.ts";
import { scanDockerfile } from "../../src/dockerfile/read.ts";
import { decode, encode, lowerCase, toText } from "../../src/dockerfile/text.ts";
import { skipSpace, trimSpaceEnd } from "../../src/dockerfile/white-space.ts";

/** What is compared of a Dockerfile. Strings have one character a byte. */
export type Answer = {
  /** Whether it is refused, or what is said. */
  readonly error: string;
  readonly syntax: { readonly image: string; readonly commandLine: string; readonly line: number } | null;
  readonly escape: string;
  readonly emptyContinuations: number;
  readonly instructions: readonly AnsweredInstruction[];
};

export type AnsweredInstruction = {
  readonly keyword: string;
  readonly line: number;
  readonly endLine: number;
  readonly original: string;
  readonly flags: readonly string[];
  readonly json: boolean;
  readonly args: readonly string[];
  readonly heredocs: readonly {
    readonly name: string;
    readonly strip: boolean;
    readonly expand: boolean;
    readonly fileDescriptor: number;
    readonly content: string;
  }[];
  readonly comments: readonly string[];
  readonly inner: AnsweredInstruction | null;
  readonly problem: string;
  /** null where one is refused. */
  readonly mounts: readonly object[] | null;
  /** A mount holds something to expand: whether it is refused cannot be compared. */
  readonly unresolved: boolean;
  readonly stage: { readonly name: string; readonly base: string; readonly platform: string } | null;
};

const REFUSED = "refused";

/** Our reader's answer. */
export function answerOurs(source: Uint8Array): Answer {
  const text = toText(source);
  const syntax = detectSyntax(text);
  const dockerfile = scanDockerfile(source);
  const refused = dockerfile.problem !== undefined;
  const instructions = refused ? [] : dockerfile.instructions;
  return {
    error: refused ? REFUSED : "",
    syntax: syntax === undefined ? null : encodeSyntax(syntax),
    escape: refused ? "" : dockerfile.escape,
    emptyContinuations: instructions.filter((instruction) => instruction.emptyContinuation).length,
    instructions: instructions.map((instruction) => answerInstruction(instruction, text)),
  };
}

/** The oracle's answer (parse.go) without what cannot be compared: its wording, and bytes that are no UTF-8. */
export function normalizeAnswer(answer: Answer): Answer {
  return {
    ...answer,
    error: answer.error === "" ? "" : REFUSED,
    syntax: answer.syntax === null ? null : normalizeSyntax(answer.syntax),
    instructions: answer.instructions.map(normalizeInstruction),
  };
}

/** For JSON.stringify: a long text as its length and digest. */
export function abbreviate(_key: string, value: unknown): unknown {
  if (typeof value !== "string" || value.length <= 1000) return value;
  return `${value.length} bytes, sha256 ${createHash("sha256").update(value, "latin1").digest("hex")}`;
}

/** Two answers without what one of them cannot say: what follows a variable in a mount. */
export function withoutUnresolved(answer: Answer, other: Answer): Answer {
  const instructions = answer.instructions.map((instruction, index) =>
    instruction.unresolved || other.instructions[index]?.unresolved
      ? { ...instruction, unresolved: true, problem: "", mounts: null }
      : instruction,
  );
  return { ...answer, instructions };
}

function normalizeInstruction(instruction: AnsweredInstruction): AnsweredInstruction {
  return {
    ...instruction,
    args: knownArgs(instruction).map(asUtf8),
    heredocs: instruction.heredocs.map((heredoc) => ({
      ...heredoc,
      fileDescriptor: Math.min(heredoc.fileDescriptor, Number.MAX_SAFE_INTEGER),
    })),
    inner: instruction.inner && normalizeInstruction(instruction.inner),
    problem: instruction.problem === "" ? "" : REFUSED,
    mounts: instruction.problem === "" ? instruction.mounts : null,
    stage: instruction.stage && {
      name: asUtf8(instruction.stage.name),
      base: asUtf8(instruction.stage.base),
      platform: instruction.stage.platform,
    },
  };
}

// BuildKit has one empty argument for an instruction that it does not know
function knownArgs(instruction: AnsweredInstruction): readonly string[] {
  let innermost = instruction;
  while (innermost.inner !== null) innermost = innermost.inner;
  return innermost.keyword === "?" ? instruction.args.slice(0, -1) : instruction.args;
}

function normalizeSyntax(syntax: NonNullable<Answer["syntax"]>): Answer["syntax"] {
  return { image: asUtf8(syntax.image), commandLine: asUtf8(syntax.commandLine), line: syntax.line };
}

function encodeSyntax({ image, commandLine, line }: Syntax): Answer["syntax"] {
  return { image: encode(image), commandLine: encode(commandLine), line };
}

function asUtf8(text: string): string {
  return encode(decode(text));
}

function answerInstruction(instruction: Instruction, text: string): AnsweredInstruction {
  const { line, endLine, logical } = instruction;
  const refused = problemOf(instruction) !== undefined;
  const mounts = instruction.known === "RUN" ? mountsOf(instruction) : [];
  return {
    ...answerCommand(instruction, { line, endLine, original: logical.text, logicalText: logical.text, text }),
    comments: commentsBefore(instruction, text),
    problem: refused ? REFUSED : "",
    mounts: refused ? null : mounts.map(answerMount),
    unresolved: mounts.some((mount) => mount.unresolved.length > 0),
    stage: instruction.known === "FROM" && !refused ? answerStage(instruction) : null,
  };
}

function answerCommand(
  command: Command,
  place: { line: number; endLine: number; original: string; logicalText: string; text: string },
): AnsweredInstruction {
  const { line, endLine, original, logicalText, text } = place;
  const inner = command.inner && {
    ...answerCommand(command.inner, {
      ...place,
      line: 0,
      endLine: 0,
      original: logicalText.slice(command.bodyFrom, command.bodyTo),
    }),
    heredocs: [],
  };
  return {
    keyword: command.known?.toLowerCase() ?? "?",
    line,
    endLine,
    original,
    flags: command.flags.map(({ name, value }) => encode(value === undefined ? `--${name}` : `--${name}=${value}`)),
    json: command.form === "json",
    args: command.args.map(encode),
    heredocs: command.heredocs.map(({ name, strip, expand, fileDescriptor, contentStart, contentEnd }) => ({
      name: encode(name),
      strip,
      expand,
      fileDescriptor: Math.min(fileDescriptor, Number.MAX_SAFE_INTEGER),
      content: text.slice(contentStart, contentEnd),
    })),
    comments: [],
    inner: inner ?? null,
    problem: "",
    mounts: [],
    unresolved: false,
    stage: null,
  };
}

// BuildKit cuts the first byte of the line, `#` or not, and forgets what stands before an empty comment.
function commentsBefore(instruction: Instruction, text: string): string[] {
  let comments: string[] = [];
  for (const { start, end } of instruction.comments) {
    const lineStart = text.lastIndexOf("\n", start - 1) + 1;
    const from = (lineStart === 0 && text.startsWith("\xEF\xBB\xBF") ? 3 : lineStart) + 1;
    const trimmed = skipSpace(text, from, end);
    const comment = text.slice(trimmed, trimSpaceEnd(text, trimmed, end));
    comments = comment === "" ? [] : [...comments, comment];
  }
  return comments;
}

function answerStage({ args, flags }: Instruction): AnsweredInstruction["stage"] {
  const platform = flags.find(({ name }) => name === "platform")?.value ?? "";
  return { name: encode(lowerCase(args[2] ?? "")), base: encode(args[0]!), platform: encode(platform) };
}

function answerMount(mount: Mount): object {
  const text = (value: string | undefined) => encode(value ?? "");
  return {
    type: mount.type,
    from: text(mount.from),
    source: text(mount.source),
    target: text(mount.target),
    id: text(mount.id),
    readOnly: mount.readOnly,
    required: mount.required,
    sharing: text(mount.sharing),
    env: mount.env === undefined ? null : encode(mount.env),
    mode: mount.mode ?? null,
    uid: mount.uid ?? null,
    gid: mount.gid ?? null,
  };
}
