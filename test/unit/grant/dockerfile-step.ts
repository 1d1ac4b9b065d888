import { readDockerfile } from "../../../src/dockerfile/read.ts";
import { settingsOf } from "../../../src/dockerfile/settings.ts";
import { scriptsOf } from "../../../src/dockerfile/shell/scripts.ts";
import { type Step, stepsOf } from "../../../src/dockerfile/step.ts";
import type { PlanInput } from "../../../src/grant/plan.ts";

/** The steps of a Dockerfile, and what holds at each. */
export function stepsIn(text: string): Pick<PlanInput, "steps" | "settings" | "script"> {
  const dockerfile = readDockerfile(new TextEncoder().encode(text));
  const facts = { baseImage: () => ({ user: "", workingDirectory: "", env: [] }) };
  return { steps: stepsOf(dockerfile), settings: settingsOf(dockerfile, facts), script: scriptsOf(dockerfile) };
}

/** The one step of a Dockerfile. */
export function stepIn(text: string): Step {
  const [step, ...more] = stepsIn(text).steps;
  if (step === undefined || more.length > 0) throw new Error("wanted one RUN");
  return step;
}
