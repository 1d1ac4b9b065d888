import { expect, test } from "vitest";
import { longBytes } from "../../../src/scan/kernel/grid.ts";
import { contentRules } from "../../../src/scan/rule/every-rule.ts";
import { seats } from "../../../src/scan/rule-seat.ts";

const short = contentRules.flatMap(({ literals }) => literals).filter(({ length }) => length < longBytes);

test("most short literals have a seat: to find them one takes time at every start", () => {
  const without = short.filter((text) => !Object.hasOwn(seats, text));
  // more than a handful: run scripts/seats.ts again
  expect(without.length).toBeLessThan(10);
});

test("a seat is four bytes that the literal has", () => {
  const wrong = Object.entries(seats).filter(([text, [place, bucket]]) => {
    return (place > 0 && place + 4 > text.length) || place < 0 || bucket < 0 || bucket > 7;
  });
  expect(wrong).toEqual([]);
});

test("no seat is kept for a literal that is gone", () => {
  expect(Object.keys(seats).filter((text) => !short.includes(text))).toEqual([]);
});
