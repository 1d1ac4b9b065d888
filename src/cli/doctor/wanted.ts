import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { settingsOf, stepsOf } from "../../dockerfile/index.ts";
import { readTemplate } from "../../dockerfile/template/read-template.ts";
import { bareContainer, bareSurroundings } from "../../doctor/bare-surroundings.ts";
import type { BucketPlace } from "../../doctor/bucket/place.ts";
import { keyOf, placeOfSccache } from "../../doctor/bucket/place.ts";
import type { WantedSecret } from "../../grant/plan.ts";
import type { GrantRequest } from "../../grant/request.ts";
import type { Environment } from "../../identity/host.ts";
import { type Surroundings, secretsIn } from "../../recipe/recipe.ts";
import { sccache } from "../../recipe/sccache.ts";
import type { SccacheOptions } from "../../recipe/sccache-options.ts";
import { wantedSettings } from "../../recipe/sccache-settings.ts";
import { isAddressOfAws } from "../../source/aws/sts-place.ts";
import type { SourceConfig } from "../../source/kind/kind.ts";

/** A bucket, and the secret that opens it. */
export type WantedBucket = { readonly place: BucketPlace; readonly secret: string };

export type Wanted = {
  readonly secrets: ReadonlyMap<string, WantedSecret>;
  readonly buckets: readonly WantedBucket[];
  /** A cache is asked for, and neither what is known nor the Dockerfile's text says in which bucket. */
  readonly lacksBucket: boolean;
};

type Variables = (name: string) => string | undefined;

export type WantedAsk = {
  readonly config: Config | undefined;
  readonly requests: readonly GrantRequest[];
  readonly folder: string;
  readonly environment: Environment;
  readonly readBytes: (path: string) => Promise<Uint8Array | undefined>;
};

/**
 * What builds here want: the secrets that the configuration declares, those that recipes bring, and the buckets. Which steps
 * there are makes no difference; what a Dockerfile in this folder sets does, as far as it is known.
 */
export async function findWanted({ config, requests, folder, environment, readBytes }: WantedAsk): Promise<Wanted> {
  const bytes = await readBytes(join(folder, "Dockerfile"));
  const variable = bytes === undefined ? () => undefined : variablesIn(bytes);
  // by a command, a mount or an argument too: each build knows better than a look at the file
  const namesBucket = bytes !== undefined && new TextDecoder().decode(bytes).includes("SCCACHE_BUCKET");
  const secrets = new Map<string, WantedSecret>();
  const buckets = new Map<string, WantedBucket>();
  let lacksBucket = false;
  const declared: Readonly<Record<string, SourceConfig>> = config?.secrets ?? {};
  for (const [name, source] of Object.entries(declared)) secrets.set(name, { optional: false, source });
  const byOthers = new Set(requests.flatMap((request) => (request.kind === "secret" ? [request.secret] : [])));
  for (const request of requests) {
    if (request.kind === "secret") continue;
    const { recipe, options } = request;
    const host = (name: string) => environment[name];
    const step = request.container === true ? bareContainer(recipe, host) : bareSurroundings(recipe, host, variable);
    const serving = recipe.serve(options, step);
    if ("needs" in serving) continue;
    const names = new Set(serving.mounts.flatMap(({ content }) => secretsIn(content)));
    for (const name of names) {
      if (!recipe.optional) byOthers.add(name);
      const known = secrets.get(name);
      const source = known?.source ?? serving.brings[name];
      const lacksRole = known === undefined && serving.lacksRole === true;
      secrets.set(name, { optional: !byOthers.has(name), source, ...(lacksRole && { lacksRole }) });
    }
    if (recipe.name !== sccache.name) continue;
    const bucket = bucketOf(options as SccacheOptions, step, [...names]);
    if (bucket === undefined) lacksBucket ||= request.container === true || !namesBucket;
    else buckets.set(`${bucket.secret} ${keyOf(bucket.place)}`, bucket);
  }
  for (const [name, source] of Object.entries(declared)) {
    const place = bucketOfSession(source, environment);
    const isKnown = [...buckets.values()].some((one) => one.place.bucket === place?.bucket && one.secret === name);
    if (place !== undefined && !isKnown) buckets.set(`${name} ${keyOf(place)}`, { place, secret: name });
  }
  return { secrets, buckets: [...buckets.values()], lacksBucket };
}

function bucketOf(options: SccacheOptions, step: Surroundings, [secret]: readonly string[]): WantedBucket | undefined {
  if (secret === undefined) return undefined;
  const { wanted, region } = wantedSettings(options, step);
  const place = placeOfSccache(wanted, wanted.get("SCCACHE_REGION") ?? region);
  return place === undefined ? undefined : { place, secret };
}

/** A session that is narrowed to a bucket is for that bucket. */
function bucketOfSession(source: SourceConfig, environment: Environment): BucketPlace | undefined {
  if (source.from !== "aws-session" || typeof source.policy !== "object") return undefined;
  const { bucket, prefix = "", access = "read-write", list } = source.policy;
  const plain = prefix.replace(/^\/+|\/+$/g, "");
  const endpoint = environment["AWS_ENDPOINT_URL_S3"] || environment["AWS_ENDPOINT_URL"] || undefined;
  const sts = source.stsEndpoint ?? (environment["AWS_ENDPOINT_URL_STS"] || undefined);
  return {
    bucket,
    region: source.region ?? (environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || undefined),
    endpoint,
    ...(endpoint === undefined && sts !== undefined && !isAddressOfAws(sts) && { isElsewhere: true }),
    prefix: plain === "" ? "" : `${plain}/`,
    access,
    hidesMissing: plain !== "" && list !== "bucket",
  };
}

/** What any step of the file has in effect; the first one that says it counts. */
function variablesIn(bytes: Uint8Array): Variables {
  const dockerfile = readTemplate(bytes, "Dockerfile");
  if (dockerfile.problem !== undefined) return () => undefined;
  const settings = settingsOf(dockerfile);
  const steps = stepsOf(dockerfile);
  return (name) => {
    for (const step of steps) {
      const variable = settings(step).variable(name);
      if (variable.known && variable.value) return variable.value;
    }
    return undefined;
  };
}
