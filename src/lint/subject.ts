import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { frontendOf } from "../dockerfile/frontend.ts";
import { mountsOf } from "../dockerfile/mount.ts";
import { type Settings, settingsOf } from "../dockerfile/settings.ts";
import { type PlaceInBody, placerOf } from "../dockerfile/shell/place.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import { scriptsOf } from "../dockerfile/shell/scripts.ts";
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
  const scriptOf = scriptsOf(dockerfile);
  return {
    dockerfile,
    stages: dockerfile.stages,
    steps: stepsOf(dockerfile).map((step) => new OneStep(step, settings, scriptOf)),
    settings,
    frontend: frontendOf(dockerfile),
    ...surroundings,
  };
}

/**
 * A class with getters of its own: of objects with closures in them, one a step, V8 keeps many until the next full
 * collection, which took a quarter of the time.
 */
class OneStep implements LintedStep {
  readonly step: Step;
  readonly mounts: LintedStep["mounts"];
  readonly secrets: LintedStep["secrets"];
  readonly #scriptOf: (step: Step) => Script;
  #script: Script | undefined;
  #place: PlaceInBody | undefined;

  constructor(step: Step, settings: (step: Step) => Settings, scriptOf: (step: Step) => Script) {
    const hasVariables = step.mounts.some(({ unresolved }) => unresolved.length > 0);
    this.step = step;
    this.mounts = hasVariables ? mountsOf(step.run, settings(step).expand) : step.mounts;
    this.secrets = this.mounts.filter(({ type }) => type === "secret");
    this.#scriptOf = scriptOf;
  }

  get script(): Script {
    this.#script ??= this.#scriptOf(this.step);
    return this.#script;
  }

  get place(): PlaceInBody {
    this.#place ??= placerOf(this.step.instruction, this.step.run);
    return this.#place;
  }
}
