import { randomBytes } from "node:crypto";
import { lookAtBucket, probeBucket } from "../../doctor/bucket/probe.ts";
import { regionCheck } from "../../doctor/bucket/region-check.ts";
import { type Check, failed, noted, odd } from "../../doctor/check.ts";
import type { AskedSecret } from "../../doctor/secret-check.ts";
import { NotHere, SealError } from "../../error.ts";
import { noBucket } from "../../recipe/sccache-settings.ts";
import type { Mask } from "../../secret/mask.ts";
import type { SourceHost } from "../../source/source.ts";
import { keysFor, onlyReads, type SessionAsk, wideKeysFor } from "./session-of.ts";
import type { Wanted, WantedBucket } from "./wanted.ts";

export type BucketsAsk = {
  readonly wanted: Wanted;
  readonly secrets: readonly AskedSecret[];
  readonly host: SourceHost;
  readonly mask: Mask;
  readonly dryRun: boolean;
  readonly end: AbortSignal;
  readonly beforeExit: (run: () => Promise<unknown>) => void;
};

const limitMs = 20_000;

/** Each bucket: its region and endpoint, then a small object in it, with the keys that a step would have. */
export async function askBuckets(ask: BucketsAsk): Promise<Check[]> {
  const { buckets, lacksBucket } = ask.wanted;
  const all = await Promise.all(
    buckets.map((one, at) => {
      const before = buckets.slice(0, at).filter(({ place }) => place.bucket === one.place.bucket).length;
      return askBucket(`bucket.${one.place.bucket}${before === 0 ? "" : `-${before + 1}`}`, one, ask);
    }),
  );
  return [...(lacksBucket ? [odd("bucket.none", `sccache: ${noBucket.says}`, noBucket.remedy)] : []), ...all.flat()];
}

async function askBucket(id: string, { place, secret }: WantedBucket, ask: BucketsAsk): Promise<Check[]> {
  const { host, mask, end } = ask;
  if (place.isElsewhere) {
    const says = `${place.bucket}: not asked: its sessions are not AWS's, and where its store is, is not known (AWS_ENDPOINT_URL_S3 tells it)`;
    return [noted(`${id}.store`, says)];
  }
  const region = regionCheck(`${id}.region`, place);
  const ports = { exchange: host.exchange, now: host.now, limitMs, signal: end };
  const look = async () => [region, await lookAtBucket(`${id}.store`, place, ports)];
  if (ask.dryRun || place.region === undefined) return look();
  const answer = ask.secrets.find(({ name }) => name === secret)?.answer;
  const config = ask.wanted.secrets.get(secret)?.source;
  // why there is no secret stands at the secret
  if (
    answer === undefined ||
    config === undefined ||
    answer === "not-asked" ||
    answer instanceof NotHere ||
    answer instanceof SealError
  ) {
    return look();
  }
  const session: SessionAsk = {
    name: secret,
    config,
    host,
    signal: end,
    know: (values) => values.forEach((value) => void mask.add(value)),
  };
  try {
    const keys = await keysFor(answer, session);
    if (keys === undefined)
      return [region, noted(`${id}.read`, `${place.bucket}: not asked: ${secret} has no keys that S3 takes`)];
    const checks = await probeBucket({
      id,
      place: host.trust !== "full" && onlyReads(session) ? { ...place, access: "read" } : place,
      keys,
      cleaner: () => wideKeysFor(session).catch(() => undefined),
      name: randomBytes(8).toString("hex"),
      ports,
      beforeWrite: ask.beforeExit,
    });
    return [region, ...checks];
  } catch (error) {
    if (error instanceof SealError) return [region, failed(`${id}.read`, error, `${place.bucket}: `)];
    throw error;
  }
}
