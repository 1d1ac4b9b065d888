import { describe, expect, test } from "vitest";
import { type AskedIdentity, identityChecks } from "../../../src/doctor/identity-check.ts";
import { NotHere, SealError } from "../../../src/error.ts";
import { createProvider } from "../../../src/identity/kind.ts";
import { fakeHost, makeJwt, now } from "../identity/fake-host.ts";

const none: AskedIdentity = { name: "github", kind: "github", answer: new NotHere("it is not set") };

async function ofToken(): Promise<{ asked: AskedIdentity; token: string }> {
  const token = makeJwt();
  const host = fakeHost({ environment: { CI_TOKEN: token } });
  const answer = await createProvider("ci", { from: "env", name: "CI_TOKEN" }, host).provide({});
  return { asked: { name: "ci", kind: "env", answer }, token };
}

describe("identities", () => {
  test("that apply say what their token says, and not the token; others why there is none", async () => {
    const { asked, token } = await ofToken();
    const checks = identityChecks([none, asked], true, now);
    expect(checks).toMatchObject([
      { id: "identity.github", state: "none", says: "github: it is not set" },
      { id: "identity.ci", state: "ok", says: expect.stringMatching(/^ci \(env\): .*sts\.amazonaws\.com.*50 minutes/) },
    ]);
    expect(JSON.stringify(checks).includes(token)).toBe(false);
  });

  test("of which none applies are an error only where something needs one", () => {
    expect(identityChecks([none], true, now).map(({ state }) => state)).toEqual(["none", "error"]);
    expect(identityChecks([none], false, now).map(({ state }) => state)).toEqual(["none"]);
    // one that was not asked may be one
    expect(identityChecks([{ ...none, answer: "not-asked" }], true, now).map(({ state }) => state)).toEqual(["none"]);
  });

  test("that are set up by half are an error, and none that does not apply", () => {
    const half = { ...none, answer: new SealError("IDENTITY", "Half of it.", "Do the rest.") };
    expect(identityChecks([half], true, now)).toMatchObject([{ state: "error", remedy: "Do the rest." }]);
  });
});
