import { expect, test } from "vitest";
import { judgeCached } from "../../../src/gate/cached.ts";

const clean = (...ids: string[]) => new Map(ids.map((id) => [id, { state: "clean" as const, at: "" }]));

test("a step that ran in this build proves the layers that it reaches", () => {
  const verdict = judgeCached([{ label: "s", cached: false, reaches: ["b"] }], ["a", "b"], new Map());
  expect(verdict).toEqual({ unproven: [], proven: ["b"] });
});

test("a cached step whose layers are on record is proven", () => {
  const runs = [{ label: "s", cached: true, reaches: ["b"] }];
  expect(judgeCached(runs, ["a", "b"], clean("b"))).toEqual({ unproven: [], proven: ["b"] });
});

test("a cached step without a record is not proven, and nor are its layers", () => {
  const runs = [{ label: "s", cached: true, reaches: ["b"] }];
  expect(judgeCached(runs, ["a", "b"], clean("a"))).toEqual({ unproven: ["s"], proven: [] });
});

test("a step that ran does not prove a layer that a doubtful step reaches too", () => {
  const runs = [
    { label: "ran", cached: false, reaches: ["a", "b"] },
    { label: "old", cached: true, reaches: ["b"] },
  ];
  expect(judgeCached(runs, ["a", "b"], new Map()).proven).toEqual(["a"]);
});

test("where it cannot be told what a cached step reaches, every layer has to be on record", () => {
  const runs = [{ label: "s", cached: true, reaches: undefined }];
  expect(judgeCached(runs, ["a", "b"], clean("a")).unproven).toEqual(["s"]);
  expect(judgeCached(runs, ["a", "b"], clean("a", "b")).unproven).toEqual([]);
});

test("a record of a leak is no record of a clean layer", () => {
  const runs = [{ label: "s", cached: true, reaches: ["b"] }];
  const records = new Map([["b", { state: "leaked" as const, at: "" }]]);
  expect(judgeCached(runs, ["b"], records).unproven).toEqual(["s"]);
});
