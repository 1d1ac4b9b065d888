import { describe, expect, test } from "vitest";
import { encode } from "../../../src/dockerfile/index.ts";
import { asDockerfile } from "./fixture.ts";

/** What the rule says of a text: lines and messages. */
function found(text: string): string[] {
  const { findings } = asDockerfile("/none/Dockerfile").lint(encode(text));
  return findings
    .map(({ finding }) => finding)
    .filter(({ rule }) => rule === "unreadable-dockerfile")
    .map(({ where, message }) => `${"line" in where ? where.line : ""}: ${message}`);
}

describe("what BuildKit refuses", () => {
  test("is not known of another frontend's instructions", () => {
    expect(found("FROM debian:12\nINSTALL make\n")).toEqual(["2: This is no instruction of a Dockerfile"]);
    expect(found("# syntax=acme/frontend:1\nFROM debian:12\nINSTALL make\n")).toEqual([]);
  });

  test("of a file that is no text is said once", () => {
    expect(found("\x7fELF\0\0\nRUN\nX\n")).toEqual([
      "1: The file is binary: it holds a NUL byte here, and it is no Dockerfile",
    ]);
    expect(found("FROM a\nRUN a\0b\n")).toEqual(["2: A NUL byte: no shell and no program can be given one"]);
  });

  test("is said once of lines in a row that are no instructions, and of what stands before FROM", () => {
    expect(found("FROM a\nRUN b\n  c\n  d\n  e\nRUN f\ng\n")).toEqual([
      "3: This is no instruction of a Dockerfile, nor are the 2 below",
      "7: This is no instruction of a Dockerfile",
    ]);
    expect(found("RUN a\nRUN b\nFROM c\n")).toEqual(["1: BuildKit refuses this RUN: there is no FROM before it"]);
  });

  test("is only possible where the file is a template of an engine that is not known", () => {
    const possibly =
      "Possibly misread from here on: the file looks like a template, and of an engine that is not known";
    const text = 'FROM a\nRUN case b in \\\n  "$C"\n  esac \\\n  && d\n';
    const named = asDockerfile("/none/Dockerfile-debian.template").lint(encode(text)).findings;
    expect(named.map(({ finding }) => [finding.severity, finding.message])).toEqual([["info", possibly]]);
    expect(found(text)).toEqual(["4: This is no instruction of a Dockerfile"]);
    expect(found("FROM a\n{{if b:\nRUN c}}\n}}\n")).toEqual([`2: ${possibly}`]);
  });

  test("is not said of a template that is a piece of others", () => {
    const { findings } = asDockerfile("/none/Dockerfile.j2").lint(encode("{# a comment #}\n{% set a = 1 %}\n"));
    expect(findings.filter(({ finding }) => finding.rule === "unreadable-dockerfile")).toEqual([]);
  });

  test("repeats no word of a line that is no instruction, unless it is nearly one", () => {
    const word = crypto.randomUUID();
    const { findings } = asDockerfile("/none/Dockerfile").lint(`FROM a\n${word}\nRUM make\n`);
    const shown = findings.map(({ finding, excerpt }) => JSON.stringify([finding, excerpt])).join("\n");
    expect(shown).not.toContain(word);
    expect(shown).toContain("Did you mean RUN?");
    expect(shown).toContain("RUM make");
  });
});
