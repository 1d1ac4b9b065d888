import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { secretChecks } from "../../../src/doctor/secret-check.ts";
import { NotHere, SealError } from "../../../src/error.ts";
import { NoneApplies } from "../../../src/identity/chain.ts";
import { Secret } from "../../../src/secret/secret.ts";
import type { Minted } from "../../../src/source/source.ts";
import { now } from "../identity/fake-host.ts";

const base = { name: "token", kind: "env", optional: false };
const minted = (value: string, more: Partial<Minted> = {}): Minted => ({
  value: new Secret("token", value),
  fields: new Map(),
  notices: [],
  ...more,
});

describe("a secret", () => {
  test("that can be had says what it reaches, how long it lives and what became of it", () => {
    const value = randomBytes(20).toString("hex");
    const answer = minted(value, { reach: "acme/app", expiresAt: new Date(now + 3_600_000) });
    const [check] = secretChecks({ ...base, answer, end: { end: "revoked" } }, now);
    expect(check).toMatchObject({
      state: "ok",
      says: "token (env): can be had, acme/app, 60 minutes left, revoked again",
    });
    expect(JSON.stringify(check).includes(value)).toBe(false);
  });

  test("has the life that its issuer gives it, whatever this machine's clock says", () => {
    const issuedAt = new Date(now + 50 * 60_000);
    const life = { issuedAt, expiresAt: new Date(issuedAt.getTime() + 60 * 60_000), clock: "issuer" as const };
    const answer = minted(randomBytes(20).toString("hex"), life);
    const [check] = secretChecks({ ...base, answer }, now);
    expect(check!.says).toContain("60 minutes left");
  });

  test("that could not be revoked is a warning of its own", () => {
    const answer = minted(randomBytes(20).toString("hex"));
    const checks = secretChecks({ ...base, answer, end: { end: "not-revoked", why: "nobody answers" } }, now);
    expect(checks.map(({ state }) => state)).toEqual(["ok", "warning"]);
  });

  test("that is too short to be masked is a warning, without its value", () => {
    const value = randomBytes(3).toString("hex");
    const checks = secretChecks({ ...base, answer: minted(value) }, now);
    expect(checks.map(({ id, state }) => [id, state])).toEqual([
      ["secret.token", "ok"],
      ["secret.token.mask", "warning"],
    ]);
    expect(JSON.stringify(checks).includes(value)).toBe(false);
  });

  test("that there is no identity for is an error, and a warning where a build goes on without it", () => {
    const answer = new NotHere("there is none");
    expect(secretChecks({ ...base, answer }, now)[0]?.state).toBe("error");
    expect(secretChecks({ ...base, answer, optional: true }, now)[0]?.state).toBe("warning");
    const chain = new NoneApplies([
      { from: "irsa", reason: "no", isNear: false },
      { from: "github", reason: "no", isNear: false },
    ]);
    expect(secretChecks({ ...base, answer: chain }, now)[0]?.says).toBe("token (env): no identity applies");
  });

  test("that its source refuses is told in the source's words", () => {
    const answer = new SealError("SOURCE", "STS says no.", "Allow it.");
    expect(secretChecks({ ...base, answer }, now)[0]).toMatchObject({
      state: "error",
      says: "token (env): STS says no.",
      remedy: "Allow it.",
    });
  });
});
