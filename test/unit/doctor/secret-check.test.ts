import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { AskedIdentity } from "../../../src/doctor/identity-check.ts";
import { secretChecks, toldElsewhere } from "../../../src/doctor/secret-check.ts";
import { NotHere, SealError } from "../../../src/error.ts";
import { NotForFork } from "../../../src/grant/fork-refusal.ts";
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

  test("that is a certificate needs no mask", () => {
    const body = randomBytes(700).toString("base64");
    const value = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
    expect(secretChecks({ ...base, answer: minted(value) }, now).map(({ id }) => id)).toEqual(["secret.token"]);
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

  test("whose fault is told already says where, and is counted all the same", () => {
    const here = new NotHere("file: it does not exist");
    const hub: AskedIdentity = { name: "hub", kind: "file", answer: new NotHere("it does not exist", "Make it") };
    const bad = new SealError("IDENTITY", "Half of it.", "Do the rest.");
    const github: AskedIdentity = { name: "github", kind: "github", answer: bad };
    const asked = { ...base, identity: "hub", answer: here };
    const none = new NoneApplies([
      { from: "irsa", reason: "no", isNear: false },
      { from: "github", reason: "no", isNear: true },
    ]);
    expect(toldElsewhere(asked, [github, hub], false)).toBe("see hub");
    expect(toldElsewhere({ ...base, answer: bad }, [hub, github], false)).toBe("see github");
    expect(toldElsewhere({ ...base, answer: none }, [hub], true)).toBe("no identity applies");
    expect(toldElsewhere({ ...base, answer: none }, [hub], false)).toBeUndefined();
    expect(toldElsewhere({ ...base, optional: true, answer: none }, [hub], true)).toBeUndefined();
    expect(secretChecks(asked, now, "see hub")).toEqual([
      { id: "secret.token", state: "error", says: "token (env): see hub" },
    ]);
  });

  test("that a fork does not get points to the rules", () => {
    const answer = new NotForFork("this is a fork's, and it gets none", "Build it again");
    const told = toldElsewhere({ ...base, answer }, [], false);
    expect(secretChecks({ ...base, answer, optional: true }, now, told)).toEqual([
      {
        id: "secret.token",
        state: "warning",
        says: "token (env): not given to a fork (see Rules); builds go on without it (uncached)",
      },
    ]);
  });

  test("that is missing for want of something else than an identity says what to do", () => {
    const answer = new NotHere("the job has an identity (github), and no role", "Set AWS_ROLE_ARN");
    expect(secretChecks({ ...base, answer, optional: true }, now)[0]?.remedy).toBe(
      "Set AWS_ROLE_ARN, or leave the recipe out",
    );
  });
});
