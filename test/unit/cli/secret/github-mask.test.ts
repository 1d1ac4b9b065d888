import { randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { expect, test } from "vitest";
import { createRunnerMask } from "../../../../src/cli/secret/github-mask.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import type { Minted } from "../../../../src/source/source.ts";
import { isFile } from "../../../../src/system/output.ts";
import { scratch } from "../../system/scratch.ts";

const value = randomBytes(20).toString("hex");
const key = new Secret("key", randomBytes(20).toString("hex"));
const minted: Minted = {
  value: new Secret("it", `50%${value}\nshort\nproduction\n`),
  fields: new Map([["user", new Secret("it-user", "username")]]),
  keys: [key],
  notices: [],
};

function announced(environment: Record<string, string>, isInFile = false) {
  const [written, said]: [string[], string[]] = [[], []];
  const ports = { write: (text: string) => written.push(text), isFile: () => isInFile };
  const announce = createRunnerMask({ environment, say: (sentence) => said.push(sentence) }, ports);
  announce(minted);
  announce(minted);
  return { written: new Set(written), said };
}

const github = { GITHUB_ACTIONS: "true" };

test("GitHub's runner is told each line of a value that it can hide, no everyday word, and not what the value was made with", () => {
  expect(announced(github).written.has(`::add-mask::50%25${value}\n`)).toBe(true);
  expect(announced(github).written.size).toBe(1);
});

test("a file is told nothing, and the user that it is so, once", () => {
  const { written, said } = announced(github, true);
  expect([written.size, said.length]).toEqual([0, 1]);
});

test("nobody is told on another platform, or where it is turned off", () => {
  for (const environment of [{}, { GITLAB_CI: "true" }, { ...github, BUILDSEAL_ADD_MASK: "off" }]) {
    const { written, said } = announced(environment);
    expect([written.size, said.length]).toEqual([0, 0]);
  }
});

test("a file is told from a pipe, a terminal and a device", () => {
  const file = openSync(`${scratch()}/log`, "w");
  const device = openSync("/dev/null", "w");
  expect([isFile(file), isFile(device), isFile(987_654)]).toEqual([true, false, false]);
  for (const descriptor of [file, device]) closeSync(descriptor);
});
