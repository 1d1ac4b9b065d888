import { frontendOf } from "../../dockerfile/frontend.ts";
import type { Dockerfile, Edit } from "../../dockerfile/index.ts";
import { settingsOf, stepsOf } from "../../dockerfile/index.ts";
import { scriptsOf } from "../../dockerfile/shell/scripts.ts";
import { SealError } from "../../error.ts";
import { refuseHiddenSteps } from "../../grant/hidden-step.ts";
import { insertPlan } from "../../grant/insert-plan.ts";
import { type Plan, planGrants } from "../../grant/plan.ts";
import type { Policy } from "../../grant/policy.ts";
import { refuseUngrantedReach } from "../../grant/reach.ts";
import type { GrantRequest } from "../../grant/request.ts";
import { refuseStrayComments } from "../../grant/stray-comment.ts";
import { recipes } from "../../recipe/recipes.ts";
import type { Rules } from "./rules.ts";

export type Inserted = {
  readonly edits: readonly Edit[];
  readonly text: Uint8Array | undefined;
  readonly plan: Plan;
  /** The requests that hit a step of this file. */
  readonly hit: readonly GrantRequest[];
};

export type Granting = {
  readonly rules: Rules;
  readonly policy: Policy;
  readonly host: (name: string) => string | undefined;
};

/** Whether anything asks for a grant in this file: most files of a folder have nothing of the kind. */
export function asksForGrants({ text }: Dockerfile, { requests, declared }: Rules): boolean {
  return requests.length > 0 || declared.size > 0 || text.includes("buildseal:");
}

/**
 * The mounts of a file's grants, planned as in a build, inserted and proven. Of the builder and the base images nothing is
 * known: a frontend of 1.10 or later is assumed, and places that depend on the image's user are not used.
 *
 * @throws SealError DOCKERFILE, GRANT, POLICY
 */
export function insertGrants(dockerfile: Dockerfile, { rules, policy, host }: Granting): Inserted {
  const plan = planFile(dockerfile, { rules, policy, host });
  refuseHiddenSteps(dockerfile, plan, rules.requests);
  refuseStrayComments(dockerfile);
  const frontend = frontendOf(dockerfile);
  inFile(dockerfile, [], () => refuseUngrantedReach(new Set(plan.contents.keys()), [], frontend));
  if (plan.needsEnvMounts !== undefined) throw tooOld(dockerfile, frontend.image, plan.needsEnvMounts);
  const origins = new Set(plan.steps.flatMap(({ grants }) => grants.map(({ origin, what }) => `${origin} ${what}`)));
  const hit = rules.requests.filter((request) => origins.has(`${request.origin} ${nameOf(request)}`));
  return { ...insertPlan(dockerfile, plan), plan, hit };
}

/**
 * The grants of a file, without a look at what its template hides.
 *
 * @param written the mounts are to be written into the file; else it is planned as a build does
 * @throws SealError GRANT, POLICY
 */
export function planFile(dockerfile: Dockerfile, { rules, policy, host }: Granting, written = true): Plan {
  const { requests } = rules;
  return inFile(dockerfile, requests, () =>
    planGrants({
      displayName: dockerfile.name,
      steps: stepsOf(dockerfile),
      settings: settingsOf(dockerfile),
      script: scriptsOf(dockerfile),
      reached: () => true,
      // whether a request hits nothing is seen when all files are done
      requests: requests.map((request) => ({ ...request, allowNone: true })),
      recipes,
      declared: rules.declared,
      sources: rules.config?.secrets,
      userIds: new Set(),
      policy,
      host,
      ...(written && { written }),
      envMounts: takesEnvMounts(dockerfile),
    }),
  );
}

/** What goes wrong names its step, or who asked; of many files it must say which one, too. */
function inFile<Result>({ name }: Dockerfile, requests: readonly GrantRequest[], plan: () => Result): Result {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const { code, message, remedy } = error;
    if ([name, ...requests.map(({ origin }) => origin)].some((place) => message.startsWith(place))) throw error;
    throw new SealError(code, `${name}: ${message}`, remedy, { cause: error });
  }
}

/** A frontend of 1.10 or later is assumed, unless the file's own `# syntax` says an older one. */
export function takesEnvMounts(dockerfile: Dockerfile): boolean {
  return frontendOf(dockerfile).supportsEnvMounts ?? true;
}

export function nameOf(request: GrantRequest): string {
  return request.kind === "recipe" ? `recipe ${request.recipe.name}` : `secret ${request.secret}`;
}

function tooOld(dockerfile: Dockerfile, image: string | undefined, why: string): SealError {
  return new SealError(
    "DOCKERFILE",
    `${dockerfile.name} asks for the frontend ${image}, which takes no variable from a mount, and that is needed: ${why}`,
    "Ask for `# syntax=docker/dockerfile:1`",
  );
}
