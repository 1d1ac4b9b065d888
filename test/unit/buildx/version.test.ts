import { expect, test } from "vitest";
import { buildkitOfEngine, isAtLeast, parseVersion } from "../../../src/buildx/version.ts";

test.each([
  ["v0.13.2", [0, 13, 2]],
  ["28.5.2+dfsg4", [28, 5, 2]],
  ["0.29.1+ds1", [0, 29, 1]],
  ["v0.32.0-rc1", [0, 32, 0]],
  ["27.3", [27, 3, 0]],
])("%s is a version", (text, version) => {
  expect(parseVersion(text)).toEqual(version);
});

test.each(["v0.0.0+unknown", "", "dev", "abcdef"])("%s is none", (text) => {
  expect(parseVersion(text)).toBeUndefined();
});

test("versions are compared by number", () => {
  expect(isAtLeast([0, 16, 0], [0, 16, 0])).toBe(true);
  expect(isAtLeast([0, 9, 9], [0, 16, 0])).toBe(false);
  expect(isAtLeast([1, 0, 0], [0, 16, 0])).toBe(true);
  expect(isAtLeast([0, 16, 1], [0, 16, 2])).toBe(false);
});

test.each([
  [
    [26, 1, 5],
    [0, 13, 0],
  ],
  [
    [27, 2, 1],
    [0, 15, 1],
  ],
  [
    [27, 3, 1],
    [0, 16, 0],
  ],
  [
    [28, 5, 2],
    [0, 20, 0],
  ],
  [[20, 10, 7], undefined],
] as const)("the engine %j has at least BuildKit %j", (engine, buildkit) => {
  expect(buildkitOfEngine(engine)).toEqual(buildkit);
});
