import fc from "fast-check";
import { expect, test } from "vitest";
import { type CacheEntry, exportsEveryStage, parseCacheFlag, printCacheFlag } from "../../../src/buildx/cache-flag.ts";

test.each<[string, readonly CacheEntry[]]>([
  ["r/i:c", [{ type: "registry", attributes: { ref: "r/i:c" } }]],
  [
    "a,b",
    [
      { type: "registry", attributes: { ref: "a" } },
      { type: "registry", attributes: { ref: "b" } },
    ],
  ],
  ["type=local,Dest=x,mode=max", [{ type: "local", attributes: { dest: "x", mode: "max" } }]],
  ["type=inline", [{ type: "inline", attributes: {} }]],
  ["", []],
])("--cache-to %s", (text, entries) => {
  expect(parseCacheFlag("cache-to", text)).toEqual(entries);
});

test.each([["ref=x"], ["type=local,x"], ['type="local']])("%s is refused", (text) => {
  expect(() => parseCacheFlag("cache-from", text)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
});

test("the reason of a refusal does not repeat a credential", () => {
  expect(() => parseCacheFlag("cache-to", "secret_access_key=hide-me,x")).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("hide-me") }),
  );
});

test("what is printed is read as it was", () => {
  const key = fc.stringMatching(/^[a-z][a-z_-]{0,8}$/).filter((name) => name !== "type");
  const entry = fc.record({ type: fc.stringMatching(/^[a-z0-9]+$/), attributes: fc.dictionary(key, fc.string()) });
  fc.assert(
    fc.property(entry, (one) => {
      expect(parseCacheFlag("cache-to", printCacheFlag(one))).toEqual([one]);
    }),
  );
});

test("mode=max exports every stage", () => {
  expect(exportsEveryStage({ type: "gha", attributes: { mode: "max" } })).toBe(true);
  expect(exportsEveryStage({ type: "gha", attributes: {} })).toBe(false);
});
