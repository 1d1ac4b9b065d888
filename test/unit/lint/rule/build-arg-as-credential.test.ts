import { describe, expect, it } from "vitest";
import { readDockerfile } from "../../../../src/dockerfile/read.ts";
import { buildArgAsCredential } from "../../../../src/lint/rule/build-arg-as-credential.ts";
import { dockerfileSubject } from "../../../../src/lint/subject.ts";

function linesFound(lines: readonly string[]): number[] {
  const text = `${lines.join("\n")}\n`;
  const subject = dockerfileSubject(readDockerfile(new TextEncoder().encode(text)), {
    neighbours: { dockerignore: "", exists: () => false },
    recipes: new Map(),
    declared: new Set(),
  });
  return [...buildArgAsCredential.check(subject as never)]
    .map(({ start }) => text.slice(0, start).split("\n").length)
    .sort((a, b) => a - b);
}

const clone = (name: string) => `RUN git clone https://oauth2:$${name}@git.example.com/acme/app`;
const many = Array.from({ length: 20 }, (_, index) => `ARG N${index}`);

describe("build-arg-as-credential", () => {
  it.each([[[]], [many]])("finds what the stage and those that it is built upon declare, beside %j", (others) => {
    const at = others.length;
    const lines = [
      "FROM a AS one",
      ...others,
      "ARG ACCESS",
      "FROM one AS two",
      clone("ACCESS"),
      "FROM two",
      clone("ACCESS"),
      "FROM b",
      clone("ACCESS"),
      "FROM one",
      clone("ACCESS"),
    ];
    expect(linesFound(lines)).toEqual([at + 4, at + 6, at + 10]);
  });
});
