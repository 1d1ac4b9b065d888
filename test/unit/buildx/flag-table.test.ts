import { expect, test } from "vitest";
import { buildFlags, flagByName, flagByShort, parseGoBoolean } from "../../../src/buildx/flag-table.ts";

test("no name and no letter stands for two flags", () => {
  const names = buildFlags.map((flag) => flag.name);
  const letters = buildFlags.flatMap((flag) => flag.short ?? []);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(letters).size).toBe(letters.length);
});

test("the flags are in the order of their names", () => {
  const names = buildFlags.map((flag) => flag.name);
  expect(names).toEqual(names.toSorted());
});

// As printed by `docker buildx build --help` and in its source, versions 0.13.1, 0.29.1 and 0.36.1.
test.each([
  "add-host allow annotation attest build-arg build-context builder cache-from cache-to call cgroup-parent file iidfile",
  "label metadata-file network no-cache-filter output platform policy progress provenance resource sbom secret shm-size ssh",
  "tag target ulimit print memory memory-swap cpu-shares cpu-period cpu-quota cpuset-cpus cpuset-mems isolation security-opt",
  "root server-config invoke",
])("these take a value: %s", (names) => {
  for (const name of names.split(" ")) expect(flagByName(name), name).not.toHaveProperty("boolean");
});

test.each(["load push quiet no-cache pull check debug compress squash rm force-rm help detach"])(
  "these take none: %s",
  (names) => {
    for (const name of names.split(" ")) expect(flagByName(name), name).toHaveProperty("boolean", true);
  },
);

test("letters stand for their flags", () => {
  const letters = [..."fotqmcDh"].map((letter) => flagByShort(letter)?.name);
  expect(letters).toEqual(["file", "output", "tag", "quiet", "memory", "cpu-shares", "debug", "help"]);
});

test("booleans are Go's", () => {
  expect(["1", "t", "T", "true", "TRUE", "True"].map(parseGoBoolean)).toEqual(Array(6).fill(true));
  expect(["0", "f", "F", "false", "FALSE", "False"].map(parseGoBoolean)).toEqual(Array(6).fill(false));
  expect(["yes", "", "tRUE", "2"].map(parseGoBoolean)).toEqual(Array(4).fill(undefined));
});
