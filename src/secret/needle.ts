import { byteText } from "./encoding/writing.ts";
import { type Encoded, encodingsOf } from "./encoding.ts";
import { distinctParts, shortestWindowBytes, trimmed } from "./part.ts";
import type { Secret } from "./secret.ts";
import { weaknessOf } from "./weak.ts";

/** What a needle is for: hiding a value in a log, where too much is better than too little, or proving a leak. */
export type Purpose = "mask" | "scan";

/** One byte sequence whose presence means that the secret of this name is there. */
export type Needle = {
  readonly name: string;
  readonly encoded: Encoded;
  /** Whether a part counts as well: any run of at least `windowBytes` of it (wrapped base64, split lines and writes). */
  readonly windows: boolean;
  readonly windowBytes: number;
};

/** Where every byte is escaped a run must stand for this many bytes of the value. */
const shortestWindowOfValue = 12;
/**
 * The needles of a secret; none where its value is too weak (`weaknessOf` says why).
 *
 * For a scan, windows are taken only of what no other value shares: not of a JWT's header and the beginning of its
 * payload, not of a PEM's borders, not of a file's key names. The whole value counts always.
 */
export function needlesOf(secret: Secret, purpose: Purpose): Needle[] {
  if (weaknessOf(secret) !== undefined) {
    return [];
  }
  const value = secret.expose();
  if (purpose === "mask") {
    return encodingsOf(value).map((encoded) => needle(secret.name, encoded, true));
  }
  const core = trimmed(value);
  const parts = distinctParts(core);
  const isWhole = parts.some((part) => Buffer.compare(part, core) === 0);
  const whole = encodingsOf(value).map((encoded) => needle(secret.name, encoded, isWhole));
  if (isWhole) return whole;
  const seen = new Set(whole.map(({ encoded }) => byteText(encoded.bytes)));
  for (const encoded of parts.flatMap(encodingsOf)) {
    const found = needle(secret.name, encoded, true);
    const key = byteText(encoded.bytes);
    if (found.windows && !seen.has(key)) {
      seen.add(key);
      whole.push(found);
    }
  }
  return whole;
}

function needle(name: string, encoded: Encoded, windows: boolean): Needle {
  const windowBytes = Math.max(shortestWindowBytes, shortestWindowOfValue * encoded.spread);
  return { name, encoded, windows: windows && encoded.bytes.byteLength >= windowBytes, windowBytes };
}
