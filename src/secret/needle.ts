import { createDistinct } from "./encoding/distinct.ts";
import { type Encoded, encodingsOf } from "./encoding.ts";
import {
  distinctParts,
  isSecretLine,
  shortestTellingBytes,
  shortestWindowBytes,
  shortestWindowOfValue,
  trimmed,
} from "./part.ts";
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

/**
 * The needles of a secret; none where its value is too weak (`weaknessOf` says why).
 *
 * For a scan, windows are taken only of what is random, which no other text shares: not of a JWT's header and payload, not of
 * a PEM's borders, not of a file's key names and addresses. The whole value counts always.
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
  const isRandom = parts.some((part) => part.isRandom && Buffer.compare(part.bytes, core) === 0);
  const whole = encodingsOf(value, isSecretLine).map((encoded) => needle(secret.name, encoded, isRandom));
  if (isRandom) return whole;
  const isNew = createDistinct();
  for (const { encoded } of whole) isNew(encoded.bytes);
  for (const part of parts) {
    for (const encoded of encodingsOf(part.bytes, isSecretLine)) {
      const found = needle(secret.name, encoded, part.isRandom);
      // what is too short for windows is too short to be nobody else's, unless it is telling as a whole
      const tells = found.windows || part.bytes.byteLength >= shortestTellingBytes;
      if (tells && isNew(encoded.bytes)) whole.push(found);
    }
  }
  return whole;
}

function needle(name: string, encoded: Encoded, windows: boolean): Needle {
  const windowBytes = Math.max(shortestWindowBytes, shortestWindowOfValue * encoded.spread);
  return { name, encoded, windows: windows && encoded.bytes.byteLength >= windowBytes, windowBytes };
}
