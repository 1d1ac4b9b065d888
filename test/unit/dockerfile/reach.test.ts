import { describe, expect, it } from "vitest";
import { type BuildFacts, stagesReached } from "../../../src/dockerfile/index.ts";
import { read } from "./text-of.ts";

const text = [
  "FROM a AS base",
  "FROM base AS build",
  "FROM a AS tool",
  "FROM base AS test",
  "RUN --mount=from=tool,target=/t x",
  "FROM b AS unused",
  "FROM scratch AS final",
  "COPY --from=build /a /b",
  "",
].join("\n");

function reached(facts: BuildFacts, dockerfile = text): number[] {
  return stagesReached(read(dockerfile), facts);
}

describe("the stages that a build reaches", () => {
  it("are the last stage and all that it needs", () => {
    expect(reached({})).toEqual([0, 1, 5]);
  });

  it("are those of the target, in any case", () => {
    expect(reached({ target: "Test" })).toEqual([0, 2, 3]);
    expect(reached({ target: "base" })).toEqual([0]);
  });

  it("follow build arguments, and are too many rather than too few where these do not say it", () => {
    const choosing = "ARG B\nFROM a AS one\nFROM a AS two\nFROM a\nFROM $" + "{B:-one}\nFROM three-$TARGETARCH AS x\n";
    expect(reached({ buildArgs: new Map([["B", "two"]]), target: "x" }, choosing)).toEqual([0, 1, 4]);
    const known = choosing.replace("FROM three-$TARGETARCH AS x\n", "");
    expect(reached({}, known)).toEqual([0, 3]);
    expect(reached({ buildArgs: new Map([["B", "two"]]) }, known)).toEqual([1, 3]);
  });

  it("are those of ONBUILDs too", () => {
    expect(reached({}, "FROM a AS x\nFROM a AS b\nONBUILD COPY --from=x a b\nFROM b\n")).toEqual([0, 1, 2]);
  });

  it("stop at a stage that a build context replaces", () => {
    expect(reached({ contexts: new Set(["build"]) })).toEqual([1, 5]);
  });

  it("are an error where there is no such target", () => {
    expect(() => reached({ target: "tests" })).toThrow('there is no stage "tests"');
    try {
      reached({ target: "tests" });
    } catch (error) {
      expect(error).toMatchObject({ code: "DOCKERFILE", remedy: "Did you mean test?" });
    }
  });
});
