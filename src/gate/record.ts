import { createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "../secret/secret.ts";
import type { SearchedBlob, SearchedBlobs } from "./searched.ts";

/**
 * What is remembered of layers between builds, in the user's cache folder: that a layer was scanned clean for the
 * values of the build that made it, or that a leak was found in it. No value is in it.
 */
export type LayerRecord = { readonly state: "clean" | "leaked"; readonly at: string };

/** Layer diff ID → what is known of it. */
export type Records = ReadonlyMap<string, LayerRecord>;

/** All that is remembered. */
export type Memory = { readonly records: Records; readonly blobs: SearchedBlobs };

/** More are forgotten, the oldest first: a forgotten layer is only "not proven". */
const most = 20_000;

/**
 * Reads records that `printRecords` wrote with the same key. What does not bear the key's HMAC-SHA256 counts for
 * nothing: whoever restores a cache folder must not be able to call a layer clean.
 *
 * @returns the records, and whether there was a text that had to be left aside.
 */
export function readRecords(text: string | undefined, key: Secret): Memory & { readonly refused: boolean } {
  if (text === undefined) return { records: new Map(), blobs: new Map(), refused: false };
  try {
    const { body, mac } = JSON.parse(text) as { body: unknown; mac: unknown };
    if (typeof body !== "string" || typeof mac !== "string") throw new Error("no body or no mac");
    const expected = seal(body, key);
    const given = Buffer.from(mac, "hex");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error("another key");
    const { layers = {}, blobs = {} } = JSON.parse(body) as {
      readonly layers?: Record<string, LayerRecord>;
      readonly blobs?: Record<string, SearchedBlob>;
    };
    return { records: new Map(Object.entries(layers)), blobs: new Map(Object.entries(blobs)), refused: false };
  } catch {
    return { records: new Map(), blobs: new Map(), refused: true };
  }
}

/** The text of records, sealed with the key. */
export function printRecords({ records, blobs }: Memory, key: Secret): string {
  const newest = [...records].sort(([, a], [, b]) => (a.at < b.at ? 1 : -1)).slice(0, most);
  const body = JSON.stringify({ layers: Object.fromEntries(newest), blobs: Object.fromEntries(blobs) });
  return `${JSON.stringify({ body, mac: seal(body, key).toString("hex") })}\n`;
}

/** Adds to records. What leaked stays leaked: a later clean scan was for other values. */
export function addRecords(records: Records, layers: Iterable<string>, state: LayerRecord["state"], at: Date): Records {
  const all = new Map(records);
  for (const diffId of layers) {
    if (all.get(diffId)?.state !== "leaked") all.set(diffId, { state, at: at.toISOString() });
  }
  return all;
}

function seal(body: string, key: Secret): Buffer {
  return createHmac("sha256", key.expose()).update(body).digest();
}
