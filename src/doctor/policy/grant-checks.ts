import type { Plan, PlannedGrant, PlannedStep } from "../../grant/plan.ts";
import { type AskedGrant, allowGrant } from "../../grant/policy-grant.ts";
import type { GrantRequest } from "../../grant/request.ts";
import { secretsIn } from "../../recipe/recipe.ts";
import type { SourceConfig } from "../../source/kind/kind.ts";
import { bareContainer } from "../bare-surroundings.ts";
import type { Check } from "../check.ts";
import { allowWhole, judged, type PlaceOf, type PolicyAsk } from "./judge.ts";

/** The sources that a configuration declares, by the secrets' names. */
export type Declared = Readonly<Record<string, SourceConfig>>;

/** What the steps of a file get, by grants, comments and mounts written by hand, against the policy. */
export function stepChecks(plan: Plan, file: string, declared: Declared, { policy }: PolicyAsk): Check[] {
  const sourceOf = (secret: string) => sourceIn(declared, secret) ?? plan.secrets.get(secret)?.source;
  return plan.steps.flatMap((planned) =>
    planned.grants.map((grant, at) => {
      const id = `grant.${file}:${planned.step.line}${at === 0 ? "" : `.${at + 1}`}`;
      return stepCheck(
        planned,
        grant,
        { id, file, allow: (asked) => allowGrant(policy, asked, planned.step) },
        sourceOf,
      );
    }),
  );
}

type StepAsk = { readonly id: string; readonly file: string; readonly allow: (asked: AskedGrant) => void };

function stepCheck(
  { step }: PlannedStep,
  grant: PlannedGrant,
  { id, file, allow }: StepAsk,
  sourceOf: SourceOf,
): Check {
  const secrets = [...new Set(grant.mounts.flatMap((mount) => mount.secrets))];
  const recipe = /^recipe (.+)$/.exec(grant.what)?.[1];
  const from = secrets.length === 0 || recipe === undefined ? "" : ` (${secrets.join(", ")})`;
  const says = `${grant.what}${from} for ${step.label}, by ${grant.origin}`;
  const where = { file, line: step.line, column: 1 };
  return judged(id, says, where, () => {
    for (const secret of secrets) allow({ secret, recipe, source: sourceOf(secret) });
  });
}

type SourceOf = (secret: string) => SourceConfig | undefined;

function sourceIn(declared: Declared, secret: string): SourceConfig | undefined {
  return Object.hasOwn(declared, secret) ? declared[secret] : undefined;
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
  declared: Declared,
  { policy }: PolicyAsk,
): Check[] {
  return requests.map((request) => {
    const at = Number(/grants\[(\d+)\]$/.exec(request.origin)?.[1] ?? 0);
    const recipe = request.kind === "recipe" ? request.recipe.name : undefined;
    const { secrets, brings } =
      request.kind === "secret" ? { secrets: [request.secret], brings: {} } : servedBy(request, host);
    const what = request.kind === "secret" ? `secret ${request.secret}` : `recipe ${recipe} (${secrets.join(", ")})`;
    return judged(`grant.container.${at}`, `${what} for a container of buildseal run`, placeOf(["grants", at]), () => {
      for (const secret of secrets) {
        const source = sourceIn(declared, secret) ?? sourceIn(brings, secret);
        allowGrant(policy, { secret, recipe, source }, "container");
      }
    });
  });
}

function servedBy(
  { recipe, options }: Extract<GrantRequest, { kind: "recipe" }>,
  host: (name: string) => string | undefined,
): { readonly secrets: readonly string[]; readonly brings: Declared } {
  const serving = recipe.serve(options, bareContainer(recipe, host));
  if ("needs" in serving) return { secrets: [], brings: {} };
  return { secrets: [...new Set(serving.mounts.flatMap(({ content }) => secretsIn(content)))], brings: serving.brings };
}
