import { SealError } from "../error.ts";
import { isLoopback } from "../image/registry/token.ts";

/** Where AWS is asked. */
export type StsPlace = { readonly url: URL; readonly region: string };

/** Partitions know nothing of each other's keys; the region says which one is meant. */
const partitions = [
  { begins: "cn-", suffix: "amazonaws.com.cn" },
  { begins: "us-gov-", suffix: "amazonaws.com" },
  { begins: "", suffix: "amazonaws.com" },
] as const;

/**
 * The regional endpoint of STS, as the SDKs choose it: AWS_ENDPOINT_URL_STS, else by AWS_REGION or AWS_DEFAULT_REGION, else in
 * us-east-1 (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
 *
 * @throws SealError ARGUMENT
 */
export function stsPlace(environment: Readonly<Record<string, string | undefined>>): StsPlace {
  const region = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || "us-east-1";
  if (!/^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/.test(region)) {
    throw new SealError("ARGUMENT", "AWS_REGION is no region", "Set it to one, as us-west-2, or unset it");
  }
  const { suffix } = partitions.find(({ begins }) => region.startsWith(begins))!;
  const named = environment["AWS_ENDPOINT_URL_STS"];
  return { url: named ? readUrl(named) : new URL(`https://sts.${region}.${suffix}/`), region };
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  const isSafe = url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname)));
  if (isSafe && url.pathname === "/" && url.search === "" && url.username === "") return url;
  throw new SealError(
    "ARGUMENT",
    "AWS_ENDPOINT_URL_STS is no address that keys may be sent to",
    "Set it to https://HOST (http only for this machine itself), or unset it",
  );
}
