import { describe, expect, test } from "vitest";
import { NotHere, SealError } from "../../../src/error.ts";
import type { Renewal } from "../../../src/identity/identity.ts";
import { Secret } from "../../../src/secret/secret.ts";
import type { FreshnessEvent } from "../../../src/source/event.ts";
import { createFreshness, expiredAtStep, type FreshnessPorts } from "../../../src/source/freshness.ts";
import type { Minted, Source } from "../../../src/source/source.ts";
import { fakeClock, fakeWatch, settle } from "./fake-clock.ts";

const minuteMs = 60_000;
const start = Date.parse("2026-03-01T12:00:00Z");

/** A build with one clock, one watch, and a record of what was published and reported. */
function bench(ports: Partial<FreshnessPorts> = {}) {
  const clock = fakeClock(start);
  const watching = fakeWatch();
  const events: FreshnessEvent[] = [];
  const published: string[] = [];
  const freshness = createFreshness({
    clock,
    random: () => 0,
    watch: watching.watch,
    publish: async (_, minted) => void published.push(minted.value.exposeText()),
    late: () => {},
    report: (event) => events.push(event),
    ...ports,
  });
  return { clock, watching, events, published, freshness, kinds: () => events.map(({ kind }) => kind) };
}

function token(text: string, life: { issuedMs?: number; endMs?: number }): Minted {
  return {
    value: new Secret("it", text),
    fields: new Map(),
    ...(life.issuedMs !== undefined && { issuedAt: new Date(life.issuedMs) }),
    ...(life.endMs !== undefined && { expiresAt: new Date(life.endMs) }),
    notices: [],
  };
}

function source(mint: Source["mint"], renewal: Renewal = "mint", watch: readonly string[] = []): Source {
  return { kind: "test", renewal, watch, variables: [], mint };
}

/** Mints `it-1`, `it-2`, …, each with that life from the moment it is asked for. */
function minter(now: () => number, lifeMs: number) {
  let count = 0;
  return source(async () => token(`it-${++count}`, { issuedMs: now(), endMs: now() + lifeMs }));
}

const failure = () => new SealError("SOURCE", "The server is down.", "Wait.");

describe("a secret that is kept fresh", () => {
  test("is minted and published before anything else happens", async () => {
    const { freshness, published, events } = bench();
    const minted = (await freshness.add(
      "it",
      source(async () => token("first", {})),
    )) as Minted;
    expect(minted.value.exposeText()).toBe("first");
    expect(published).toEqual(["first"]);
    expect(events).toEqual([]);
    expect(freshness.lifeLeftMs("it")).toBeUndefined();
    expect(freshness.stateAt("it")).toEqual({ kind: "ok", lifeLeftMs: undefined });
  });

  test("of 60 seconds has at least half of its life at every moment of a build of four minutes", async () => {
    const { freshness, clock, published, events } = bench();
    await freshness.add("it", minter(clock.now, minuteMs));
    for (let second = 0; second < 240; second++) {
      await clock.pass(1000);
      expect(freshness.lifeLeftMs("it")).toBeGreaterThanOrEqual(minuteMs / 2);
      expect(freshness.stateAt("it").kind).toBe("ok");
    }
    expect(published.length).toBe(11);
    expect(freshness.renewals("it")).toBe(10);
    expect(events.every(({ kind }) => kind === "renewed")).toBe(true);
    expect(events.at(-1)).toEqual({ kind: "renewed", secret: "it", renewals: 10, lifeLeftMs: minuteMs });
  });

  test("keeps half of its life through a source that fails for a while", async () => {
    const { freshness, clock, kinds } = bench();
    let isDown = false;
    const up = minter(clock.now, 10 * minuteMs);
    await freshness.add(
      "it",
      source(async (ask) => (isDown ? Promise.reject(failure()) : up.mint(ask))),
    );
    isDown = true;
    await clock.pass(4.5 * minuteMs);
    isDown = false;
    for (let second = 0; second < 60; second++) {
      await clock.pass(1000);
      expect(freshness.lifeLeftMs("it")).toBeGreaterThanOrEqual(5 * minuteMs);
    }
    expect(new Set(kinds())).toEqual(new Set(["renewal-failed", "renewed"]));
  });

  test("is followed when its file changes, at once", async () => {
    const { freshness, clock, watching, published } = bench();
    let text = "old";
    await freshness.add(
      "it",
      source(async () => token(text, {}), "read", ["/t"]),
    );
    expect(watching.watched()).toEqual(["/t"]);
    text = "new";
    watching.change("/t");
    await settle();
    expect(published).toEqual(["old", "new"]);
    expect(clock.now()).toBe(start);
  });

  test("is read again if it changes while it is read for the first time", async () => {
    const { freshness, watching, published } = bench();
    let text = "old";
    const first = Promise.withResolvers<void>();
    const added = freshness.add(
      "it",
      source(
        async () => {
          const read = text;
          await first.promise;
          return token(read, {});
        },
        "read",
        ["/t"],
      ),
    );
    await settle();
    text = "new";
    watching.change("/t");
    first.resolve();
    await added;
    await settle();
    expect(published).toEqual(["old", "new"]);
  });

  test("is not published again if the change was none", async () => {
    const { freshness, watching, published, events } = bench();
    await freshness.add(
      "it",
      source(async () => token("same", { endMs: start + minuteMs }), "read", ["/t"]),
    );
    watching.change("/t");
    await settle();
    expect(published).toEqual(["same"]);
    expect(events).toEqual([]);
  });

  test("is published again if only a field of it changed", async () => {
    const { freshness, published } = bench();
    let role = "a";
    await freshness.add(
      "it",
      source(async () => ({ ...token("same", {}), fields: new Map([["role-arn", role]]) })),
    );
    role = "b";
    await freshness.renew("it");
    expect(published).toEqual(["same", "same"]);
  });

  test("that comes from nowhere is left out, and nothing is watched for it", async () => {
    const { freshness, watching, clock, published } = bench();
    const answer = await freshness.add(
      "it",
      source(async () => new NotHere("nothing is set"), "read", ["/t"]),
    );
    expect(answer).toBeInstanceOf(NotHere);
    expect([watching.watched(), published, clock.pending()]).toEqual([[], [], 0]);
    expect(() => freshness.lifeLeftMs("it")).toThrow("no secret named it");
  });

  test("whose first minting fails is an error at once, not an event", async () => {
    const { freshness, watching, events, clock } = bench();
    await expect(
      freshness.add(
        "it",
        source(() => Promise.reject(failure()), "read", ["/t"]),
      ),
    ).rejects.toThrow("The server is down.");
    expect([watching.watched(), events, clock.pending()]).toEqual([[], [], 0]);
    await expect(
      freshness.add(
        "it",
        source(async () => token("now", {})),
      ),
    ).resolves.toBeTruthy();
  });

  test("whose first value cannot be stored is an error at once", async () => {
    const { freshness } = bench({ publish: () => Promise.reject(new SealError("STORE", "No room.", "Free some.")) });
    await expect(
      freshness.add(
        "it",
        source(async () => token("x", {})),
      ),
    ).rejects.toMatchObject({ code: "STORE" });
  });
});

describe("renewing", () => {
  test("is asked for once, however many want it", async () => {
    const { freshness, clock } = bench();
    let asked = 0;
    const gate = [Promise.resolve(), new Promise<void>((done) => clock.after(1000, done))];
    await freshness.add(
      "it",
      source(async () => {
        await gate[asked++];
        return token(`t${asked}`, {});
      }),
    );
    const all = Promise.all([freshness.renew("it"), freshness.renew("it"), freshness.renew("it")]);
    await clock.pass(1000);
    await all;
    expect(asked).toBe(2);
    expect(freshness.renewals("it")).toBe(1);
  });

  test("is done once more if the file changed while it was read", async () => {
    const { freshness, watching, clock, published } = bench();
    let text = "1";
    let isSlow = false;
    await freshness.add(
      "it",
      source(
        async () => {
          const read = text;
          if (isSlow) await new Promise<void>((done) => clock.after(500, done));
          return token(read, {});
        },
        "read",
        ["/t"],
      ),
    );
    isSlow = true;
    text = "2";
    watching.change("/t");
    await settle();
    text = "3";
    watching.change("/t");
    watching.change("/t");
    await clock.pass(2000);
    expect(published).toEqual(["1", "2", "3"]);
  });

  test("that fails is tried again after ever longer waits, and warned of with what is left", async () => {
    const { freshness, clock, events } = bench();
    let isDown = false;
    const up = minter(clock.now, 10 * minuteMs);
    await freshness.add(
      "it",
      source(async (ask) => (isDown ? Promise.reject(failure()) : up.mint(ask))),
    );
    isDown = true;
    await clock.pass(4 * minuteMs + 16_000);
    const failed = events.filter((event) => event.kind === "renewal-failed");
    expect(failed.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(failed.map(({ lifeLeftMs }) => (lifeLeftMs ?? 0) / 1000)).toEqual([360, 359, 357, 353, 345]);
    expect(failed[0]?.error.message).toBe("The server is down.");
  });

  test("that fails to the end is an expired secret: told before, told then, and mended when the source is back", async () => {
    const { freshness, clock, events, kinds } = bench();
    let isDown = false;
    const up = minter(clock.now, 10 * minuteMs);
    await freshness.add(
      "it",
      source(async (ask) => (isDown ? Promise.reject(failure()) : up.mint(ask))),
    );
    isDown = true;
    await clock.pass(12 * minuteMs);
    expect(freshness.stateAt("it").kind).toBe("expired");
    expect(freshness.lifeLeftMs("it")).toBe(0);
    expect(kinds().filter((kind) => kind === "expiring")).toHaveLength(1);
    expect(kinds().filter((kind) => kind === "expired")).toHaveLength(1);
    const expiring = events.find((event) => event.kind === "expiring");
    expect(expiring?.lifeLeftMs).toBeGreaterThan(30_000);
    isDown = false;
    await clock.pass(minuteMs);
    expect(freshness.stateAt("it").kind).toBe("ok");
    expect(kinds().at(-1)).toBe("renewed");
  });

  test("of a file whose writer has stopped warns before the end, and fails after it", async () => {
    const { freshness, clock, kinds } = bench();
    const minted = token("same", { issuedMs: start, endMs: start + 10 * minuteMs });
    await freshness.add(
      "it",
      source(async () => minted, "read", ["/t"]),
    );
    await clock.pass(9.5 * minuteMs);
    expect(kinds()).toEqual(["expiring"]);
    await clock.pass(3 * minuteMs);
    expect(kinds().slice(0, 2)).toEqual(["expiring", "expired"]);
    expect(kinds()).toContain("renewal-failed");
  });

  test("of what cannot be renewed is not tried; its end is told", async () => {
    const { freshness, clock, kinds } = bench();
    let asked = 0;
    await freshness.add(
      "it",
      source(async () => {
        asked++;
        return token("frozen", { issuedMs: start, endMs: start + 10 * minuteMs });
      }, "never"),
    );
    await clock.pass(30 * minuteMs);
    expect(asked).toBe(1);
    expect(kinds()).toEqual(["expiring", "expired"]);
    expect(clock.pending()).toBe(0);
  });

  test("that hangs is given up after a while, and its source told to stop", async () => {
    const { freshness, clock, events } = bench();
    let isHung = false;
    let aborted = 0;
    await freshness.add(
      "it",
      source(async (ask) => {
        if (!isHung) return token("first", { issuedMs: clock.now(), endMs: clock.now() + 10 * minuteMs });
        ask?.signal?.addEventListener("abort", () => aborted++);
        return new Promise<Minted>(() => {});
      }),
    );
    isHung = true;
    await clock.pass(6 * minuteMs);
    expect(aborted).toBe(1);
    expect(events[0]).toMatchObject({
      kind: "renewal-failed",
      error: { code: "SOURCE", message: expect.stringContaining("gave no answer within 90 seconds") },
    });
  });

  test("that cannot be stored keeps the old value and is tried again", async () => {
    let isFull = false;
    const published: string[] = [];
    const { freshness, clock, events } = bench({
      publish: async (_, minted) => {
        if (isFull) throw new SealError("STORE", "There is no room.", "Free some.");
        published.push(minted.value.exposeText());
      },
    });
    await freshness.add("it", minter(clock.now, 10 * minuteMs));
    isFull = true;
    await clock.pass(4.1 * minuteMs);
    expect(events[0]).toMatchObject({ kind: "renewal-failed", error: { code: "STORE" } });
    isFull = false;
    await clock.pass(minuteMs);
    expect(published).toHaveLength(2);
  });

  test("wraps what is no error of ours, without showing its text", async () => {
    const { freshness, events } = bench();
    let isDown = false;
    await freshness.add(
      "it",
      source(async () => (isDown ? Promise.reject(new Error("s3cret in text")) : token("x", {}))),
    );
    isDown = true;
    await freshness.renew("it");
    expect(events).toMatchObject([
      { kind: "renewal-failed", error: { message: "The source of the secret it failed." } },
    ]);
  });

  test("that finds the source gone says so", async () => {
    const { freshness, events } = bench();
    let isGone = false;
    await freshness.add(
      "it",
      source(async () => (isGone ? new NotHere("no variable is set") : token("x", {}))),
    );
    isGone = true;
    await freshness.renew("it");
    expect(events).toMatchObject([{ error: { message: "The secret it can no longer be had: no variable is set." } }]);
  });
});

describe("clocks", () => {
  test("that are a minute behind the issuer's do not let a token of a minute expire", async () => {
    const { freshness, clock } = bench();
    await freshness.add(
      "it",
      minter(() => clock.now() + minuteMs, minuteMs),
    );
    for (let second = 0; second < 180; second++) {
      await clock.pass(1000);
      expect(freshness.lifeLeftMs("it")).toBeGreaterThanOrEqual(minuteMs / 2);
    }
  });

  test("that are a minute ahead do not call a new token of a minute expired", async () => {
    const { freshness, clock, kinds } = bench();
    await freshness.add(
      "it",
      minter(() => clock.now() - minuteMs, minuteMs),
    );
    for (let second = 0; second < 180; second++) {
      await clock.pass(1000);
      expect(freshness.stateAt("it").kind).toBe("ok");
    }
    expect(kinds()).not.toContain("expired");
  });

  test("that jump, as after a laptop's sleep, are noticed within half a minute", async () => {
    const { freshness, clock, kinds } = bench();
    await freshness.add("it", minter(clock.now, 60 * minuteMs));
    clock.jump(45 * minuteMs);
    await clock.pass(30_000);
    expect(kinds()).toEqual(["renewed"]);
  });
});

describe("the end", () => {
  test("leaves no timer, no watch and no word behind", async () => {
    const { freshness, clock, watching, events } = bench();
    await freshness.add("a", minter(clock.now, minuteMs));
    await freshness.add(
      "b",
      source(async () => token("x", { endMs: start + minuteMs }), "read", ["/t"]),
    );
    await freshness.stop();
    expect([clock.pending(), watching.watched()]).toEqual([0, []]);
    await clock.pass(60 * minuteMs);
    expect(events).toEqual([]);
  });

  test("waits for what is being stored, and lets nothing be stored after", async () => {
    const { clock, ...rest } = bench();
    const written: string[] = [];
    const slow = createFreshness({
      clock,
      random: () => 0,
      watch: fakeWatch().watch,
      publish: async (_, minted) => {
        await new Promise<void>((done) => clock.after(1000, done));
        written.push(minted.value.exposeText());
      },
      late: () => {},
      report: (event) => rest.events.push(event),
    });
    const added = slow.add("it", minter(clock.now, minuteMs));
    await clock.pass(1000);
    await added;
    void slow.renew("it");
    await settle();
    const stopped = slow.stop();
    await clock.pass(1000);
    await stopped;
    expect(written).toEqual(["it-1", "it-2"]);
    await clock.pass(10 * minuteMs);
    expect(written).toHaveLength(2);
    expect(rest.events).toEqual([]);
  });

  test("stops a minting that is under way, and hands on what it gives later, to be ended", async () => {
    const handed: [string, Minted][] = [];
    const { freshness, published, clock } = bench({ late: (name, minted) => void handed.push([name, minted]) });
    const late = Promise.withResolvers<Minted>();
    let signal: AbortSignal | undefined;
    const added = freshness.add(
      "it",
      source(async (ask) => {
        signal = ask?.signal;
        return late.promise;
      }),
    );
    await settle();
    const outcome = expect(added).rejects.toThrow("The build ended while the secret it was being asked for.");
    const stopped = freshness.stop();
    await outcome;
    expect(signal?.aborted).toBe(true);
    const value = token("late", {});
    late.resolve(value);
    expect(await stopped).toEqual([]);
    expect([published, handed, clock.pending()]).toEqual([[], [["it", value]], 0]);
  });

  test("does not wait long for a source that does not hear, and names it", async () => {
    const { freshness, clock } = bench();
    const deaf = freshness.add(
      "it",
      source(() => new Promise(() => {})),
    );
    deaf.catch(() => {});
    await settle();
    const stopped = freshness.stop();
    await clock.pass(10_000);
    expect(await stopped).toEqual(["it"]);
  });
});

test("nothing is published after the end, at whatever moment it comes, and what was had by then is handed on", async () => {
  for (let turns = 0; turns < 12; turns++) {
    const handed: string[] = [];
    const { freshness, published } = bench({ late: (name) => void handed.push(name) });
    const minting = Promise.withResolvers<Minted>();
    const added = freshness.add(
      "it",
      source(() => minting.promise),
    );
    added.catch(() => {});
    await settle();
    minting.resolve(token("late", {}));
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    await freshness.stop();
    const atTheEnd = published.length;
    await settle();
    expect(published).toHaveLength(atTheEnd);
    const outcome = await added.then(
      () => "ok",
      (error: unknown) => error instanceof SealError && error.message,
    );
    expect(["ok", "The build ended while the secret it was being asked for."]).toContain(outcome);
    // each value has one who ends it
    expect(published.length + handed.length).toBe(1);
  }
});

test("a step that begins with an expired secret is named, and so is the secret", () => {
  const error = expiredAtStep("aws-web-identity-token", "builder 4/9", 5 * minuteMs);
  expect(error.code).toBe("SOURCE");
  expect(error.message).toBe(
    "The step builder 4/9 began when the secret aws-web-identity-token had been expired for 5 minutes.",
  );
});
