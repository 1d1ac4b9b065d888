import type { Config } from "../../config/config.ts";
import type { WantedSecret } from "../../grant/plan.ts";
import { allowIdentity, allowSource, type Policy } from "../../grant/policy.ts";
import { createSource, type SourceConfig } from "../../source/kind/kind.ts";
import type { Source, SourceHost } from "../../source/source.ts";
import type { SourcePlace } from "./source-host.ts";

export type SourcesAsk = {
  readonly wanted: ReadonlyMap<string, WantedSecret>;
  readonly config: Config | undefined;
  readonly policy: Policy;
  readonly allowExec: boolean;
  readonly place: SourcePlace;
};

/**
 * The sources of what is wanted, by its names. None of them is asked.
 *
 * @throws SealError POLICY
 */
export function sourcesOf({
  wanted,
  config: file,
  policy,
  allowExec,
  place: { host },
}: SourcesAsk): ReadonlyMap<string, Source> {
  const sourceOf = (name: string): Source => {
    const config: SourceConfig | undefined = file?.secrets?.[name] ?? wanted.get(name)?.source;
    if (config === undefined) throw new Error(`no source is known for secret ${name}`);
    return allowedSource(name, config, policy, allowExec, host);
  };
  return new Map([...wanted.keys()].map((name) => [name, sourceOf(name)] as const));
}

/**
 * A source that the policy allows, with all that it reads from.
 *
 * @throws SealError POLICY
 */
export function allowedSource(
  name: string,
  config: SourceConfig,
  policy: Policy,
  allowExec: boolean,
  host: SourceHost,
): Source {
  for (const one of [config, ...sourcesWithin(config)]) allowSource(policy, name, one, { exec: allowExec });
  if (config.from === "irsa") allowIdentity(policy, config.from);
  return createSource(name, config, host);
}

/** Where the long-lived things of a source come from: a key, a wallet. */
function sourcesWithin(config: SourceConfig): readonly SourceConfig[] {
  const within = [
    "privateKey" in config ? config.privateKey : undefined,
    "wallet" in config ? config.wallet : undefined,
  ];
  return within.filter((one) => one !== undefined);
}
