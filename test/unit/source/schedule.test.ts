import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffMs, lastCallMs, lifeOf, nextRenewalMs, stateOfLife } from "../../../src/source/schedule.ts";

const now = Date.parse("2026-03-01T12:00:00Z");
const minted = (issuedMs: number | undefined, expiresMs: number | undefined) => ({
  ...(issuedMs !== undefined && { issuedAt: new Date(issuedMs) }),
  ...(expiresMs !== undefined && { expiresAt: new Date(expiresMs) }),
});
const lives = fc.integer({ min: 10_000, max: 86_400_000 });

describe("the life of a token", () => {
  test("has no end where the token has none", () => {
    expect(lifeOf(minted(now, undefined), "mint", now)).toBeUndefined();
    expect(stateOfLife(undefined, now)).toEqual({ kind: "ok", lifeLeftMs: undefined });
  });

  test("begins with its issue, or when it was had", () => {
    expect(lifeOf(minted(now - 1000, now + 9000), "read", now)).toEqual({
      startMs: now - 1000,
      endMs: now + 9000,
      graceMs: 1000,
    });
    expect(lifeOf(minted(undefined, now + 10_000), "mint", now)).toEqual({
      startMs: now,
      endMs: now + 10_000,
      graceMs: 1000,
    });
  });

  test("is moved to our clock if it was issued in our future: our clock is behind", () => {
    const life = lifeOf(minted(now + 50_000, now + 110_000), "mint", now);
    expect(life).toMatchObject({ startMs: now, endMs: now + 60_000 });
  });

  test("by its issuer's clock is moved to ours, whichever way and however far", () => {
    const lifeMs = 3_600_000;
    for (const aheadMs of [-66 * 60_000, -60_000, 0, 48 * 60_000, 86_400_000]) {
      const serverMs = now + aheadMs;
      const life = lifeOf({ ...minted(serverMs, serverMs + lifeMs), clock: "issuer" }, "mint", now)!;
      expect(life).toEqual({ startMs: now, endMs: now + lifeMs, graceMs: 60_000 });
      expect(nextRenewalMs(life, now)).toBe(now + 0.4 * lifeMs);
      expect(stateOfLife(life, now + lifeMs + 61_000).kind).toBe("expired");
    }
    // without that word it may be anybody's time: what is far off is not believed
    const unknown = lifeOf(minted(now + 48 * 60_000, now + 48 * 60_000 + lifeMs), "mint", now)!;
    expect(unknown.endMs).toBe(now + 48 * 60_000 + lifeMs);
  });

  test("is not called over while our clock may be ahead by up to a minute", () => {
    const life = lifeOf(minted(now - 60_000, now), "mint", now);
    expect(stateOfLife(life, now + 59_000).kind).toBe("ok");
    expect(stateOfLife(life, now + 61_000)).toEqual({ kind: "expired", sinceMs: 61_000 });
    const long = lifeOf(minted(now - 3_600_000, now), "read", now);
    expect(stateOfLife(long, now + 59_000)).toEqual({ kind: "ok", lifeLeftMs: 0 });
    expect(stateOfLife(long, now + 61_000).kind).toBe("expired");
  });

  test("is renewed with more than half of it left, whatever its length", () => {
    fc.assert(
      fc.property(lives, (lifeMs) => {
        const life = lifeOf(minted(now, now + lifeMs), "mint", now)!;
        const due = nextRenewalMs(life, now);
        expect(due).toBeGreaterThan(now);
        expect(life.endMs - due).toBeGreaterThan(lifeMs / 2);
      }),
    );
  });

  test("is looked at again after half of what is left if the source gave an old one, and never in a hurry", () => {
    fc.assert(
      fc.property(lives, fc.double({ min: 0.4, max: 2, noNaN: true }), (lifeMs, over) => {
        const life = lifeOf(minted(now - lifeMs * over, now - lifeMs * over + lifeMs), "read", now)!;
        const waitMs = nextRenewalMs(life, now) - now;
        expect(waitMs).toBeGreaterThanOrEqual(Math.min(5000, 0.4 * lifeMs) * 0.999);
        expect(waitMs).toBeLessThanOrEqual(Math.max(5000, (life.endMs - now) / 2));
      }),
    );
  });

  test("has its last call after the kubelet's renewal at four fifths, at most five minutes before the end", () => {
    fc.assert(
      fc.property(lives, (lifeMs) => {
        const last = lastCallMs({ startMs: now, endMs: now + lifeMs, graceMs: 0 }) - now;
        expect(last).toBeGreaterThan(0.8 * lifeMs);
        expect(lifeMs - last).toBeLessThanOrEqual(300_000);
      }),
    );
  });

  test("a failed try is repeated after a second, then after twice as long each time up to thirty, less by chance", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => backoffMs(attempt, 0))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
    expect(backoffMs(1, 0.999)).toBeGreaterThan(500);
  });
});
