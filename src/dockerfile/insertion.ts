import type { Dockerfile } from "./dockerfile.ts";
import { dockerfileError } from "./dockerfile-error.ts";
import { LONGEST_LINE_BYTES } from "./line-cursor.ts";
import { parseMount } from "./mount.ts";
import type { Step } from "./step.ts";
import { toBytes } from "./text.ts";

/** Flags (`--mount=type=secret,…`) to come first at a step. */
export type Insertion = { readonly step: Step; readonly mounts: readonly string[] };

/** Bytes `start`…`end` of the file before become `text` (one character a byte). */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

/**
 * Inserts mounts straight after the RUN keyword of steps: nothing else changes. Before a Dockerfile so made is used,
 * `verifyInsertion` compares it with the one before.
 * @throws DOCKERFILE when a flag is no mount, or holds a character that is not inert in Dockerfiles and templates,
 * and when a line would become longer than BuildKit reads.
 */
export function insertMounts(
  dockerfile: Dockerfile,
  insertions: readonly Insertion[],
): { readonly text: Uint8Array; readonly edits: readonly Edit[] } {
  const edits = editsFor(dockerfile, insertions);
  const { text } = dockerfile;
  const parts: string[] = [];
  let copied = 0;
  for (const edit of edits) {
    parts.push(text.slice(copied, edit.start), edit.text);
    copied = edit.end;
  }
  parts.push(text.slice(copied));
  return { text: toBytes(parts.join("")), edits };
}

/** The flags that each step gets, in the order of the file; a step named twice gets both. */
export function mountsByStep(insertions: readonly Insertion[]): Map<Step["instruction"], readonly string[]> {
  const flags = new Map<Step["instruction"], string[]>();
  const ordered = insertions.toSorted((a, b) => a.step.run.keywordEnd - b.step.run.keywordEnd);
  for (const { step, mounts } of ordered) {
    if (mounts.length > 0) flags.set(step.instruction, [...(flags.get(step.instruction) ?? []), ...mounts]);
  }
  return flags;
}

function editsFor(dockerfile: Dockerfile, insertions: readonly Insertion[]): Edit[] {
  const known = new Set(dockerfile.instructions);
  const edits: Edit[] = [];
  for (const [instruction, flags] of mountsByStep(insertions)) {
    if (!known.has(instruction)) throw new TypeError("the step is not of this Dockerfile");
    const run = instruction.known === "ONBUILD" ? instruction.inner! : instruction;
    for (const flag of flags) checkFlag(dockerfile.name, instruction.line, flag);
    const text = flags.map((flag) => ` ${flag}`).join("");
    checkLineLength(dockerfile, run.keywordEnd, text.length);
    edits.push({ start: run.keywordEnd, end: run.keywordEnd, text });
  }
  return edits;
}

// No template engine, shell lexer or CSV reader makes anything of these.
const INERT_FLAG = /^--mount=[A-Za-z0-9._/:=,+-]+$/;

function checkFlag(name: string, line: number, flag: string): void {
  const wanted = (what: string, remedy: string) => dockerfileError(name, line, `the mount ${flag} ${what}`, remedy);
  if (!INERT_FLAG.test(flag)) {
    throw wanted(
      "cannot be inserted safely",
      "Use letters, digits and . _ - / : + in its id, path and variable: nothing that a shell or a template reads.",
    );
  }
  const mount = parseMount({ name: "mount", value: flag.slice("--mount=".length), start: 0, end: 0 });
  if (mount.problem !== undefined) throw wanted(`would be refused by BuildKit: ${mount.problem}`, "Correct the mount.");
}

function checkLineLength(dockerfile: Dockerfile, at: number, added: number): void {
  const { text } = dockerfile;
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const newline = text.indexOf("\n", at);
  const length = (newline < 0 ? text.length : newline) - start;
  if (length + added <= LONGEST_LINE_BYTES) return;
  const line = dockerfile.instructions.findLast((instruction) => instruction.start <= at)?.line ?? 1;
  throw dockerfileError(
    dockerfile.name,
    line,
    `with its mounts the line would have more than the ${LONGEST_LINE_BYTES} bytes that BuildKit reads`,
    "Break the line with a continuation character after RUN.",
  );
}
