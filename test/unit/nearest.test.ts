import { expect, test } from "vitest";
import { nearest } from "../../src/nearest.ts";

test("a slip of the keyboard finds the name that was meant", () => {
  expect(nearest("bukcet", ["bucket", "region"])).toBe("bucket");
  expect(nearest("--seal-wiht", ["--seal-with", "--seal-scan"])).toBe("--seal-with");
  expect(nearest("buidl", ["build", "run"])).toBe("build");
});

test("a word that is far from all names finds none", () => {
  expect(nearest("zzzzzz", ["bucket", "region"])).toBeUndefined();
  expect(nearest("a", ["bucket"])).toBeUndefined();
});

test("of a word that is to be found something is left", () => {
  expect(nearest("A", ["_", "B"])).toBeUndefined();
  expect(nearest("A", ["_", "a"])).toBe("a");
  expect(nearest("", ["_"])).toBeUndefined();
  expect(nearest("ci", ["cl"])).toBe("cl");
});
