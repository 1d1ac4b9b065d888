import { isDeepStrictEqual } from "node:util";
import type { Dockerfile } from "./dockerfile.ts";
import { type DockerfileError, dockerfileError } from "./dockerfile-error.ts";
import { type Insertion, mountsByStep } from "./insertion.ts";
import type { Command, Flag, Instruction } from "./instruction.ts";
import { scanDockerfile } from "./read.ts";

/**
 * Reads the text after an insertion again and compares all of it with the Dockerfile before: the same instructions
 * on the same lines that say the same, but for the inserted flags, which come first at their steps.
 * @returns the Dockerfile after.
 * @throws DOCKERFILE where anything else differs.
 */
export function verifyInsertion(before: Dockerfile, after: Uint8Array, insertions: readonly Insertion[]): Dockerfile {
  const read = scanDockerfile(after, before.name);
  if (read.problem !== undefined) throw read.problem;
  const added = mountsByStep(insertions);
  if (read.instructions.length !== before.instructions.length) throw differs(before, 1, "number of instructions");
  for (const [index, instruction] of before.instructions.entries()) {
    const difference = compareInstructions(instruction, read.instructions[index]!, added.get(instruction) ?? []);
    if (difference !== undefined) throw differs(before, instruction.line, difference);
  }
  const difference = compareRest(before, read);
  if (difference !== undefined) throw differs(before, 1, difference);
  if (withoutInserted(read, before, added) !== before.text) throw differs(before, 1, "text outside the mounts");
  return read;
}

function compareInstructions(before: Instruction, after: Instruction, added: readonly string[]): string | undefined {
  if (before.line !== after.line || before.endLine !== after.endLine) return "lines of the instruction";
  if (!isDeepStrictEqual(before.comments.map(textOf), after.comments.map(textOf))) return "comments above it";
  return compareCommands(before, after, added);
}

function compareCommands(before: Command, after: Command, added: readonly string[]): string | undefined {
  const inserted = before.known === "RUN" ? added : [];
  if (before.keyword !== after.keyword) return "keyword";
  if (!isDeepStrictEqual([...inserted, ...before.flags.map(wordOf)], after.flags.map(wordOf))) return "flags";
  for (const key of ["form", "body", "args", "pairs"] as const) {
    // the body of an ONBUILD is its inner instruction, which has the flags
    if (key === "body" && before.inner !== undefined) continue;
    if (!isDeepStrictEqual(before[key], after[key])) return key;
  }
  if (!isDeepStrictEqual(before.heredocs.map(shapeOf), after.heredocs.map(shapeOf))) return "heredocs";
  if (before.inner === undefined || after.inner === undefined) {
    return before.inner === after.inner ? undefined : "inner instruction";
  }
  return compareCommands(before.inner, after.inner, added);
}

function compareRest(before: Dockerfile, after: Dockerfile): string | undefined {
  if (before.escape !== after.escape) return "escape character";
  const directives = (file: Dockerfile) => file.directives.map(({ name, value, line }) => ({ name, value, line }));
  if (!isDeepStrictEqual(directives(before), directives(after))) return "directives";
  const stages = (file: Dockerfile) => file.stages.map(({ index, name, base }) => ({ index, name, base }));
  if (!isDeepStrictEqual(stages(before), stages(after))) return "stages";
  const kinds = (file: Dockerfile) => file.pieces.map(({ kind }) => kind);
  return isDeepStrictEqual(kinds(before), kinds(after)) ? undefined : "parts of the file";
}

/** The text after, with each inserted flag taken out where the reader found it. */
function withoutInserted(
  after: Dockerfile,
  before: Dockerfile,
  added: ReadonlyMap<Instruction, readonly string[]>,
): string {
  const parts: string[] = [];
  let copied = 0;
  for (const [index, instruction] of before.instructions.entries()) {
    const count = added.get(instruction)?.length ?? 0;
    if (count === 0) continue;
    const found = after.instructions[index]!;
    const run = found.known === "ONBUILD" ? found.inner! : found;
    parts.push(after.text.slice(copied, run.keywordEnd));
    copied = run.flags[count - 1]!.end;
  }
  parts.push(after.text.slice(copied));
  return parts.join("");
}

function wordOf(flag: Flag): string {
  return flag.value === undefined ? `--${flag.name}` : `--${flag.name}=${flag.value}`;
}

function textOf(comment: { readonly text: string; readonly line: number }): string {
  return `${comment.line} ${comment.text}`;
}

function shapeOf({ contentStart, contentEnd, end, ...shape }: Command["heredocs"][number]): object {
  return { ...shape, contentBytes: contentEnd - contentStart, terminatorBytes: end - contentEnd };
}

function differs(before: Dockerfile, line: number, what: string): DockerfileError {
  return dockerfileError(
    before.name,
    line,
    `after the mounts were inserted its ${what} would differ`,
    "The file was left as it is. Please report it with the lines around, or write the mounts by hand.",
  );
}
