import { alike } from "../dockerfile/alike.ts";
import type { Step } from "../dockerfile/step.ts";
import type { SourceConfig } from "../source/kind/kind.ts";
import { type Policy, refused } from "./policy.ts";
import type { PolicyFile } from "./policy-schema.ts";
import { selects } from "./selector.ts";

type Entry = NonNullable<PolicyFile["grants"]>[number];

export type AskedGrant = {
  readonly secret: string;
  readonly recipe?: string | undefined;
  /** Where the secret is had from, as far as it is known: an entry that pins it matches nothing else. */
  readonly source: SourceConfig | undefined;
};

/**
 * Whether a step, or the container of `buildseal run`, may get a secret. What is allowed to certain stages or steps is not
 * allowed to a container.
 *
 * @throws SealError POLICY
 */
export function allowGrant(policy: Policy, grant: AskedGrant, step: Step | "container"): void {
  for (const { path, file } of policy) {
    if (file.grants === undefined) continue;
    const entries = file.grants.filter((entry) => isFor(entry, grant, step));
    if (entries.some((entry) => isFrom(entry, grant.source))) continue;
    const what = grant.recipe === undefined ? `secret ${grant.secret}` : `recipe ${grant.recipe}`;
    const to = step === "container" ? "a container" : `${step.label} (line ${step.line})`;
    const why = entries.length === 0 ? "" : `: secret ${grant.secret} does not come from where it may`;
    throw refused(path, `${what} may not go to ${to}${why}`);
  }
}

function isFor(entry: Entry, { secret, recipe }: AskedGrant, step: Step | "container"): boolean {
  if (entry.secret !== undefined && entry.secret !== secret) return false;
  if (entry.with !== undefined && entry.with !== recipe) return false;
  if (step === "container") return entry.stages === undefined && entry.steps === undefined;
  return (
    (entry.stages === undefined || entry.stages.some((stage) => selects({ stage }, step))) &&
    (entry.steps === undefined || selects(entry.steps, step))
  );
}

/** Whether a source says all that an entry wants of it, with the same values. */
function isFrom({ source: wanted }: Entry, source: SourceConfig | undefined): boolean {
  if (wanted === undefined) return true;
  const given = new Map(Object.entries(source ?? {}));
  return Object.entries(wanted).every(([key, value]) => alike(given.get(key), value));
}
