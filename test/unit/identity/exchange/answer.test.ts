import { expect, test } from "vitest";
import { wordsOf } from "../../../../src/identity/exchange/answer.ts";
import { answered, fakeHost, now } from "../fake-host.ts";

const date = new Date(now).toUTCString();

test.each([
  ["seconds", { "retry-after": "3600" }],
  ["a date, held against the server's own", { "retry-after": new Date(now + 3_600_000).toUTCString(), date }],
])("an answer that says when to ask again is told with that, in %s", (_, headers) => {
  expect(wordsOf(answered(429, { error: "slow_down" }, headers), fakeHost())).toBe(
    "status 429: slow_down; ask again in 60 minutes",
  );
});

test.each([
  ["no such header", {}],
  ["no time in it", { "retry-after": "soon" }],
  ["no waiting", { "retry-after": "0" }],
  ["a date that is over", { "retry-after": new Date(now - 1000).toUTCString(), date }],
  ["a date, and nobody knows the server's own", { "retry-after": new Date(now + 3_600_000).toUTCString() }],
])("an answer with %s is told without", (_, headers) => {
  expect(wordsOf(answered(429, { error: "slow_down" }, headers), fakeHost())).toBe("status 429: slow_down");
});
