import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { askSecrets } from "../../../../src/cli/doctor/ask-secrets.ts";
import { openLending } from "../../../../src/cli/doctor/lending.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import { askSource } from "../../../../src/source/asking.ts";
import type { Minted, Source } from "../../../../src/source/source.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { fakeClock } from "../../source/fake-clock.ts";
import { createForge, type Forge, fromForge } from "../secret/forge.ts";

function ask(forge: Forge) {
  const said: string[] = [];
  const lending = openLending(systemClock, (sentence) => said.push(sentence));
  const asked = askSecrets({
    wanted: new Map([["forge", { optional: false, source: fromForge }]]),
    missingRole: async (otherwise) => otherwise,
    ...{ policy: [], allowExec: false, dryRun: false, fork: undefined, host: forge.host, mask: createMask(), lending },
  });
  return { said, lending, asked };
}

describe("what doctor is given", () => {
  test("is given back, and the lines of the secrets tell how that went", async () => {
    const forge = createForge();
    const { asked, lending, said } = ask(forge);
    await asked;
    expect(forge.living.size).toBe(1);
    expect(await lending.giveBack()).toEqual([{ name: "forge", end: "revoked" }]);
    expect([forge.living.size, said]).toEqual([0, []]);
  });

  test("is given back where a signal came while it was on its way", async () => {
    const arrived = Promise.withResolvers<void>();
    const forge = createForge({ held: () => arrived.promise });
    const { asked, lending } = ask(forge);
    await expect.poll(() => forge.living.size).toBe(1);
    const over = lending.abandon();
    arrived.resolve();
    await Promise.all([over, asked]);
    expect(forge.living.size).toBe(0);
  });

  test("is given back by us, where its source does not see to what it gives after the end", async () => {
    const lending = openLending(systemClock, () => {});
    const answer = Promise.withResolvers<Minted>();
    const source: Source = { kind: "test", renewal: "mint", watch: [], variables: [], mint: () => answer.promise };
    const asked = askSource("it", lending.follow("it", source), systemClock, lending.end).catch(() => "ended");
    const over = lending.abandon();
    expect(await asked).toBe("ended");
    let revoked = 0;
    const value = new Secret("it", randomUUID());
    answer.resolve({ value, fields: new Map(), notices: [], revoke: async () => void revoked++ });
    await over;
    expect(revoked).toBe(1);
  });

  test("is waited for ten seconds, and then it is said that something may come", async () => {
    const said: string[] = [];
    const clock = fakeClock(Date.now());
    const lending = openLending(clock, (sentence) => said.push(sentence));
    const mint = () => new Promise<never>(() => {});
    const source: Source = { kind: "test", renewal: "mint", watch: [], variables: [], mint };
    askSource("deaf", lending.follow("deaf", source), clock, lending.end).catch(() => {});
    const over = lending.abandon();
    await clock.pass(10_000);
    await over;
    expect(said).toEqual([expect.stringMatching(/^warning: the source of secret deaf had not answered/)]);
  });

  test("and could not be given back is said where no lines will be shown, once", async () => {
    const { asked, lending, said } = ask(createForge({ deaf: true }));
    await asked;
    await Promise.all([lending.abandon(), lending.abandon(), lending.giveBack()]);
    expect(said).toEqual([expect.stringContaining("secret forge was not revoked")]);
  });
});
