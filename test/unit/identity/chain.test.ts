import { describe, expect, test } from "vitest";
import { NotHere, SealError } from "../../../src/error.ts";
import { createChain, explainChain, NoneApplies } from "../../../src/identity/chain.ts";
import { type Identity, type NamedProvider, NotSetUp, OtherAudience } from "../../../src/identity/identity.ts";
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
    renewal: "never",
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
      { from: "irsa", reason: "no irsa here", isNear: false },
      { from: "env", reason: "no env here", isNear: false },
    ]);
    expect((answer as NotHere).reason).toBe("irsa: no irsa here; env: no env here");
    expect(explainChain([])).toBe("no kind of identity is configured");
  });

  test("names what is missing on the platform that is here, before all that is elsewhere", async () => {
    const near: NamedProvider = { from: "near", provide: async () => new NotSetUp("its permission is missing") };
    const none = (await createChain([lacks("a"), near, lacks("b")])({})) as NoneApplies;
    expect(none.reason).toBe("near: its permission is missing; a: no a here; b: no b here");
    expect(none.tried.map(({ from, isNear }) => [from, isNear])).toEqual([
      ["a", false],
      ["near", true],
      ["b", false],
    ]);
    const error = await sealErrorOf(createChain([mismatches("a"), near, lacks("b")])({}));
    expect(error.message).toBe("a is for another audience; near: its permission is missing.");
    expect(error.remedy).toBe("Ask.");
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
