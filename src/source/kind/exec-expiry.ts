import { Numeral } from "./exec-output.ts";

/** When a value that a helper printed as JSON ends, as the helper says beside it. */
export type ExpiryReading =
  | { readonly kind: "ends"; readonly at: Date; readonly key: string }
  /** There is a key for it, and no time in it that can be told. */
  | { readonly kind: "unclear"; readonly key: string }
  | { readonly kind: "none" };

type JsonObject = Readonly<Record<string, unknown>>;
type Way = (value: unknown, nowMs: number) => Date | "none" | undefined;

/**
 * Where helpers and token endpoints tell the end of what they give, in the order in which they are believed. `az` prints
 * two: `expires_on`, seconds since 1970 (since 2.54), and `expiresOn`, a time of this machine's own zone without saying so
 * (Azure CLI, `account get-access-token`).
 */
const ways: readonly (readonly [key: string, way: Way])[] = [
  ["expires_on", timeOf],
  ["expiresOn", timeOf],
  // gcloud config config-helper
  ["token_expiry", timeOf],
  // `aws sts …`, IAM credentials of Google, GitHub, Kubernetes and many others
  ["Expiration", timeOf],
  ["expiration", timeOf],
  ["expirationTimestamp", timeOf],
  ["expireTime", timeOf],
  ["expires_at", timeOf],
  ["expiresAt", timeOf],
  ["expiry", timeOf],
  // RFC 6749 §5.1, and what follows it
  ["expires_in", secondsFromNow],
  ["expiresIn", secondsFromNow],
  // Vault and OpenBao, of the whole answer or of its `auth`; 0 where there is no lease
  ["lease_duration", secondsFromNow],
];

export const expiryKeys: readonly string[] = ways.map(([key]) => key);

/** @param objects the object that the value stands in, then the ones around it: the nearest that tells is believed */
export function expiryBeside(objects: readonly JsonObject[], nowMs: number): ExpiryReading {
  for (const object of objects) {
    for (const [key, way] of ways) {
      if (!Object.hasOwn(object, key)) continue;
      const said = object[key];
      const at = way(said instanceof Numeral ? Number(said.text) : said, nowMs);
      if (at === undefined) return { kind: "unclear", key };
      if (at !== "none") return { kind: "ends", at, key };
    }
  }
  return { kind: "none" };
}

/** Seconds or milliseconds since 1970, or a date; one without a zone is of this machine's. */
function timeOf(value: unknown): Date | "none" | undefined {
  if (value === null || value === "" || value === 0) return "none";
  const number =
    typeof value === "number" ? value : typeof value === "string" && /^\d+$/.test(value) ? Number(value) : undefined;
  if (number !== undefined) return dateOf(number < 1e11 ? number * 1000 : number);
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(value)) return undefined;
  return dateOf(Date.parse(value));
}

function secondsFromNow(value: unknown, nowMs: number): Date | "none" | undefined {
  if (value === null || value === "") return "none";
  const seconds = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (seconds === 0) return "none";
  return typeof seconds === "number" && seconds > 0 ? dateOf(nowMs + seconds * 1000) : undefined;
}

function dateOf(ms: number): Date | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
