import type { AskedIdentity } from "../../doctor/identity-check.ts";
import { NotHere, SealError } from "../../error.ts";
import { NotForFork } from "../../grant/fork-refusal.ts";
import { allowedIdentity, allowNamedIdentity, forkRule, type Policy } from "../../grant/policy.ts";
import type { Host } from "../../identity/host.ts";
import { chainKinds, createProvider, type IdentityConfig } from "../../identity/kind.ts";
import type { Mask } from "../../secret/mask.ts";
import { deafHost } from "../secret/deaf-host.ts";
import { roleAlone } from "../secret/source-host.ts";

export type IdentitiesAsk = {
  readonly identities: Readonly<Record<string, IdentityConfig>>;
  readonly policy: Policy;
  readonly allowExec: boolean;
  /** Only what is there is looked at: no server is asked, and no command is run. */
  readonly dryRun: boolean;
  /** A clause, where the job is for a fork's pull request. */
  readonly fork: string | undefined;
  /** A role that a secret's source names: to a web identity without one it is the other half. */
  readonly roleArn?: string | undefined;
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
  { identities, policy, allowExec, dryRun, fork, roleArn, host, mask }: IdentitiesAsk,
): Promise<AskedIdentity["answer"]> {
  const isNamed = Object.hasOwn(identities, name);
  if (!isNamed) {
    const reason = allowedIdentity(policy, config.from) ?? (config.from === "irsa" ? roleAlone(host) : undefined);
    if (reason !== undefined) return new NotHere(reason);
  }
  try {
    if (isNamed) allowNamedIdentity(policy, name, config, { exec: allowExec });
    if (fork !== undefined && forkRule(policy) === "none") return new NotForFork(`${fork}, and it gets none`);
    const looking = dryRun ? deafHost(host) : undefined;
    const answer = await createProvider(`identity-${name}`, config, looking?.host ?? host)
      .provide({ roleArn })
      .catch((error: unknown) => {
        if (looking?.isAsked() !== true) throw error;
        return "not-asked" as const;
      });
    if (looking?.isAsked() === true || answer === "not-asked") return "not-asked";
    if (!(answer instanceof NotHere)) mask.add(answer.token);
    return answer;
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
}
