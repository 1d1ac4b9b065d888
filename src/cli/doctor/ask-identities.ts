import type { AskedIdentity } from "../../doctor/identity-check.ts";
import { NotHere, SealError } from "../../error.ts";
import { allowedIdentity, allowNamedIdentity, type Policy } from "../../grant/policy.ts";
import type { Host } from "../../identity/host.ts";
import { chainKinds, createProvider, type IdentityConfig } from "../../identity/kind.ts";
import type { Mask } from "../../secret/mask.ts";
import { roleAlone } from "../secret/source-host.ts";

export type IdentitiesAsk = {
  readonly identities: Readonly<Record<string, IdentityConfig>>;
  readonly policy: Policy;
  readonly allowExec: boolean;
  readonly dryRun: boolean;
  readonly host: Host;
  readonly mask: Mask;
};

/** Every kind of the chain, in its order, and every entry of `identities:`: each is asked who the job is, side by side. */
export async function askIdentities(ask: IdentitiesAsk): Promise<AskedIdentity[]> {
  const entries: readonly (readonly [string, IdentityConfig])[] = [
    ...chainKinds.filter((from) => !Object.hasOwn(ask.identities, from)).map((from) => [from, { from }] as const),
    ...Object.entries(ask.identities),
  ];
  return Promise.all(
    entries.map(async ([name, config]) => ({ name, kind: config.from, answer: await askOne(name, config, ask) })),
  );
}

async function askOne(
  name: string,
  config: IdentityConfig,
  { identities, policy, allowExec, dryRun, host, mask }: IdentitiesAsk,
): Promise<AskedIdentity["answer"]> {
  const isNamed = Object.hasOwn(identities, name);
  if (!isNamed) {
    const reason = allowedIdentity(policy, config.from) ?? (config.from === "irsa" ? roleAlone(host) : undefined);
    if (reason !== undefined) return new NotHere(reason);
  }
  try {
    if (isNamed) allowNamedIdentity(policy, name, config, { exec: allowExec });
    if (config.from === "exec" && dryRun) return "not-asked";
    const answer = await createProvider(`identity-${name}`, config, host).provide({});
    if (!(answer instanceof NotHere)) mask.add(answer.token);
    return answer;
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
}
