import type { Plan, PlannedGrant, PlannedStep } from "../../grant/plan.ts";
import { allowGrant, type Policy } from "../../grant/policy.ts";
import type { GrantRequest } from "../../grant/request.ts";
import { secretsIn } from "../../recipe/recipe.ts";
import { bareContainer } from "../bare-surroundings.ts";
import type { Check } from "../check.ts";
import { allowWhole, judged, type PlaceOf, type PolicyAsk } from "./judge.ts";

/** What the steps of a file get, by grants, comments and mounts written by hand, against the policy. */
export function stepChecks({ steps }: Plan, file: string, { policy }: PolicyAsk): Check[] {
  return steps.flatMap((planned) =>
    planned.grants.flatMap((grant, at) =>
      stepCheck(planned, grant, `grant.${file}:${planned.step.line}${at === 0 ? "" : `.${at + 1}`}`, file, policy),
    ),
  );
}

function stepCheck({ step }: PlannedStep, grant: PlannedGrant, id: string, file: string, policy: Policy): Check[] {
  const secrets = [...new Set(grant.mounts.flatMap((mount) => mount.secrets))];
  const recipe = /^recipe (.+)$/.exec(grant.what)?.[1];
  const from = secrets.length === 0 || recipe === undefined ? "" : ` (${secrets.join(", ")})`;
  const says = `${grant.what}${from} for ${step.label}, by ${grant.origin}`;
  const where = { file, line: step.line, column: 1 };
  return [
    judged(id, says, where, () => {
      for (const secret of secrets) allowGrant(policy, { secret, recipe }, step);
    }),
  ];
}

/** The sources that recipes bring for the steps of a file: none of them is written anywhere. */
export function broughtChecks({ secrets, steps }: Plan, file: string, ask: PolicyAsk): Check[] {
  return [...secrets].flatMap(([name, { source }]) => {
    const user = steps.find(({ grants }) =>
      grants.some(({ mounts }) => mounts.some((one) => one.secrets.includes(name))),
    );
    if (source === undefined || user === undefined) return [];
    const where = { file, line: user.step.line, column: 1 };
    const says = `secret ${name}: ${source.from}, brought by a recipe`;
    return [judged(`secret.${name}@${file}`, says, where, () => allowWhole(name, source, ask))];
  });
}

/**
 * What the container of `buildseal run` gets, against the policy.
 *
 * @param requests those for a container; each names its place in `grants:` at the end of its origin
 */
export function containerChecks(
  requests: readonly GrantRequest[],
  placeOf: PlaceOf,
  host: (name: string) => string | undefined,
  { policy }: PolicyAsk,
): Check[] {
  return requests.map((request) => {
    const at = Number(/grants\[(\d+)\]$/.exec(request.origin)?.[1] ?? 0);
    const recipe = request.kind === "recipe" ? request.recipe.name : undefined;
    const secrets = request.kind === "secret" ? [request.secret] : secretsOfRecipe(request, host);
    const what = request.kind === "secret" ? `secret ${request.secret}` : `recipe ${recipe} (${secrets.join(", ")})`;
    return judged(`grant.container.${at}`, `${what} for a container of buildseal run`, placeOf(["grants", at]), () => {
      for (const secret of secrets) allowGrant(policy, { secret, recipe }, "container");
    });
  });
}

function secretsOfRecipe(
  { recipe, options }: Extract<GrantRequest, { kind: "recipe" }>,
  host: (name: string) => string | undefined,
): readonly string[] {
  const serving = recipe.serve(options, bareContainer(recipe, host));
  return "needs" in serving ? [] : [...new Set(serving.mounts.flatMap(({ content }) => secretsIn(content)))];
}
