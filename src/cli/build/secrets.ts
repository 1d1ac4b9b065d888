import { NotHere, SealError } from "../../error.ts";
import type { Plan } from "../../grant/plan.ts";
import { allowIdentity, allowSource, forkRule } from "../../grant/policy.ts";
import { forkOf } from "../../identity/fork.ts";
import type { Host } from "../../identity/host.ts";
import type { Mask } from "../../secret/mask.ts";
import { Secret } from "../../secret/secret.ts";
import type { FreshnessEvent } from "../../source/event.ts";
import { createFreshness, type Freshness } from "../../source/freshness.ts";
import { createSource, type SourceConfig } from "../../source/kind/kind.ts";
import { type Minted, type Source, secretsOf } from "../../source/source.ts";
import { systemClock } from "../../system/clock.ts";
import type { OpenStore } from "../../system/secret-store.ts";
import { watchPaths } from "../../system/watch.ts";
import type { Machine } from "../machine.ts";
import type { Wishes } from "./requests.ts";
import type { Site } from "./site.ts";

/** The secrets of a build: minted, in their files, kept fresh until `stop`. */
export type Issued = {
  readonly freshness: Freshness;
  readonly minted: ReadonlyMap<string, Minted>;
  /** What there is no identity for, and why; only secrets of optional recipes are left out. */
  readonly leftOut: ReadonlyMap<string, string>;
  readonly sources: ReadonlyMap<string, Source>;
  /** Every value that was ever issued in this build, renewed ones included. */
  readonly values: () => readonly Secret[];
};

export type IssueAsk = {
  readonly plan: Plan;
  readonly site: Site;
  readonly wishes: Wishes;
  readonly machine: Machine;
  readonly host: Host;
  readonly store: () => Promise<OpenStore>;
  readonly mask: Mask;
  readonly report: (event: FreshnessEvent) => void;
  readonly readText: (path: string) => Promise<string | undefined>;
};

/**
 * Mints what the plan's steps need, all at once, and writes it into the store.
 *
 * @throws SealError POLICY, IDENTITY, SOURCE, STORE
 */
export async function issueSecrets(ask: IssueAsk): Promise<Issued> {
  const { plan } = ask;
  const sources = new Map([...plan.secrets.keys()].map((name) => [name, sourceFor(name, ask)] as const));
  const minted = new Map<string, Minted>();
  const values: Secret[] = [];
  const written = new Map<string, string>();

  const publish = async (name: string, value: Minted): Promise<void> => {
    const secrets = secretsOf(value);
    for (const secret of secrets) {
      const why = ask.mask.add(secret);
      if (why !== undefined) ask.machine.say(`secret ${secret.name} is neither masked nor searched for: ${why}`);
    }
    values.push(...secrets);
    minted.set(name, value);
    const store = await ask.store();
    for (const [id, content] of plan.contents) {
      if (content.kind === "secret" && content.secret === name) await store.put(id, partOf(value, content.field, name));
    }
    // a text that was written already is written again if a renewal changed a fact in it
    if (written.size > 0) await writeTexts(ask, minted, written);
  };

  const freshness = createFreshness({
    clock: systemClock,
    random: Math.random,
    watch: watchPaths,
    publish,
    report: ask.report,
  });
  try {
    const leftOut = await mintAll(sources, freshness, ask);
    await writeTexts(ask, minted, written, leftOut);
    return { freshness, minted, leftOut, sources, values: () => values };
  } catch (error) {
    await freshness.stop();
    throw error;
  }
}

async function mintAll(
  sources: ReadonlyMap<string, Source>,
  freshness: Freshness,
  { plan, site, wishes, machine, readText }: IssueAsk,
): Promise<ReadonlyMap<string, string>> {
  const leftOut = new Map<string, string>();
  const fork = sources.size === 0 ? undefined : await forkOf(machine.environment, readText);
  if (fork !== undefined) {
    const why =
      forkRule(site.policy) === "read-only" ? "nothing that it could have can be narrowed to reading" : "it gets none";
    for (const name of sources.keys()) leftOut.set(name, `${fork}, and ${why}`);
  } else {
    const answers = await Promise.all(
      [...sources].map(async ([name, source]) => [name, await freshness.add(name, source)] as const),
    );
    for (const [name, answer] of answers) if (answer instanceof NotHere) leftOut.set(name, answer.reason);
  }
  for (const [name, reason] of leftOut) {
    if (plan.secrets.get(name)?.optional && !wishes.requireIdentity) continue;
    throw new SealError(
      "IDENTITY",
      `There is no identity for secret ${name}: ${reason}`,
      wishes.requireIdentity && plan.secrets.get(name)?.optional
        ? "Give the job one, or leave out --seal-require-identity to build without it"
        : "Give the job one, or take the grant out",
    );
  }
  return leftOut;
}

function sourceFor(name: string, { plan, site, wishes, host, mask }: IssueAsk): Source {
  const declared = site.config?.secrets?.[name];
  const config = declared ?? plan.secrets.get(name)?.broughtBy?.secrets[name];
  if (config === undefined) throw new Error(`no source is known for secret ${name}`);
  allowSource(site.policy, name, config, { exec: wishes.allowExec });
  if (config.from === "irsa") allowIdentity(site.policy, config.from);
  return createSource(name, config as SourceConfig, { ...host, mask: mask.text });
}

function partOf(minted: Minted, field: string | undefined, name: string): Secret | string {
  if (field === undefined) return minted.value;
  const part = minted.fields.get(field);
  if (part !== undefined) return part;
  throw new SealError(
    "GRANT",
    `Secret ${name} has no field \`${field}\``,
    minted.fields.size === 0 ? "Leave out `field:`" : `Its fields are: ${[...minted.fields.keys()].join(", ")}`,
  );
}

/** Writes the texts that are made of facts; those of secrets that were left out are not needed by any step. */
async function writeTexts(
  { plan, store }: IssueAsk,
  minted: ReadonlyMap<string, Minted>,
  written: Map<string, string>,
  leftOut: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  for (const [id, content] of plan.contents) {
    if (content.kind !== "text") continue;
    const text = render(content.render, minted, leftOut);
    if (text === undefined || written.get(id) === text) continue;
    await (await store()).put(id, text);
    written.set(id, text);
  }
}

function render(
  make: (fact: (secret: string, fact: string) => string) => string,
  minted: ReadonlyMap<string, Minted>,
  leftOut: ReadonlyMap<string, string>,
): string | undefined {
  let isLeftOut = false;
  const text = make((secret, fact) => {
    if (leftOut.has(secret)) isLeftOut = true;
    const value = minted.get(secret)?.fields.get(fact);
    if (value instanceof Secret) throw new Error(`the fact ${fact} of ${secret} is a secret and cannot be in a text`);
    return value ?? "";
  });
  return isLeftOut ? undefined : text;
}

/** The plan without what there is no identity for: steps keep their other grants. */
export function withoutLeftOut(plan: Plan, leftOut: ReadonlyMap<string, string>): Plan {
  if (leftOut.size === 0) return plan;
  const steps = plan.steps
    .map((step) => ({
      ...step,
      grants: step.grants.filter(
        ({ mounts }) => !mounts.some(({ secret }) => secret !== undefined && leftOut.has(secret)),
      ),
    }))
    .filter(({ grants }) => grants.length > 0);
  const ids = new Set(steps.flatMap(({ grants }) => grants.flatMap(({ mounts }) => mounts.map(({ id }) => id))));
  return {
    ...plan,
    steps,
    contents: new Map([...plan.contents].filter(([id]) => ids.has(id))),
    secrets: new Map([...plan.secrets].filter(([name]) => !leftOut.has(name))),
  };
}
