import { describe, expect, test } from "vitest";
import { NotHere, SealError } from "../../../src/error.ts";
import { createChain, explainChain, NoneApplies } from "../../../src/identity/chain.ts";
import { type Identity, type NamedProvider, OtherAudience } from "../../../src/identity/identity.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { sealErrorOf } from "./fake-host.ts";

function gives(from: string): NamedProvider {
  const identity: Identity = {
    issuer: undefined,
    audience: [],
    subject: undefined,
    token: new Secret("t", "x"),
    from,
    facts: {},
    notices: [],
  };
  return { from, provide: async () => identity };
}
const lacks = (from: string): NamedProvider => ({ from, provide: async () => new NotHere(`no ${from} here`) });
const fails = (from: string): NamedProvider => ({
  from,
  provide: async () => {
    throw new SealError("IDENTITY", `${from} is broken.`, "Mend it.");
  },
});
const mismatches = (from: string): NamedProvider => ({
  from,
  provide: async () => new OtherAudience(new SealError("IDENTITY", `${from} is for another audience.`, "Ask.")),
});

describe("the chain of identities", () => {
  test("takes the first that applies, in the order given, however slow it is", async () => {
    const slow: NamedProvider = {
      from: "slow",
      provide: async (ask) => {
        await new Promise((done) => setTimeout(done, 20));
        return gives("slow").provide(ask);
      },
    };
    expect(await createChain([lacks("a"), slow, gives("fast")])({})).toMatchObject({ from: "slow" });
  });

  test("stops at one that is set up wrongly: a mistake does not turn into another identity", async () => {
    const error = await sealErrorOf(createChain([lacks("a"), fails("b"), gives("c")])({}));
    expect(error.message).toBe("b is broken.");
  });

  test("goes on past a token for another audience, and says so only if nothing else applies", async () => {
    expect(await createChain([mismatches("a"), gives("b")])({})).toMatchObject({ from: "b" });
    const error = await sealErrorOf(createChain([lacks("a"), mismatches("b"), mismatches("c")])({}));
    expect(error.message).toBe("b is for another audience.");
  });

  test("says why each did not apply", async () => {
    const answer = await createChain([lacks("irsa"), lacks("env")])({});
    expect(answer).toBeInstanceOf(NoneApplies);
    expect((answer as NoneApplies).tried).toEqual([
      { from: "irsa", reason: "no irsa here" },
      { from: "env", reason: "no env here" },
    ]);
    expect((answer as NotHere).reason).toBe("irsa: no irsa here; env: no env here");
    expect(explainChain([])).toBe("no kind of identity is configured");
  });

  test("hands on the audience that is asked for", async () => {
    const asked: unknown[] = [];
    const recorder: NamedProvider = {
      from: "r",
      provide: async (ask) => {
        asked.push(ask.audience);
        return new NotHere("no");
      },
    };
    await createChain([recorder])({ audience: "x" });
    expect(asked).toEqual(["x"]);
  });
});
