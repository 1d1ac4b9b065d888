import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseContainerCommand } from "../../../../src/cli/run/container-command.ts";
import { runFlags } from "../../../../src/cli/run/flag-table.ts";
import { readGiven } from "../../../../src/cli/run/given.ts";
import { scratch } from "../../system/scratch.ts";

const parse = (...words: string[]) => parseContainerCommand([...words, "image"], runFlags());

test("the command line's variables are its files' and then its own; a bare name takes the host's, if there is one", async () => {
  const folder = scratch();
  writeFileSync(`${folder}/a`, "# a comment\n\nA=file\nB=x=y\r\nFROM_HOST\n");
  writeFileSync(`${folder}/b`, "C=\n");
  const flags = ["-e", "A=mine", "-e", "HOST", "-eNONE", `--env-file=${folder}/a`, "--env-file", `${folder}/b`];
  const given = await readGiven(parse(...flags), { HOST: "h", FROM_HOST: "f" });
  expect([...given.variables]).toEqual([
    ["A", "mine"],
    ["B", "x=y"],
    ["FROM_HOST", "f"],
    ["C", ""],
    ["HOST", "h"],
  ]);
  expect(given.bare).toEqual(["FROM_HOST", "HOST", "NONE"]);
});

test("the texts of files with labels are read; what is no file is left to Docker", async () => {
  const folder = scratch();
  writeFileSync(`${folder}/labels`, "x=y\n");
  execFileSync("/usr/bin/env", ["mkfifo", `${folder}/pipe`]);
  const flags = ["labels", "pipe", "none", "."].map((name) => `--label-file=${folder}/${name}`);
  const given = await readGiven(parse(...flags, `--env-file=${folder}/pipe`), {});
  expect(given).toEqual({ variables: new Map(), bare: [], labels: ["x=y\n"] });
});
