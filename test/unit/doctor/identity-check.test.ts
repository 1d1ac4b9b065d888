import { describe, expect, test } from "vitest";
import { type AskedIdentity, identityChecks } from "../../../src/doctor/identity-check.ts";
import { NotHere, SealError } from "../../../src/error.ts";
import { NotForFork } from "../../../src/grant/fork-refusal.ts";
import { NotSetUp } from "../../../src/identity/identity.ts";
import { createProvider } from "../../../src/identity/kind.ts";
import { fakeHost, makeJwt, now } from "../identity/fake-host.ts";

const none: AskedIdentity = { name: "github", kind: "github", answer: new NotHere("it is not set") };

const needed = { chain: true, named: new Set<string>() };
const notNeeded = { ...needed, chain: false };

async function ofToken(): Promise<{ asked: AskedIdentity; token: string }> {
  const token = makeJwt();
  const host = fakeHost({ environment: { CI_TOKEN: token } });
  const answer = await createProvider("ci", { from: "env", name: "CI_TOKEN" }, host).provide({});
  return { asked: { name: "ci", kind: "env", answer }, token };
}

describe("identities", () => {
  test("that apply say what their token says, and not the token; others why there is none", async () => {
    const { asked, token } = await ofToken();
    const checks = identityChecks([none, asked], needed, now);
    expect(checks).toMatchObject([
      { id: "identity.github", state: "none", says: "github: it is not set" },
      { id: "identity.ci", state: "ok", says: expect.stringMatching(/^ci \(env\): .*sts\.amazonaws\.com.*50 minutes/) },
    ]);
    expect(JSON.stringify(checks).includes(token)).toBe(false);
  });

  test("of which none applies are an error only where something needs one", () => {
    expect(identityChecks([none], needed, now).map(({ state }) => state)).toEqual(["none", "error"]);
    expect(identityChecks([none], notNeeded, now).map(({ state }) => state)).toEqual(["none"]);
    // one that was not asked may be one
    expect(identityChecks([{ ...none, answer: "not-asked" }], needed, now).map(({ state }) => state)).toEqual(["none"]);
  });

  test("that are set up by half are an error, and none that does not apply", () => {
    const half = { ...none, answer: new SealError("IDENTITY", "Half of it.", "Do the rest.") };
    expect(identityChecks([half], needed, now)).toMatchObject([{ state: "error", remedy: "Do the rest." }]);
  });

  test("that a secret names and that are not there are the error themselves, with what to do", async () => {
    const host = fakeHost({});
    const hub = {
      name: "hub",
      kind: "file",
      answer: await createProvider("hub", { from: "file", path: "/t" }, host).provide({}),
    };
    const named = { chain: false, named: new Set(["hub"]) };
    expect(identityChecks([none, hub], named, now)).toMatchObject([
      { state: "none" },
      {
        id: "identity.hub",
        state: "error",
        says: "hub (file): the token file /t does not exist",
        remedy: expect.stringContaining("volume"),
      },
    ]);
    expect(identityChecks([hub], notNeeded, now).map(({ state }) => state)).toEqual(["none"]);
  });

  test("with one fault are told of once, and pointed to", () => {
    const fault = { ...none, answer: new SealError("IDENTITY", "Half of it.", "Do the rest.") };
    const [, second] = identityChecks([fault, { ...fault, name: "ci" }], needed, now);
    expect(second).toEqual({ id: "identity.ci", state: "error", says: "ci (github): see github" });
  });

  test("are told in one line that a fork gets none", () => {
    const answer = new NotForFork("this is a fork's, and it gets none");
    const asked = ["irsa", "github"].map((name) => ({ name, kind: name, answer }));
    expect(identityChecks(asked, notNeeded, now)).toEqual([
      { id: "identity.fork", state: "none", says: "none is asked: a fork's job gets none" },
    ]);
  });

  test("that the platform does not give to this job are pointed to where none applies", () => {
    const near = { ...none, answer: new NotSetUp("it lacks a right") };
    const other = { ...none, name: "gitlab", kind: "gitlab" };
    expect(identityChecks([near, other], needed, now).at(-1)).toMatchObject({
      id: "identity.none",
      says: "no identity applies, and a secret needs one: see github",
      remedy: expect.not.stringContaining("EKS"),
    });
    expect(identityChecks([other], needed, now).at(-1)!.remedy).toContain("CircleCI");
  });
});
