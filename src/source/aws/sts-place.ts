import { SealError } from "../../error.ts";
import type { ExchangeRequest } from "../../identity/exchange/exchange.ts";
import type { Environment } from "../../identity/host.ts";
import { plain, quoted } from "../../identity/quoted.ts";

/** Where STS is asked, and in which region that is. */
export type StsPlace = {
  readonly url: string;
  readonly host: string;
  readonly region: string;
  readonly namedBy: ExchangeRequest["namedBy"];
  readonly notices: readonly string[];
};

type Partition = {
  readonly name: string;
  readonly regions: RegExp;
  readonly suffix: string;
  /** Where its STS is asked when nobody names a region. */
  readonly usual: string;
};

/** The partitions of AWS by their regions (the SDKs' partitions.json); the last one takes all others. */
const partitions: readonly Partition[] = [
  { name: "aws-cn", regions: /^cn-/, suffix: "amazonaws.com.cn", usual: "cn-north-1" },
  { name: "aws-us-gov", regions: /^us-gov-/, suffix: "amazonaws.com", usual: "us-gov-west-1" },
  { name: "aws-iso-b", regions: /^us-isob-/, suffix: "sc2s.sgov.gov", usual: "us-isob-east-1" },
  { name: "aws-iso-f", regions: /^us-isof-/, suffix: "csp.hci.ic.gov", usual: "us-isof-south-1" },
  { name: "aws-iso-e", regions: /^eu-isoe-/, suffix: "cloud.adc-e.uk", usual: "eu-isoe-west-1" },
  { name: "aws-iso", regions: /^us-iso-/, suffix: "c2s.ic.gov", usual: "us-iso-east-1" },
  { name: "aws-eusc", regions: /^eusc-/, suffix: "amazonaws.eu", usual: "eusc-de-east-1" },
  { name: "aws", regions: /^/, suffix: "amazonaws.com", usual: "us-east-1" },
];

const regionPattern = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/;

export type StsPlaceAsk = {
  readonly region: string | undefined;
  readonly stsEndpoint: string | undefined;
  readonly environment: Environment;
  /** That of the role's ARN, where there is one. */
  readonly partition: string | undefined;
};

/**
 * The address of STS: the option, else AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL, else the regional one
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). The global one is never asked: its
 * sessions are not good in every region, and it is far from most.
 *
 * @throws SOURCE
 */
export function stsPlaceOf({ region: asked, stsEndpoint, environment, partition }: StsPlaceAsk): StsPlace {
  const named = asked ?? (environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || undefined);
  if (named !== undefined && !regionPattern.test(named)) {
    const message = `${quoted(named, 60)} is no region of AWS.`;
    throw new SealError("SOURCE", message, "Set `region:` or AWS_REGION to one, such as us-west-2.");
  }
  const region = named ?? partitionNamed(partition).usual;
  const notices =
    named === undefined
      ? [`no region is known: STS is asked in ${region} (\`region:\` or AWS_REGION says another)`]
      : [];
  const option = stsEndpoint === undefined ? undefined : { text: stsEndpoint, by: "stsEndpoint" };
  const endpoint = option ?? endpointOf(environment);
  if (endpoint !== undefined) {
    const url = readUrl(endpoint);
    const namedBy = option === undefined ? "platform" : "configuration";
    return { url: url.href, host: url.host, region, namedBy, notices: [] };
  }
  const own = partitions.find(({ regions }) => regions.test(region))!;
  if (partition !== undefined && isOfAws(partition) && partition !== own.name) {
    const message = `The role is in the partition ${plain(partition, 40)}, and the region ${region} is in ${own.name}.`;
    throw new SealError(
      "SOURCE",
      message,
      `Set \`region:\` to one of the role's partition, such as ${partitionNamed(partition).usual}.`,
    );
  }
  const host = `sts.${region}.${own.suffix}`;
  // the host is made of the table above and a checked region: nobody in a checkout can name another
  return { url: `https://${host}/`, host, region, namedBy: "platform", notices };
}

/** Whether a partition is AWS's own: a store that speaks STS has others (`minio`). */
export function isOfAws(partition: string): boolean {
  return partition === "aws" || partition.startsWith("aws-");
}

/** Whether an address is one of AWS's services, by whatever of their names: interface endpoints, FIPS, both families. */
export function isAddressOfAws(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? "";
  const suffixes = [...partitions.map(({ suffix }) => suffix), "api.aws", "api.amazonwebservices.com.cn"];
  return suffixes.some((suffix) => host.endsWith(`.${suffix}`));
}

/** The partition that a region lies in. */
export function partitionOfRegion(region: string): string {
  return partitions.find(({ regions }) => regions.test(region))!.name;
}

/** What the names of a region's services end with: `s3.REGION.SUFFIX`. */
export function suffixOfRegion(region: string): string {
  return partitions.find(({ regions }) => regions.test(region))!.suffix;
}

function partitionNamed(name: string | undefined): Partition {
  return partitions.find((one) => one.name === name) ?? partitions.at(-1)!;
}

function endpointOf(environment: Environment): { readonly text: string; readonly by: string } | undefined {
  if (/^true$/i.test(environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? "")) return undefined;
  for (const by of ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]) {
    const text = environment[by];
    if (text !== undefined && text !== "") return { text, by };
  }
  return undefined;
}

function readUrl({ text, by }: { readonly text: string; readonly by: string }): URL {
  const url = URL.parse(text);
  const isPlain = url !== null && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (isPlain && /^https?:$/.test(url.protocol)) return url;
  throw new SealError(
    "SOURCE",
    `${by} is not the address of an STS.`,
    "Set it to https://HOST, without a login or a query.",
  );
}
