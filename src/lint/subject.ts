import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { frontendOf } from "../dockerfile/frontend.ts";
import { mountsOf } from "../dockerfile/mount.ts";
import { type Settings, settingsOf } from "../dockerfile/settings.ts";
import { type PlaceInBody, placerOf } from "../dockerfile/shell/place.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import { shellsOf } from "../dockerfile/shell/shell-of-step.ts";
import { readStep } from "../dockerfile/shell/step-script.ts";
import { type Step, stepsOf } from "../dockerfile/step.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { DockerfileSubject, LintedStep, Neighbours } from "./rule.ts";

/** What rules may know of a Dockerfile beside its text. */
export type Surroundings = {
  readonly neighbours: Neighbours;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly declared: ReadonlySet<string>;
};

/** A Dockerfile as rules see it. What costs time (settings, scripts) is worked out once, when a rule asks. */
export function dockerfileSubject(dockerfile: Dockerfile, surroundings: Surroundings): DockerfileSubject {
  let followed: ((step: Step) => Settings) | undefined;
  const settings = (step: Step) => {
    followed ??= settingsOf(dockerfile);
    return followed(step);
  };
  let shells: ReturnType<typeof shellsOf> | undefined;
  const scriptOf = (step: Step) => {
    shells ??= shellsOf(dockerfile.stages);
    return readStep(step.run, { shell: shells(step), templates: dockerfile.template !== undefined });
  };
  return {
    dockerfile,
    stages: dockerfile.stages,
    steps: stepsOf(dockerfile).map((step) => lintedStep(step, settings, scriptOf)),
    settings,
    frontend: frontendOf(dockerfile),
    ...surroundings,
  };
}

function lintedStep(step: Step, settings: (step: Step) => Settings, scriptOf: (step: Step) => Script): LintedStep {
  let script: Script | undefined;
  let placer: PlaceInBody | undefined;
  const hasVariables = step.mounts.some(({ unresolved }) => unresolved.length > 0);
  const mounts = hasVariables ? mountsOf(step.run, settings(step).expand) : step.mounts;
  return {
    step,
    get script() {
      script ??= scriptOf(step);
      return script;
    },
    mounts,
    secrets: mounts.filter(({ type }) => type === "secret"),
    place(from, to) {
      placer ??= placerOf(step.instruction, step.run);
      return placer(from, to);
    },
  };
}
