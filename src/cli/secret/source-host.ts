import { NotHere, SealError } from "../../error.ts";
import { allowedIdentity, allowNamedIdentity, allowsHost, type Policy } from "../../grant/policy.ts";
import { createChain } from "../../identity/chain.ts";
import { createExchange } from "../../identity/exchange/create-exchange.ts";
import { forkOf } from "../../identity/fork.ts";
import type { Host, RunCommand } from "../../identity/host.ts";
import type { IdentityProvider, NamedProvider } from "../../identity/identity.ts";
import { locateIrsa } from "../../identity/irsa.ts";
import { chainKinds, createProvider, type IdentityConfig } from "../../identity/kind.ts";
import { isPullRequest } from "../../identity/pull-request.ts";
import { runNameOf } from "../../identity/run-name.ts";
import { nearest } from "../../nearest.ts";
import type { SourceHost } from "../../source/source.ts";
import { createProfileReader } from "../../system/aws-profile.ts";
import { waitFor } from "../../system/clock.ts";
import { createSend } from "../../system/exchange.ts";
import { readFileWithin } from "../../system/file.ts";
import type { Machine } from "../machine.ts";
import { missingRole } from "./missing-role.ts";

export type SourceHostAsk = {
  readonly machine: Machine;
  readonly mask: (text: string) => string;
  readonly policy: Policy;
  /** `identities:` of the configuration. */
  readonly identities: Readonly<Record<string, IdentityConfig>>;
  readonly run: RunCommand;
  /** The user's own word that the checkout's configuration may run commands. */
  readonly allowExec?: boolean;
  readonly readText: (path: string) => Promise<string | undefined>;
};

/** What sources get of the machine. */
export type SourcePlace = {
  readonly host: SourceHost;
  /** Whether the job is a fork's, in one clause. */
  readonly fork: string | undefined;
  /** What the job lacks where no web identity and no role is found. */
  readonly missingRole: (otherwise: NotHere) => Promise<NotHere>;
};

export async function openSourceHost(ask: SourceHostAsk): Promise<SourcePlace> {
  const { machine, policy } = ask;
  const { environment } = machine;
  const fork = await forkOf(environment, ask.readText);
  const send = createSend(environment);
  const host: Host = {
    environment,
    readFile: readFileWithin,
    run: ask.run,
    exchange: createExchange({
      send,
      isAllowed: (name) => allowsHost(policy, name),
      now: machine.now,
      wait: waitFor,
      random: Math.random,
    }),
    now: machine.now,
    mask: ask.mask,
  };
  const trust =
    fork === undefined ? ((await isPullRequest(environment, ask.readText)) ? "pull-request" : "full") : "fork";
  return {
    fork,
    missingRole: (otherwise) => missingRole((one) => chainOf(policy, one), host, otherwise),
    host: {
      ...host,
      trust,
      runName: runNameOf(environment, machine.now()),
      ambientAws: { refusal: allowedIdentity(policy, "ambient"), profile: createProfileReader(host, send) },
      identity: (name) => (name === undefined ? createChain(chainOf(policy, host)) : named(name, ask, host)),
    },
  };
}

/** AWS_ROLE_ARN is not half of a pod's identity only: with GitHub's or another's it is the role to assume. */
export function roleAlone({ environment }: Pick<Host, "environment">): string | undefined {
  const { tokenFile, roleArn } = locateIrsa({}, { environment });
  const isAlone = tokenFile === undefined && roleArn !== undefined;
  return isAlone ? "AWS_WEB_IDENTITY_TOKEN_FILE is not set (AWS_ROLE_ARN is)" : undefined;
}

/** The kinds that need no keys, in their order; one that the policy does not allow says so. */
function chainOf(policy: Policy, host: Host): readonly NamedProvider[] {
  return chainKinds.map((from) => {
    const refusal = allowedIdentity(policy, from);
    const reason = refusal ?? (from === "irsa" ? roleAlone(host) : undefined);
    if (reason === undefined) return createProvider(`identity-${from}`, { from }, host);
    return { from, provide: async () => new NotHere(reason) };
  });
}

function named(name: string, { identities, policy, allowExec = false }: SourceHostAsk, host: Host): IdentityProvider {
  const config = Object.hasOwn(identities, name) ? identities[name] : undefined;
  // a kind that needs no keys can be named without an entry
  const kind = chainKinds.find((from) => from === name);
  const meant = config ?? (kind === undefined ? undefined : { from: kind });
  if (meant === undefined) {
    const near = nearest(name, [...Object.keys(identities), ...chainKinds]);
    throw new SealError(
      "GRANT",
      `There is no identity \`${name}\``,
      near === undefined ? "Declare it under `identities:` in buildseal.yaml" : `Did you mean \`${near}\`?`,
    );
  }
  allowNamedIdentity(policy, name, meant, { exec: allowExec });
  return createChain([createProvider(`identity-${name}`, meant, host)]);
}
