import { describe, expect, test } from "vitest";
import { type Options, printOptions, readOptions } from "../../../src/cli/option.ts";
import { SealError } from "../../../src/error.ts";

const table = {
  format: { value: "F[=FILE]", choices: ["text", "json"], repeat: true, says: "How it is written" },
  config: { value: "FILE", short: "c", says: "Another configuration" },
  fix: { says: "Mend it" },
} satisfies Options;

const read = (...words: string[]) => readOptions("lint", table, words);

function refusal(...words: string[]): string {
  try {
    read(...words);
  } catch (error) {
    if (error instanceof SealError) return `${error.message}. ${error.remedy}`;
  }
  throw new Error("it was not refused");
}

describe("options", () => {
  test("are read with their values, and other words stay in order", () => {
    const given = read("a", "--format", "json", "--fix", "b", "--format=text=x=y", "-", "--", "--fix");
    expect(given.values("format")).toEqual(["json", "text=x=y"]);
    expect([given.has("fix"), given.has("config"), given.value("config")]).toEqual([true, false, undefined]);
    expect(given.words).toEqual(["a", "b", "-", "--fix"]);
    expect(read("-h").has("help")).toBe(true);
    expect(read("-c", "x").value("config")).toBe("x");
    expect(refusal("-c")).toContain("--config needs a value (FILE)");
  });

  test("that there are not are refused with the nearest one", () => {
    expect(refusal("--formt", "json")).toBe("There is no option --formt. Did you mean --format?");
    expect(refusal("--seal-config", "x")).toBe("There is no option --seal-config. Did you mean --config?");
    expect(refusal("--seal-cofnig=x")).toBe("There is no option --seal-cofnig. Did you mean --config?");
    expect(refusal("--zzzzzzzz")).toBe("There is no option --zzzzzzzz. See 'buildseal lint --help'");
    expect(refusal("-x")).toContain("There is no option -x");
    expect(refusal("--constructor")).toContain("There is no option --constructor");
  });

  test("need their value, and take none where they have none", () => {
    expect(refusal("--config")).toContain("--config needs a value (FILE)");
    expect(refusal("--config=")).toContain("--config needs a value (FILE)");
    expect(refusal("--config", "--fix")).toContain("--config needs a value (FILE)");
    expect(refusal("--fix=yes")).toContain("--fix takes no value");
  });

  test("take only what they know, and are given twice only where that has a meaning", () => {
    expect(refusal("--format", "jsn")).toBe("--format is one of text, json, not 'jsn'. Did you mean json?");
    expect(refusal("--config", "a", "--config", "b")).toContain("--config is given twice");
    expect(read("--fix", "--fix").has("fix")).toBe(true);
  });

  test("are all in the help, in 100 columns", () => {
    const help = printOptions({ ...table, long: { says: "many words ".repeat(30).trim() } });
    for (const name of Object.keys(table)) expect(help).toContain(`--${name}`);
    for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});
