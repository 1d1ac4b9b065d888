import type { Wanted } from "../../recipe/sccache-settings.ts";
import { suffixOfRegion } from "../../source/aws/sts-place.ts";

/** A bucket that a build will use, and what it will do there. */
export type BucketPlace = {
  readonly bucket: string;
  /** Undefined: nobody says it. */
  readonly region: string | undefined;
  /** Another S3 than AWS's: an address with its scheme. */
  readonly endpoint: string | undefined;
  /** Before every object's name; empty, or ending as it is used. */
  readonly prefix: string;
  readonly access: "read" | "read-write";
  /** The session may not list the whole bucket: S3 then refuses what is missing, and nobody needs it otherwise. */
  readonly hidesMissing?: boolean;
  /** It is a store of one's own, as its sessions are another STS's than AWS's, and nobody says where: nothing is sent. */
  readonly isElsewhere?: boolean;
};

/**
 * The bucket of sccache's settings, as sccache reads them: an endpoint without a scheme is `http`, unless it is told to use
 * TLS, which goes before a scheme that is written (mozilla/sccache, src/cache/s3.rs, `endpoint_resolver`).
 */
export function placeOfSccache(wanted: Wanted, region: string | undefined): BucketPlace | undefined {
  const bucket = wanted.get("SCCACHE_BUCKET");
  if (bucket === undefined || bucket === "") return undefined;
  const endpoint = wanted.get("SCCACHE_ENDPOINT");
  const prefix = (wanted.get("SCCACHE_S3_KEY_PREFIX") ?? "").replace(/^\/+|\/+$/g, "");
  return {
    bucket,
    region,
    endpoint:
      endpoint === undefined || endpoint === "" ? undefined : withScheme(endpoint, wanted.get("SCCACHE_S3_USE_SSL")),
    prefix: prefix === "" ? "" : `${prefix}/`,
    access: wanted.get("SCCACHE_S3_RW_MODE") === "READ_ONLY" ? "read" : "read-write",
  };
}

function withScheme(endpoint: string, useSsl: string | undefined): string {
  const [, scheme, rest = endpoint] = /^(https?):\/\/(.*)$/i.exec(endpoint) ?? [];
  if (useSsl === undefined || useSsl === "") return `${scheme ?? "http"}://${rest}`;
  return `${/^(?:true|on|1)$/i.test(useSsl) ? "https" : "http"}://${rest}`;
}

/** For who uses no bucket twice: the same place is one. */
export function keyOf({ bucket, region, endpoint, prefix, access }: BucketPlace): string {
  return JSON.stringify([bucket, region, endpoint, prefix, access]);
}

/**
 * The address of a bucket, or of an object in it, by its path: no name of a host depends on the bucket's, and every store
 * takes it.
 */
export function addressIn({ bucket, region, endpoint }: BucketPlace, key = ""): URL {
  const known = region ?? "us-east-1";
  const base = endpoint ?? `https://s3.${known}.${suffixOfRegion(known)}`;
  const path = [bucket, ...(key === "" ? [] : key.split("/"))].map(encoded).join("/");
  return new URL(`${base.replace(/\/+$/, "")}/${path}`);
}

/** The bucket as one would say it: with the store it is in where that is not AWS's. */
export function showPlace(place: BucketPlace): string {
  const where = place.endpoint === undefined ? (place.region ?? "no region") : addressIn(place).host;
  return `${place.bucket}${place.prefix === "" ? "" : `/${place.prefix}`} (${where})`;
}

/** As signature version 4 wants it: all but the unreserved characters of RFC 3986. */
export function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
