import { expect, test } from "vitest";
import { NotHere } from "../../../src/error.ts";
import { Secret } from "../../../src/secret/secret.ts";
import type { Clock } from "../../../src/source/clock.ts";
import { createFollower } from "../../../src/source/follower.ts";
import type { Minted, Source } from "../../../src/source/source.ts";
import { fakeClock, settle } from "./fake-clock.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const minted = (): Minted => ({ value: new Secret("it", "x".repeat(9)), fields: new Map(), notices: [] });

/** A source that answers when the test says so, and who follows it. */
function bench() {
  const clock = fakeClock(start);
  const late: Minted[] = [];
  const follower = createFollower(clock, (_, value) => late.push(value));
  const answer = Promise.withResolvers<Minted | NotHere>();
  const source: Source = { kind: "test", renewal: "mint", watch: [], variables: [], mint: () => answer.promise };
  return { clock, late, follower, answer, source: follower.follow("it", source) };
}

test("what comes in time is left to who asked, and handed on if he cannot use it, once", async () => {
  const { follower, late, answer, source } = bench();
  const asked = source.mint({ signal: new AbortController().signal });
  answer.resolve(minted());
  const value = (await asked) as Minted;
  expect(await follower.settled()).toEqual([]);
  expect(late).toEqual([]);
  follower.drop("it", value);
  follower.drop("it", value);
  expect(late).toEqual([value]);
});

test("what comes when its asking was given up, at the end or before, is handed on", async () => {
  const { follower, late, answer, source, clock } = bench();
  const given = new AbortController();
  void source.mint({ signal: given.signal });
  given.abort();
  const settled = follower.settled();
  await clock.pass(9_000);
  const value = minted();
  answer.resolve(value);
  expect([await settled, late, clock.pending()]).toEqual([[], [value], 0]);
});

test("a source that never answers, and one that has nothing, hold nobody for long", async () => {
  const deaf = bench();
  void deaf.source.mint();
  const settled = deaf.follower.settled();
  await deaf.clock.pass(10_000);
  expect(await settled).toEqual(["it"]);

  const none = bench();
  const given = new AbortController();
  void none.source.mint({ signal: given.signal });
  given.abort();
  none.answer.resolve(new NotHere("nothing"));
  await settle();
  expect([await none.follower.settled(), none.late]).toEqual([[], []]);
});

test("the wait for a source that never answers keeps the process alive: there is something to revoke after it", async () => {
  const clock = fakeClock(start);
  const holding: (string | undefined)[] = [];
  const after: Clock["after"] = (delayMs, run, hold) => {
    holding.push(hold);
    return clock.after(delayMs, run);
  };
  const follower = createFollower({ ...clock, after }, () => {});
  const deaf: Source = { kind: "test", renewal: "mint", watch: [], variables: [], mint: () => new Promise(() => {}) };
  void follower.follow("it", deaf).mint();
  const settled = follower.settled();
  await clock.pass(10_000);
  expect([await settled, holding]).toEqual([["it"], ["holding"]]);
});
