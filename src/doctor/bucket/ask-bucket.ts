import type { Exchange, ExchangeAnswer } from "../../identity/exchange/exchange.ts";
import type { Secret } from "../../secret/secret.ts";
import { hashed, signed } from "../../verify/signature.ts";
import { addressIn, type BucketPlace, encoded } from "./place.ts";

export type BucketKeys = { readonly id: string; readonly secret: Secret; readonly token?: Secret };

export type BucketPorts = {
  readonly exchange: Exchange;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
};

export type BucketRequest = {
  readonly method: "GET" | "PUT" | "DELETE" | "HEAD";
  readonly key?: string;
  /** Of an object, in a bucket that keeps versions. */
  readonly version?: string | undefined;
  readonly body?: string;
};

/**
 * One request to a bucket, signed where there are keys (signature version 4, the payload's hash in it as S3 wants it).
 *
 * @throws ExchangeError, SealError POLICY
 */
export async function askBucket(
  place: BucketPlace,
  { method, key = "", version, body = "" }: BucketRequest,
  keys: BucketKeys | undefined,
  { exchange, now, limitMs, signal }: BucketPorts,
): Promise<ExchangeAnswer> {
  const url = addressIn(place, key);
  const plain = { "x-amz-content-sha256": hashed(body) };
  const query = version === undefined ? "" : `versionId=${encoded(version)}`;
  const request = { method, host: url.host, path: url.pathname, query, headers: plain, body };
  const scope = { region: place.region ?? "us-east-1", service: "s3" };
  const headers = keys === undefined ? {} : signed(request, keys, scope, now());
  return exchange({
    url: query === "" ? url.href : `${url.href}?${query}`,
    method,
    headers,
    ...(body === "" ? {} : { body }),
    namedBy: "configuration",
    purpose: "s3",
    redirect: "answer",
    limitMs,
    signal,
  });
}
