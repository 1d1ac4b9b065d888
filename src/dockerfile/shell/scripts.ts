import type { Dockerfile } from "../dockerfile.ts";
import type { Instruction } from "../instruction.ts";
import type { Step } from "../step.ts";
import type { Script } from "./script.ts";
import { shellsOf } from "./shell-of-step.ts";
import { readStep } from "./step-script.ts";

/** What each step of a file runs; read when it is asked for, and once. */
export function scriptsOf({ stages, template }: Pick<Dockerfile, "stages" | "template">): (step: Step) => Script {
  let shells: ReturnType<typeof shellsOf> | undefined;
  const scripts = new Map<Instruction, Script>();
  return (step) => {
    const known = scripts.get(step.instruction);
    if (known !== undefined) return known;
    shells ??= shellsOf(stages);
    const script = readStep(step.run, { shell: shells(step), templates: template !== undefined });
    scripts.set(step.instruction, script);
    return script;
  };
}
