import { expect, test } from "vitest";
import { readOwnFlags, takeOwnFlag } from "../../../src/buildx/own-flag.ts";
import { SealError } from "../../../src/error.ts";

function failure(words: readonly string[]): SealError {
  try {
    takeOwnFlag(words);
  } catch (error) {
    expect(error).toBeInstanceOf(SealError);
    return error as SealError;
  }
  throw new Error(`${words.join(" ")} was taken`);
}

test("a value is attached or the next word", () => {
  expect(takeOwnFlag(["--seal-with=sccache", "."])).toEqual({
    setting: { name: "--seal-with", value: "sccache" },
    used: 1,
  });
  expect(takeOwnFlag(["--seal-with", "sccache"])).toEqual({
    setting: { name: "--seal-with", value: "sccache" },
    used: 2,
  });
});

test("a flag without a value takes no word, and can be switched off", () => {
  expect(takeOwnFlag(["--seal-print", "."])).toEqual({ setting: { name: "--seal-print", value: "true" }, used: 1 });
  expect(takeOwnFlag(["--seal-print=false"]).setting.value).toBe("false");
});

test.each([
  [["--seal-wiht", "x"], "--seal-wiht is not a flag", "Did you mean --seal-with?"],
  [["--seal-require-identiy"], "is not a flag", "Did you mean --seal-require-identity?"],
  [["--seal-"], "is not a flag", "--seal-scan"],
  [["--seal-report"], "needs a value", "--seal-report=FILE"],
  [["--seal-config="], "needs a value", "--seal-config=FILE"],
  [["--seal-scan=gat"], "does not take 'gat'", "Did you mean --seal-scan=gate?"],
  [["--seal-scan", "loud"], "does not take 'loud'", "gate|warn|off"],
  [["--seal-allow=everything"], "does not take 'everything'", "exec"],
  [["--seal-print=perhaps"], "true or false", "alone"],
])("%j is an error that says what to write", (words, message, remedy) => {
  const error = failure(words);
  expect(error.code).toBe("ARGUMENT");
  expect(error.message).toContain(message);
  expect(error.remedy).toContain(remedy);
});

test("lists add up, of the others the last one counts", () => {
  expect(
    readOwnFlags([
      { name: "--seal-with", value: "sccache, aws" },
      { name: "--seal-scan", value: "off" },
      { name: "--seal-with", value: "npm,aws" },
      { name: "--seal-scan", value: "warn" },
      { name: "--seal-allow", value: "exec" },
    ]),
  ).toEqual({ with: ["sccache", "aws", "npm"], scan: "warn", print: false, requireIdentity: false, allow: ["exec"] });
});

test("an empty name in a list is an error", () => {
  expect(() => readOwnFlags([{ name: "--seal-with", value: "a,,b" }])).toThrow("empty name");
});
