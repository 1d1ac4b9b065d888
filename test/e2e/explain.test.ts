import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCommand } from "./command-line.ts";
import { createScratch } from "./scratch.ts";

const folders = ["rule", "scan-rule"].map((name) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)));
const pages = folders.map((folder) => readdirSync(folder).map((name) => ({ id: name.replace(/\.md$/, ""), folder })));
const explain = (...words: string[]) => runCommand(createScratch("folder"), ["explain", ...words]);

test("each rule is explained by its own page", () => {
  for (const { id, folder } of pages.flat()) {
    const { status, stdout, stderr } = explain(id);
    expect([id, status, stderr]).toEqual([id, 0, ""]);
    expect(stdout.trimEnd()).toBe(readFileSync(`${folder}/${id}.md`, "utf8").trimEnd());
  }
});

test("without a rule all are listed, in order, with their severity and what mends them", () => {
  const { status, stdout } = explain();
  const listed = [...stdout.matchAll(/^([a-z-]+) +(?:error|warning|info) +(?:fix\?? +)?\S.+$/gm)].map(([, id]) => id);
  expect([status, listed]).toEqual([0, pages.flatMap((some) => some.map(({ id }) => id).toSorted())]);
});

test("a misspelt rule, or a part of a name that only one has, is named in the answer", () => {
  expect(explain("unreadable-dockerfil")).toEqual(
    expect.objectContaining({
      status: 2,
      stdout: "",
      stderr:
        "buildseal: There is no rule 'unreadable-dockerfil'. Did you mean 'buildseal explain unreadable-dockerfile'?\n",
    }),
  );
  expect(explain("pull-request").stderr).toContain("Did you mean 'buildseal explain ci-pull-request-target'?");
  expect(explain("nothing-of-the-kind").stderr).toContain("'buildseal explain' lists them all");
  expect(explain("a", "b")).toMatchObject({ status: 2, stdout: "" });
});

test("what is given as a rule cannot control the terminal", () => {
  expect(explain("\x1b]0;x\x07").stderr).not.toMatch(/[\x1b\x07]/);
});
