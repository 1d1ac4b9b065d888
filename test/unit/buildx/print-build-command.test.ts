import { expect, test } from "vitest";
import { parseBuildCommand } from "../../../src/buildx/parse-build-command.ts";
import { flagsNamed, printBuildCommand } from "../../../src/buildx/print-build-command.ts";

const print = (words: readonly string[], change: Parameters<typeof printBuildCommand>[1]) =>
  printBuildCommand(parseBuildCommand(words), change);

test("words are added before all others, so never after --", () => {
  expect(print(["-t", "x", "--", "."], { add: ["--file=/f"] })).toEqual(["--file=/f", "-t", "x", "--", "."]);
});

test("the context is replaced where it stands", () => {
  expect(print(["-t", "x", "https://h/r.git", "--load"], { context: "https://h/r.git#abc" })).toEqual([
    "-t",
    "x",
    "https://h/r.git#abc",
    "--load",
  ]);
});

test("of a group of letters only the dropped one goes", () => {
  const drop = flagsNamed("quiet", "tag");
  expect(print(["-qD", "."], { drop })).toEqual(["--debug", "."]);
  expect(print(["-Dt", "x", "."], { drop })).toEqual(["--debug", "."]);
  expect(print(["-qf", "a b", "."], { drop })).toEqual(["--file=a b", "."]);
  expect(print(["-qzv", "1", "."], { drop })).toEqual(["-zv", "1", "."]);
});

test("a flag that is not known is never dropped", () => {
  expect(print(["--brand-new=1", "."], { drop: () => true })).toEqual(["--brand-new=1", "."]);
});
