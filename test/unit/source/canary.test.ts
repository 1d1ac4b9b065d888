import { describe, expect, test } from "vitest";
import { NotHere } from "../../../src/error.ts";
import { createChain } from "../../../src/identity/chain.ts";
import { createProvider, type IdentityConfig } from "../../../src/identity/kind.ts";
import type { Secret } from "../../../src/secret/secret.ts";
import { createFreshness } from "../../../src/source/freshness.ts";
import { environmentForDocker } from "../../../src/source/inheritance.ts";
import { createSource, type SourceConfig } from "../../../src/source/kind/kind.ts";
import { type Minted, secretsOf } from "../../../src/source/source.ts";
import { createSecretStore } from "../../../src/source/store.ts";
import { fakeHost, printed } from "../identity/fake-host.ts";
import { everythingShown, kinds, type Planted, plant } from "./canary/planted.ts";
import { faults } from "./canary/wire.ts";
import {
  contents,
  givenBefore,
  identityCases,
  openWorld,
  outcomes,
  type Setting,
  sourceCases,
  type World,
} from "./canary/world.ts";
import { fakeClock, fakeWatch } from "./fake-clock.ts";

/** Some hundreds of mintings take a while on a busy machine. */
const wireMs = 90_000;

/** Every status and every body of them, though not each with each. */
const someFaults = faults.filter((_, at) => at % 5 === 0);

/** Fails by a name, never by what was seen. */
function expectUnseen(thing: unknown, planted: Planted, when: string): void {
  expect({ when, seen: planted.seenIn(everythingShown(thing)) }).toEqual({ when, seen: undefined });
}

/** What came of a minting, every word and every part of it that somebody may print. */
async function expectSilent(mint: () => Promise<unknown>, planted: Planted, when: string): Promise<unknown> {
  const result = await mint().catch((error: unknown) => error);
  // what it gave is planted now, also where a server's strange answer was taken for a value
  for (const secret of isMinted(result) ? secretsOf(result) : []) {
    if (secret.byteLength >= 20) planted.add(secret.exposeText());
  }
  expectUnseen(result, planted, when);
  if (!isMinted(result)) return result;
  const { notices, reach, fields, value } = result;
  expectUnseen([...fields], planted, when);
  expectUnseen(
    { notices, reach, plain: [...fields.values()].filter((field) => typeof field === "string") },
    planted,
    when,
  );
  expectUnseen(`${value} ${JSON.stringify(value)}`, planted, when);
  return result;
}

function isMinted(thing: unknown): thing is Minted {
  return typeof thing === "object" && thing !== null && "fields" in thing && "notices" in thing;
}

const sourcesByName = Object.entries(sourceCases).flatMap(([kind, cases]) =>
  cases.map((one, at) => [`${kind} ${at + 1}`, one] as const),
);
const identitiesByName = Object.entries(identityCases).flatMap(([kind, cases]) =>
  cases.map((one, at) => [`${kind} ${at + 1}`, one] as const),
);

/** Those that ask a server, or a program that does. */
function onWire<Case extends { readonly requests?: number }>(
  cases: readonly (readonly [string, Case])[],
): readonly (readonly [string, Case])[] {
  return cases.filter(([, { requests = 0 }]) => requests > 0);
}

/** The same machine with something else in each place that is read. */
function* spoiled(setting: Setting, planted: Planted): Generator<World> {
  for (const content of contents(planted)) {
    const hidden = setting.environment ?? {};
    const spoil = (value: string) => (planted.all().some((one) => value.includes(one)) ? content : value);
    const environment = Object.fromEntries(Object.entries(hidden).map(([name, value]) => [name, spoil(value)]));
    if (Object.keys(hidden).length > 0) yield openWorld(setting, planted, { environment });
    if (setting.files !== undefined) yield openWorld(setting, planted, { content });
    if (setting.stdout === undefined) continue;
    for (const outcome of outcomes(planted, content)) yield openWorld(setting, planted, { outcome });
  }
}

/** Each case with values of each kind. */
function ofEachKind<Case>(cases: readonly (readonly [string, Case])[]) {
  return cases.flatMap(([name, one]) => kinds.map((kind) => ({ name, kind, ...one })));
}

describe.each(ofEachKind(sourcesByName))(
  "the source $name with $kind values",
  ({ kind, config, set, requests = 0 }) => {
    const create = ({ host }: World) => createSource("it", config as SourceConfig, host);

    test("works in this test's world, so that what follows means something", async () => {
      const planted = plant(kind);
      const world = openWorld(set(planted), planted);
      const source = create(world);
      const minted = await expectSilent(source.mint, planted, "all is well");
      expect(isMinted(minted)).toBe(true);
      expect(world.wire.requests()).toBe(requests);
      expectUnseen(source, planted, "the source itself");
      for (const [at, secret] of secretsOf(minted as Minted).entries()) {
        expect({ at, isPlanted: planted.seenIn(secret.exposeText()) !== undefined }).toEqual({ at, isPlanted: true });
      }
    });

    test("shows no value when something else is read than was meant", async () => {
      const planted = plant(kind);
      for (const world of spoiled(set(planted), planted)) {
        await expectSilent(create(world).mint, planted, "spoiled");
      }
    });

    test(
      "shows no value that it gave before, when it is asked again in vain and somebody else repeats it",
      async () => {
        const planted = plant(kind);
        const setting = set(planted);
        const first = (await create(openWorld(setting, planted)).mint()) as Minted;
        const given = givenBefore(secretsOf(first));
        const words = given.texts.map((text) => text.replaceAll(/\s+/g, " ")).join("\n");
        const outcome = printed("", 1, words);
        const world = openWorld(setting, planted, { given, outcome });
        await expectSilent(create(world).mint, planted, "repeated on stderr");
        for (const fault of requests === 0 || kind === "random" ? [] : someFaults) {
          const broken = openWorld(setting, planted, { given });
          broken.wire.breakAt(requests, fault);
          await expectSilent(create(broken).mint, planted, `repeated by ${fault.name}`);
        }
      },
      wireMs,
    );

    test("has nothing of it inherited by Docker", async () => {
      const planted = plant(kind);
      const { host, ...world } = openWorld(set(planted), planted);
      const source = create({ host, ...world });
      const secrets = secretsOf((await source.mint()) as Minted);
      const left = environmentForDocker({
        environment: { ...host.environment, COPY: secrets[0]!.exposeText(), HARMLESS: "yes" },
        secrets,
        sourceVariables: source.variables,
        userNamed: [],
        usesGithubCache: false,
      });
      expect(left.environment["HARMLESS"]).toBe("yes");
      const shown = JSON.stringify(left, (name, value: unknown) => (isOtherOwner(name) ? undefined : value));
      expect(planted.seenIn(shown)).toBeUndefined();
    });
  },
);

describe.each(ofEachKind(onWire(sourcesByName)))(
  "the source $name with $kind values, asked over the wire,",
  ({ kind, config, set, requests = 0 }) => {
    const create = ({ host }: World) => createSource("it", config as SourceConfig, host);

    test(
      "shows no value when a server repeats it in its words, at any request",
      async () => {
        for (const fault of kind === "random" ? faults : someFaults) {
          for (let request = 1; request <= requests; request++) {
            const planted = plant(kind);
            const world = openWorld(set(planted), planted);
            world.wire.breakAt(request, fault);
            await expectSilent(create(world).mint, planted, `${fault.name} at request ${request}`);
          }
        }
      },
      wireMs,
    );

    test(
      "shows no value when its end is refused, nor when the build ends meanwhile",
      async () => {
        for (const fault of kind === "random" ? faults : someFaults) {
          const planted = plant(kind);
          const world = openWorld(set(planted), planted);
          const minted = (await create(world).mint()) as Minted;
          world.wire.breakAt(world.wire.requests() + 1, fault);
          const ended = await minted.revoke?.().catch((error: unknown) => error);
          expectUnseen(ended, planted, `${fault.name} at the end`);
        }
        const planted = plant(kind);
        const signal = AbortSignal.abort();
        await expectSilent(() => create(openWorld(set(planted), planted)).mint({ signal }), planted, "stopped");
      },
      wireMs,
    );

    test(
      "shows no value in what is reported of a renewal that fails",
      async () => {
        let failures = 0;
        for (const fault of someFaults) {
          const planted = plant(kind);
          const world = openWorld(set(planted), planted);
          const clock = fakeClock(world.host.now());
          const events: unknown[] = [];
          const freshness = createFreshness({
            clock,
            random: () => 0,
            watch: fakeWatch().watch,
            publish: async (_, minted) => world.learn(secretsOf(minted)),
            late: () => {},
            report: (event) => {
              events.push(event);
              if (event.kind === "renewal-failed") failures++;
            },
          });
          const source = create(world);
          const first = await freshness.add("it", source);
          if (isMinted(first)) for (const secret of secretsOf(first)) planted.add(secret.exposeText());
          world.wire.breakAt(world.wire.requests() + 1, fault);
          await freshness.renew("it");
          await freshness.stop();
          for (const event of events) expectUnseen(event, planted, `${fault.name} at a renewal`);
        }
        expect(failures).toBeGreaterThan(5);
      },
      wireMs,
    );
  },
);

/** What Docker's own helpers live on (inheritance.ts says why), and an identity that somebody put into a variable himself. */
function isOtherOwner(name: string): boolean {
  return name === "ID_TOKEN";
}

const audience = "sts.amazonaws.com";

describe.each(ofEachKind(identitiesByName))(
  "the identity $name with $kind values",
  ({ kind, config, set, requests = 0 }) => {
    const provide = ({ host }: World) => createChain([createProvider("it", config as IdentityConfig, host)]);

    test("works in this test's world, so that what follows means something", async () => {
      const planted = plant(kind);
      const world = openWorld(set(planted), planted);
      const identity = await provide(world)({ audience });
      expect(identity).not.toBeInstanceOf(NotHere);
      expect(planted.seenIn((identity as { token: Secret }).token.exposeText())).toBeDefined();
      expect(world.wire.requests()).toBe(requests);
      expectUnseen(identity, planted, "all is well");
    });

    test("shows no value when something else is read than was meant", async () => {
      const planted = plant(kind);
      for (const world of spoiled(set(planted), planted)) {
        for (const one of [audience, "https://other.example"]) {
          const result = await provide(world)({ audience: one }).catch((error: unknown) => error);
          expectUnseen(result, planted, "spoiled");
        }
      }
    });
  },
);

describe.each(ofEachKind(onWire(identitiesByName)))(
  "the identity $name with $kind values, asked over the wire,",
  ({ kind, config, set }) => {
    const provide = ({ host }: World) => createChain([createProvider("it", config as IdentityConfig, host)]);

    test(
      "shows no value when a server repeats it in its words",
      async () => {
        for (const fault of faults) {
          const planted = plant(kind);
          const world = openWorld(set(planted), planted);
          world.wire.breakAt(1, fault);
          const result = await provide(world)({ audience }).catch((error: unknown) => error);
          expectUnseen(result, planted, fault.name);
        }
      },
      wireMs,
    );
  },
);

test("no event of freshness and no error of the store shows a value", async () => {
  const planted = plant();
  for (const content of contents(planted)) {
    const clock = fakeClock(Date.parse("2026-03-01T12:00:00Z"));
    const host = { ...fakeHost({ outcome: printed(content) }), now: clock.now };
    const shown: unknown[] = [];
    let isFull = false;
    const store = createSecretStore({
      path: "/s",
      write: async () => {
        if (isFull) throw Object.assign(new Error("write"), { code: "ENOSPC" });
      },
    });
    const freshness = createFreshness({
      clock,
      random: Math.random,
      watch: fakeWatch().watch,
      publish: async (name, minted) => void (await store.put(name, minted.value)),
      late: () => {},
      report: (event) => shown.push(event),
    });
    const source = createSource("it", { from: "exec", command: ["helper"], ttlSeconds: 60 }, host);
    shown.push(await freshness.add("it", source).catch((error: unknown) => error));
    isFull = true;
    await clock.pass(300_000);
    await freshness.stop();
    for (const one of [...shown, freshness, store]) expectUnseen(one, planted, "freshness");
  }
});

test("what is planted is seen where it is, in each of its forms", () => {
  const planted = plant();
  const value = planted.value();
  for (const form of [
    value,
    `x${value.slice(0, 40)}`,
    Buffer.from(value).toString("base64"),
    Buffer.from(value).toString("hex"),
    JSON.stringify({ error: value }),
  ]) {
    expect(planted.seenIn(everythingShown(new Error("x", { cause: new Error(form) })))).toBeDefined();
    expect(planted.seenIn(everythingShown({ deep: { deeper: [form] } }))).toBeDefined();
  }
  expect(planted.seenIn(everythingShown({ harmless: "status 403: invalid_grant" }))).toBeUndefined();
});
