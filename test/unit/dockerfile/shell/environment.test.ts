// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { describe, expect, test } from "vitest";
import { environmentSetBy, expandsItself, readShell } from "../../../../src/dockerfile/shell/index.ts";

const inherited = new Set(["OF_ENV"]);
const setBy = (text: string) => Object.fromEntries(environmentSetBy(readShell(text), (name) => inherited.has(name)));

describe("what a script puts into the environment of what it runs", () => {
  test.each<[string, Record<string, string | null>]>([
    ["A=1 B='x y' make", { A: "1", B: "x y" }],
    ["env -i A=1 make", { A: "1" }],
    ["sudo -E A=1 make", { A: "1" }],
    ["env 'A=x y' make", { A: "x y" }],
    ["export 'A=x y'; make", { A: "x y" }],
    ["export A=1 B=2; make", { A: "1", B: "2" }],
    ["declare -x A=1; make", { A: "1" }],
    ["sh -c 'export A=1; make'", { A: "1" }],
    ["cd /src && (A=1 make)", { A: "1" }],
    ["A=1; export A; make", { A: "1" }],
    ["export A; A=1; make", { A: "1" }],
    ["set -a; A=1; make", { A: "1" }],
    ["set -euo allexport; A=1; make", { A: "1" }],
    ["OF_ENV=1; make", { OF_ENV: "1" }],
  ])("%s", (text, wanted) => {
    expect(setBy(text)).toEqual(wanted);
  });

  test.each([
    "A=1; make",
    "make A=1",
    "'A=1' make",
    "echo 'export A=1'",
    "declare A=1; make",
    "set -e; A=1; make",
    "cat <<x\nA=1 b\nx",
  ])("is nothing by %j", (text) => {
    expect(setBy(text)).toEqual({});
  });

  test("has no value where it is made of others, the empty one where it is written empty, and the last of many", () => {
    expect(setBy("A=$B make")).toEqual({ A: null });
    expect(setBy('export A=""; make')).toEqual({ A: "" });
    expect(setBy("export A=1; A=2 make")).toEqual({ A: "2" });
  });
});

test("what all assignments take from before is only added to", () => {
  const adds = (text: string) => expandsItself(readShell(text), "A");
  for (const text of ['export A="$A b"; make', "A=${A:-b} make", "env A=${A:+$A }b make", "sudo A=$A make"]) {
    expect(adds(text)).toBe(true);
  }
  for (const text of ["A=b make", "A=$A make; A=b make", "A=$B make", "A=${#A} make", "B=$A make"]) {
    expect(adds(text)).toBe(false);
  }
});
