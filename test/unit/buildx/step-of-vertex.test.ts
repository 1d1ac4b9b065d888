import { describe, expect, test } from "vitest";
import { stepFinder } from "../../../src/buildx/step-of-vertex.ts";
import { readDockerfile } from "../../../src/dockerfile/read.ts";
import { resolveStages } from "../../../src/dockerfile/stage.ts";
import { stepsOf } from "../../../src/dockerfile/step.ts";

/** The line of the step that a name in the progress means. */
function finder(text: string): (vertexName: string) => number | undefined {
  const dockerfile = readDockerfile(new TextEncoder().encode(text));
  const find = stepFinder(resolveStages(dockerfile), stepsOf(dockerfile));
  return (name) => find(name)?.line;
}

describe("in a Dockerfile with one stage", () => {
  const find = finder("FROM base\nWORKDIR /w\nENV A=b\nRUN one\nCOPY a b\nLABEL x=y\nRUN two\n");

  test("a step is found by its number, which counts what makes layers", () => {
    expect(find("[3/5] RUN one")).toBe(4);
    expect(find("[5/5] RUN two")).toBe(7);
  });

  test("its platform does not matter", () => {
    expect(find("[linux/amd64 3/5] RUN one")).toBe(4);
    expect(find("[linux/arm/v7 5/5] RUN two")).toBe(7);
    expect(find("[linux/amd64->linux/arm64 5/5] RUN two")).toBe(7);
  });

  test("numbers that are filled with blanks are read", () => {
    const many = finder(`FROM base\n${"RUN x\n".repeat(11)}`);
    expect(many("[ 2/12] RUN x")).toBe(2);
    expect(many("[12/12] RUN x")).toBe(12);
    expect(many("[linux/amd64  2/12] RUN x")).toBe(2);
  });

  test.each([
    "[2/5] WORKDIR /w",
    "[1/5] FROM base",
    "[internal] load build definition from Dockerfile",
    "exporting to image",
    "[3/5] RUNNER",
    "RUN one",
    "[9/5] RUN one",
    "[0/0] RUN one",
    "[other 3/5] RUN one",
    "",
  ])("%j is no step", (name) => expect(find(name)).toBeUndefined());
});

describe("in a Dockerfile with several stages", () => {
  const find = finder(
    "FROM base AS Build\nRUN one\nFROM base\nRUN two\nFROM build AS last\nRUN three\nRUN <<X\nfour\nX\nFROM scratch\nCOPY a b\nRUN five\n",
  );

  test("a step is found by its stage's name, or number where it has none", () => {
    expect(find("[build 2/2] RUN one")).toBe(2);
    expect(find("[Build 2/2] RUN one")).toBe(2);
    expect(find("[stage-1 2/2] RUN two")).toBe(4);
    expect(find("[linux/amd64 stage-1 2/2] RUN two")).toBe(4);
  });

  test("a stage upon another, or upon nothing, does not count its FROM", () => {
    expect(find("[last 1/2] RUN three")).toBe(6);
    expect(find("[last 2/2] RUN <<X (four)")).toBe(7);
    expect(find("[stage-3 2/2] RUN five")).toBe(12);
  });

  test("a stage that there is not has no step", () => {
    expect(find("[stage-0 2/2] RUN one")).toBeUndefined();
    expect(find("[nowhere 2/2] RUN one")).toBeUndefined();
  });
});

describe("ONBUILD", () => {
  test("of the base image comes first and shifts the numbers; the total tells by how much", () => {
    const find = finder("FROM base\nRUN one\nRUN two\n");
    expect(find("[4/5] RUN one")).toBe(2);
    expect(find("[5/5] RUN two")).toBe(3);
    expect(find("[2/5] RUN of the base")).toBeUndefined();
    expect(find("[3/5] RUN of the base")).toBeUndefined();
  });

  test("of a stage in the file counts in the stages upon it, and is no step of them", () => {
    const find = finder("FROM base AS a\nONBUILD RUN trigger\nRUN one\nFROM a AS b\nRUN two\n");
    expect(find("[a 2/2] RUN one")).toBe(3);
    expect(find("[b 1/2] RUN trigger")).toBeUndefined();
    expect(find("[b 2/2] RUN two")).toBe(5);
  });
});
