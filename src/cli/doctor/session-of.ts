import type { BucketKeys } from "../../doctor/bucket/ask-bucket.ts";
import { bucketKeysOf } from "../../doctor/bucket/bucket-keys.ts";
import { NotHere } from "../../error.ts";
import { createChain } from "../../identity/chain.ts";
import { createProvider } from "../../identity/kind.ts";
import { createAwsSessionSource } from "../../source/kind/aws-session.ts";
import { createSource, type SourceConfig } from "../../source/kind/kind.ts";
import { type Minted, type SourceHost, secretsOf } from "../../source/source.ts";

export type SessionAsk = {
  readonly name: string;
  readonly config: SourceConfig;
  readonly host: SourceHost;
  readonly signal: AbortSignal;
  /** Told of the values before anything is done with them. */
  readonly know: (values: ReturnType<typeof secretsOf>) => void;
};

/**
 * The keys that a step's consumer would sign with: those of the secret itself, or, of a raw web identity, those that STS gives
 * for it, as the consumer asks it.
 *
 * @throws SealError IDENTITY, SOURCE
 */
export async function keysFor(minted: Minted, ask: SessionAsk): Promise<BucketKeys | undefined> {
  const own = bucketKeysOf(minted);
  if (own !== undefined) return own;
  const { config, host, name } = ask;
  if (config.from !== "irsa") return undefined;
  const provide = createChain([createProvider(name, config, host)]);
  // a step that has the raw identity has the whole role, whoever's code it runs
  return mintKeys(
    createAwsSessionSource(name, { roleArn: config.roleArn }, { ...host, trust: "full", identity: () => provide }),
    ask,
  );
}

/** The whole role's, where a session was narrowed to what a build needs: for the one object that is deleted again. */
export async function wideKeysFor(ask: SessionAsk): Promise<BucketKeys | undefined> {
  const { config, host, name } = ask;
  if (config.from !== "aws-session" || config.policy === undefined || host.trust !== "full") return undefined;
  const { from: _, policy: __, ...rest } = config;
  return mintKeys(createAwsSessionSource(name, rest, host), ask);
}

/** Whether its source narrows it to reading: for a pull request, or because it is told to. */
export function onlyReads({ name, config, host }: Pick<SessionAsk, "name" | "config" | "host">): boolean {
  return createSource(name, config, host).isReadOnly === true;
}

async function mintKeys(
  source: ReturnType<typeof createAwsSessionSource>,
  { signal, know }: SessionAsk,
): Promise<BucketKeys | undefined> {
  const minted = await source.mint({ signal });
  if (minted instanceof NotHere) return undefined;
  know(secretsOf(minted));
  return bucketKeysOf(minted);
}
