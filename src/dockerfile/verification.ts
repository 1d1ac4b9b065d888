import { alike } from "./alike.ts";
import type { Dockerfile } from "./dockerfile.ts";
import { type DockerfileError, dockerfileError } from "./dockerfile-error.ts";
import { type Insertion, mountsByStep } from "./insertion.ts";
import type { Command, Flag, Instruction } from "./instruction.ts";
import { readTemplate } from "./template/read-template.ts";

/**
 * Reads the text after an insertion again and compares all of it with the Dockerfile before: the same instructions
 * on the same lines that say the same, but for the inserted flags, which come first at their steps.
 * @returns the Dockerfile after.
 * @throws DOCKERFILE where anything else differs.
 */
export function verifyInsertion(before: Dockerfile, after: Uint8Array, insertions: readonly Insertion[]): Dockerfile {
  const read = readTemplate(after, before.name, before.template?.engine ?? "none");
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
  if (before.ending !== after.ending || before.branch !== after.branch) return "end";
  if (before.line !== after.line || before.endLine !== after.endLine) return "lines of the instruction";
  if (!alike(before.comments.map(textOf), after.comments.map(textOf))) return "comments above it";
  return compareCommands(before, after, added);
}

function compareCommands(before: Command, after: Command, added: readonly string[]): string | undefined {
  const inserted = before.known === "RUN" ? added : [];
  if (before.keyword !== after.keyword) return "keyword";
  if (!alike([...inserted, ...before.flags.map(wordOf)], after.flags.map(wordOf))) return "flags";
  for (const key of ["form", "body", "args", "pairs"] as const) {
    // the body of an ONBUILD is its inner instruction, which has the flags
    if (key === "body" && before.inner !== undefined) continue;
    if (!alike(before[key], after[key])) return key;
  }
  if (!alike(before.heredocs.map(wordsOf), after.heredocs.map(wordsOf))) return "heredocs";
  if (before.inner === undefined || after.inner === undefined) {
    return before.inner === after.inner ? undefined : "inner instruction";
  }
  return compareCommands(before.inner, after.inner, added);
}

function compareRest(before: Dockerfile, after: Dockerfile): string | undefined {
  if (before.escape !== after.escape) return "escape character";
  const directives = (file: Dockerfile) => file.directives.map(({ name, value, line }) => ({ name, value, line }));
  if (!alike(directives(before), directives(after))) return "directives";
  const stages = (file: Dockerfile) => file.stages.map(({ index, name, base }) => ({ index, name, base }));
  if (!alike(stages(before), stages(after))) return "stages";
  if (!alike(unsureOf(before), unsureOf(after))) return "parts that a template hides";
  const kinds = (file: Dockerfile) => file.pieces.map(({ kind }) => kind);
  return alike(kinds(before), kinds(after)) ? undefined : "parts of the file";
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

function unsureOf({ template }: Dockerfile): unknown {
  if (template === undefined) return undefined;
  const { engine, spans, unseen, uncertain } = template;
  const lines = (places: readonly { readonly line: number }[]) => places.map(({ line }) => line);
  const pieces = spans.map(({ kind, start, end }) => ({ kind, length: end - start }));
  return { engine, pieces, unseen: lines(unseen), uncertain: lines(uncertain) };
}

function wordOf(flag: Flag): string {
  return flag.value === undefined ? `--${flag.name}` : `--${flag.name}=${flag.value}`;
}

function textOf(comment: { readonly text: string; readonly line: number }): string {
  return `${comment.line} ${comment.text}`;
}

// their contents are in the body; where a template's branches stand in them they have steps of their own
function wordsOf({ name, strip, expand, fileDescriptor, contentEnd, end }: Command["heredocs"][number]): object {
  return { name, strip, expand, fileDescriptor, terminatorBytes: end - contentEnd };
}

function differs(before: Dockerfile, line: number, what: string): DockerfileError {
  return dockerfileError(
    before.name,
    line,
    `after the mounts were inserted its ${what} would differ`,
    "The file was left as it is. Please report it with the lines around, or write the mounts by hand.",
  );
}
