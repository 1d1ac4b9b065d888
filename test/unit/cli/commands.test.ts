import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../../src/cli/commands.ts";

test("every command is a program of its own, and so is what is said without one", () => {
  const programs = readdirSync("src/cli/entry").map((file) => basename(file, ".ts"));
  expect(programs.sort()).toEqual([...Object.keys(commands), "about"].sort());
});
