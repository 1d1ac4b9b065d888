import { hideLikely } from "../finding/hide-likely.ts";
import type { Dockerfile } from "./dockerfile.ts";
import { type Command, type Comment, commentsAbove, type Instruction } from "./instruction.ts";
import { type Mount, mountsOf } from "./mount.ts";
import type { Stage } from "./stage.ts";

/** A RUN instruction, or an ONBUILD with one. */
export type Step = {
  readonly stage: Stage;
  /** Counts the RUN instructions of its stage from 1; those in ONBUILDs are counted apart. */
  readonly index: number;
  readonly line: number;
  readonly instruction: Instruction;
  /** The RUN itself: the instruction, or the one in its ONBUILD. */
  readonly run: Command;
  readonly onbuild: boolean;
  /** What runs: the text after the flags, continuations joined, comments left out, heredocs included. */
  readonly body: string;
  /** The comment lines right above it, in order. */
  readonly comments: readonly Comment[];
  /** Its own mounts; those with variables in them are read in full by `mountsOf` with the step's settings. */
  readonly mounts: readonly Mount[];
  /** For people, on one line: `builder RUN 3: make`. Nothing in it can control a terminal, and what looks like a value is starred out. */
  readonly label: string;
};

/** The steps of all stages, in order. In a plain file a RUN before the first FROM is none: BuildKit refuses it. */
export function stepsOf(dockerfile: Dockerfile): Step[] {
  return dockerfile.stages.flatMap((stage) => {
    const steps: Step[] = [];
    let runs = 0;
    let triggers = 0;
    for (const instruction of stage.instructions) {
      const onbuild = instruction.known === "ONBUILD";
      const run = onbuild ? instruction.inner : instruction;
      if (run?.known !== "RUN") continue;
      const index = onbuild ? ++triggers : ++runs;
      const place = `${stage.name ?? `stage ${stage.index}`} ${onbuild ? "ONBUILD " : ""}RUN ${index}`;
      const comments = commentsAbove(instruction);
      const { line } = instruction;
      const mounts = mountsOf(run);
      steps.push({
        stage,
        index,
        line,
        instruction,
        run,
        onbuild,
        body: run.body,
        comments,
        mounts,
        // seldom asked for, and hiding takes longer than reading
        get label() {
          return `${place}: ${summarize(run.body)}`.trimEnd();
        },
      });
    }
    return steps;
  });
}

const LONGEST_SUMMARY = 60;

function summarize(body: string): string {
  // what begins with little white space tells enough of itself
  return summaryOf(body, 150, false) ?? summaryOf(body, 1000, true)!;
}

function summaryOf(body: string, width: number, isAll: boolean): string | undefined {
  const start = body.slice(0, width);
  // before it is cut: a part of a value does not look like one
  const plain = hideLikely(start.replace(/[^\t-\r -~]/.test(start) ? NOT_SHOWN : /\s+/g, " ").trim());
  if (plain.length <= LONGEST_SUMMARY) return isAll || body.length <= width ? plain : undefined;
  const characters = [...plain];
  if (characters.length > LONGEST_SUMMARY) return `${characters.slice(0, LONGEST_SUMMARY - 1).join("")}…`;
  return isAll || body.length <= width ? plain : undefined;
}

const NOT_SHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu;
