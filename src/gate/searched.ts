import { createHmac } from "node:crypto";
import type { Finding } from "../finding/finding.ts";
import type { ImageScan } from "../scan/image-scan.ts";
import type { Secret } from "../secret/secret.ts";

/**
 * A layer's blob that was searched to its end, and in which nothing was found that anybody has to see to. What has a
 * digest never changes: it need not be unpacked and searched again for the same values by the same rules.
 */
export type SearchedBlob = {
  /** Of its unpacked content, as the image's config says. */
  readonly diffId: string;
  /** When it was first searched. */
  readonly at: string;
  /** Whose rules searched it: another version's may find more. */
  readonly version: string;
  /** The values that it was searched for, as `tagOf` names them. */
  readonly values: readonly string[];
};

/** By digest. */
export type SearchedBlobs = ReadonlyMap<string, SearchedBlob>;

/** What a build looks for. */
export type Sought = { readonly version: string; readonly values: readonly SoughtValue[] };

export type SoughtValue = {
  /** undefined: too short to be remembered, and so searched for always. */
  readonly tag: string | undefined;
  /** When its issuer made it, where an issuer that nobody can foretell says so. */
  readonly madeAtMs?: number;
};

/** A name for a value that says nothing of it to who has not the key. Short ones could be tried out: they get none. */
export function tagOf(secret: Secret, key: Secret): string | undefined {
  if (secret.byteLength < shortestBytes) return undefined;
  return createHmac("sha256", key.expose()).update("value\0").update(secret.expose()).digest("hex").slice(0, 32);
}

const shortestBytes = 20;
/** An issuer's clock and ours may be that far apart. */
const skewMs = 10 * 60_000;

/** Whether a blob was searched for all of this already, or is older than the value is: then it cannot hold it. */
export function isSearchedFor(blob: SearchedBlob | undefined, { version, values }: Sought): boolean {
  if (blob === undefined || blob.version !== version) return false;
  const isOlderThan = (madeAtMs: number | undefined) =>
    madeAtMs !== undefined && madeAtMs > Date.parse(blob.at) + skewMs;
  return values.every(({ tag, madeAtMs }) => (tag !== undefined && blob.values.includes(tag)) || isOlderThan(madeAtMs));
}

/** Adds the layers of a scan that read everything, but for those in which something was found. */
export function addSearched(blobs: SearchedBlobs, scan: ImageScan, sought: Sought, at: Date): SearchedBlobs {
  if (!scan.complete) return blobs;
  const all = new Map(blobs);
  const found = digestsWithFindings(scan.findings);
  const tags = sought.values.flatMap(({ tag }) => tag ?? []);
  for (const { digest, diffId, wasSearched } of scan.images.flatMap(({ layers }) => layers)) {
    if (digest === undefined || !wasSearched || found.has(digest)) continue;
    const known = all.get(digest);
    const before = known?.version === sought.version ? known : undefined;
    const values = [...new Set([...tags, ...(before?.values ?? [])])].slice(0, mostValues);
    all.delete(digest);
    all.set(digest, { diffId, at: before?.at ?? at.toISOString(), version: sought.version, values });
  }
  return new Map([...all].slice(-mostBlobs));
}

const mostValues = 64;
const mostBlobs = 5000;

/** What a pattern is only unsure of is no reason to search again: --seal-report searches everything. */
function digestsWithFindings(findings: readonly Finding[]): ReadonlySet<string> {
  const telling = findings.filter(({ rule, severity }) => rule === "known-value" || severity !== "info");
  const places = telling.flatMap(({ where, places = [] }) => [where, ...places]);
  return new Set(places.flatMap((place) => ("layer" in place ? (place.layer?.digest ?? []) : [])));
}
