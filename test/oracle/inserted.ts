import { insertMounts } from "../../src/dockerfile/insertion.ts";
import { scanDockerfile } from "../../src/dockerfile/read.ts";
import { stepsOf } from "../../src/dockerfile/step.ts";
import { verifyInsertion } from "../../src/dockerfile/verification.ts";
import { SealError } from "../../src/error.ts";
import type { Answer, AnsweredInstruction } from "./answer.ts";

const VALUE = "type=secret,id=oracle-1,target=/run/secrets/oracle.1,required=true,uid=1000";
const FLAG = `--mount=${VALUE}`;

/** A Dockerfile with one mount more at each of its steps. */
export type Inserted = { readonly text: Uint8Array; readonly lines: ReadonlySet<number> };

/** undefined where the file is refused, or cannot take the mounts. */
export function insertEverywhere(source: Uint8Array): Inserted | undefined {
  const dockerfile = scanDockerfile(source);
  if (dockerfile.problem !== undefined) return undefined;
  const steps = stepsOf(dockerfile);
  const insertions = steps.map((step) => ({ step, mounts: [FLAG] }));
  try {
    const { text } = insertMounts(dockerfile, insertions);
    verifyInsertion(dockerfile, text, insertions);
    return { text, lines: new Set(steps.map((step) => step.line)) };
  } catch (error) {
    if (error instanceof SealError && error.message.includes("more than the 65535 bytes")) return undefined;
    throw error;
  }
}

/** The answer that the oracle must give after the insertion: one flag more at each step, nothing else. */
export function expectInserted(before: Answer, { lines }: Inserted): Answer {
  return mapSteps(before, lines, (step) =>
    step.inner === null
      ? { ...withFlag(step), mounts: step.mounts && [MOUNT, ...step.mounts] }
      : { ...step, inner: withFlag(step.inner) },
  );
}

/** An answer after the insertion with the flags taken out of the instructions' texts, where they may stand once. */
export function cutInserted(after: Answer, { lines }: Inserted): Answer {
  const cut = (instruction: AnsweredInstruction): AnsweredInstruction => ({
    ...instruction,
    original: instruction.original.replace(` ${FLAG}`, ""),
    inner: instruction.inner && cut(instruction.inner),
  });
  return mapSteps(after, lines, cut);
}

function mapSteps(
  answer: Answer,
  lines: ReadonlySet<number>,
  change: (step: AnsweredInstruction) => AnsweredInstruction,
): Answer {
  return {
    ...answer,
    instructions: answer.instructions.map((step) => (lines.has(step.line) ? change(step) : step)),
  };
}

function withFlag(run: AnsweredInstruction): AnsweredInstruction {
  return { ...run, flags: [FLAG, ...run.flags] };
}

const MOUNT = {
  type: "secret",
  from: "",
  source: "",
  target: "/run/secrets/oracle.1",
  id: "oracle-1",
  readOnly: true,
  required: true,
  sharing: "",
  env: null,
  mode: null,
  uid: 1000,
  gid: null,
};
