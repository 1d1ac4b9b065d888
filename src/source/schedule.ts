import type { Renewal } from "../identity/identity.ts";
import { clockSkewMs } from "../identity/token.ts";
import type { Minted } from "./source.ts";

/** A token's life on this machine's clock, in milliseconds since 1970. */
export type Life = {
  readonly startMs: number;
  readonly endMs: number;
  /** How long after its end it may still be good, as clocks differ. */
  readonly graceMs: number;
};

export type LifeState =
  | { readonly kind: "ok"; readonly lifeLeftMs: number | undefined }
  | { readonly kind: "expired"; readonly sinceMs: number };

/** Renewal begins when this much of a life is over, so that half of it is left after a few failed tries. */
const renewalPart = 0.4;
const shortestWaitMs = 5_000;
const longestBackoffMs = 30_000;
/** A token from further in the future than this does not tell how far our clock is behind. */
const longestShiftMs = 10 * 60_000;

/**
 * The life of a token that was just had. Where its times are by its issuer's clock of now it is moved to ours, however far
 * that is and whichever way. Of others it is guessed: a token that was issued in our future shows that our clock is behind,
 * and its life is moved. One that was minted for us just now and seems older may show that our clock is ahead (or that it was
 * kept somewhere): it is renewed as if it were older, and called expired as if it were new.
 */
export function lifeOf(
  minted: Pick<Minted, "issuedAt" | "expiresAt" | "clock">,
  renewal: Renewal,
  nowMs: number,
): Life | undefined {
  if (minted.expiresAt === undefined) return undefined;
  const issuedMs = minted.issuedAt?.getTime() ?? nowMs;
  const endMs = minted.expiresAt.getTime();
  const aheadMs = issuedMs - nowMs;
  const isPlausible = aheadMs > 0 && aheadMs <= longestShiftMs;
  const shiftMs = minted.clock === "issuer" || isPlausible ? aheadMs : 0;
  const usualGraceMs = Math.min(clockSkewMs, Math.max(0, endMs - issuedMs) / 10);
  const seemingAgeMs = renewal === "mint" ? Math.min(clockSkewMs, Math.max(0, shiftMs - aheadMs)) : 0;
  return { startMs: issuedMs - shiftMs, endMs: endMs - shiftMs, graceMs: Math.max(usualGraceMs, seemingAgeMs) };
}

/** When to ask for the next one. If the time for that is past, the source gave an old one: after half of what is left. */
export function nextRenewalMs(life: Life, nowMs: number): number {
  const dueMs = life.startMs + renewalPart * (life.endMs - life.startMs);
  return dueMs > nowMs ? dueMs : nowMs + Math.max(shortestWaitMs, (life.endMs - nowMs) / 2);
}

/** When to say that a token is about to end: the kubelet renews with a fifth of the life left, so later than that. */
export function lastCallMs(life: Life): number {
  return life.endMs - Math.min(5 * 60_000, (life.endMs - life.startMs) / 10);
}

/** How long to wait after the failed try number `attempt` (from 1): twice as long each time, less up to a half by chance. */
export function backoffMs(attempt: number, chance: number): number {
  const fullMs = Math.min(longestBackoffMs, 1000 * 2 ** (attempt - 1));
  return fullMs * (1 - chance / 2);
}

export function stateOfLife(life: Life | undefined, nowMs: number): LifeState {
  if (life === undefined) return { kind: "ok", lifeLeftMs: undefined };
  if (nowMs > life.endMs + life.graceMs) return { kind: "expired", sinceMs: nowMs - life.endMs };
  return { kind: "ok", lifeLeftMs: Math.max(0, life.endMs - nowMs) };
}
