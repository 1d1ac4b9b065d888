import { expect, test } from "vitest";
import { readDockerfile } from "../../../../src/dockerfile/read.ts";
import { scriptsOf } from "../../../../src/dockerfile/shell/index.ts";
import { stepsOf } from "../../../../src/dockerfile/step.ts";

test("each step is read once, by the shell that its stage says", () => {
  const text = 'FROM a\nRUN A=1 make\nSHELL ["powershell", "-Command"]\nRUN A=1 make\n';
  const dockerfile = readDockerfile(new TextEncoder().encode(text));
  const script = scriptsOf(dockerfile);
  const [posix, windows] = stepsOf(dockerfile);
  expect(script(posix!).commands[0]!.assignments.map(({ name }) => name)).toEqual(["A"]);
  expect(script(windows!).commands[0]!.assignments).toEqual([]);
  expect(script({ ...posix!, line: 99 })).toBe(script(posix!));
});
