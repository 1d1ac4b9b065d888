import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import type { Stage } from "../dockerfile/stage.ts";
import type { Step } from "../dockerfile/step.ts";
import { type SetVariable, variablesOf } from "./word-edit.ts";

/** An ARG or ENV that sets a variable. */
export type Declaration = SetVariable & {
  readonly instruction: Instruction;
  readonly keyword: "ARG" | "ENV";
  /** undefined: before the first FROM. */
  readonly stage: Stage | undefined;
};

/** What is in effect at a step, by name: the declarations of its stage before it, and of the stages that it is built upon. */
export type Seen = { readonly get: (name: string) => readonly Declaration[] };

export type VariableScopes = {
  readonly declarations: readonly Declaration[];
  readonly at: (step: Step) => Seen;
  /** Whether what is set there stays in the image that the file builds: an ENV of the last stage or of one below it. */
  readonly staysInImage: (declaration: Declaration) => boolean;
};

/** Where the variables that `wanted` names are set, and which steps see them. ONBUILDs are left aside. */
export function variableScopes(dockerfile: Dockerfile, wanted: (name: string) => boolean): VariableScopes {
  const { stages, instructions } = dockerfile;
  const declarations: Declaration[] = [];
  const byStage = stages.map((stage) => {
    const own = stage.instructions.flatMap((instruction) => declare(instruction, stage));
    return Map.groupBy(own, ({ name }) => name);
  });
  const before = instructions.slice(
    0,
    Math.max(
      0,
      instructions.findIndex(({ known }) => known === "FROM"),
    ),
  );
  for (const instruction of before) declare(instruction, undefined);

  function declare(instruction: Instruction, stage: Stage | undefined): Declaration[] {
    const { known } = instruction;
    if (known !== "ARG" && known !== "ENV") return [];
    const found = variablesOf(instruction, dockerfile.escape)
      .filter(({ name }) => wanted(name))
      .map((variable) => ({ ...variable, instruction, keyword: known, stage }));
    declarations.push(...found);
    return found;
  }

  const seenAt = (step: Step, name: string): readonly Declaration[] => {
    if (step.onbuild) return [];
    const found = (byStage[step.stage.index]?.get(name) ?? []).filter(
      ({ instruction }) => instruction.start < step.instruction.start,
    );
    for (let base = step.stage.baseStage; base !== undefined; base = stages[base]?.baseStage) {
      found.push(...(byStage[base]?.get(name) ?? []));
    }
    return found;
  };
  const kept = new Set<Stage>();
  for (let stage = stages.at(-1); stage !== undefined && !kept.has(stage); ) {
    kept.add(stage);
    stage = stage.baseStage === undefined ? undefined : stages[stage.baseStage];
  }
  return {
    declarations,
    at: (step) => ({ get: (name) => seenAt(step, name) }),
    staysInImage: ({ keyword, stage }) => keyword === "ENV" && stage !== undefined && kept.has(stage),
  };
}
