import { describe, expect, it } from "vitest";
import { type BuildFacts, flowFrom } from "../../../src/dockerfile/index.ts";
import { read, stepOf } from "./text-of.ts";

/** The bodies of the target's layers, those that can hold something marked. */
function flow(text: string, bodies: readonly string[], facts: BuildFacts = {}): string[] {
  const dockerfile = read(text);
  const steps = bodies.map((body) => stepOf(dockerfile, body));
  return flowFrom(dockerfile, steps, facts).layers.map(
    ({ command, tainted }) => `${tainted ? "!" : ""}${command.body}`,
  );
}

describe("what a step wrote", () => {
  it("can be in its own layer and in those of the RUNs after it, not in those of files from the context", () => {
    const text = "FROM a\nRUN one\nRUN two\nCOPY c d\nADD e f\nWORKDIR /g\nENV A=b\nRUN three\n";
    expect(flow(text, ["two"])).toEqual(["one", "!two", "c d", "e f", "/g", "!three"]);
  });

  it("comes into other stages by FROM, COPY and mounts", () => {
    const text = [
      "FROM a AS one",
      "RUN one",
      "FROM one AS two",
      "RUN two",
      "FROM a AS clean",
      "RUN clean",
      "FROM a AS final",
      "COPY --from=clean /a /b",
      "RUN before",
      "COPY --from=two /c /d",
      "RUN after",
      "",
    ].join("\n");
    expect(flow(text, ["one"])).toEqual(["/a /b", "before", "!/c /d", "!after"]);
    expect(flow(text, ["one"], { target: "two" })).toEqual(["!one", "!two"]);
    expect(flow(text, ["clean"])).toEqual(["!/a /b", "!before", "/c /d", "!after"]);
    expect(flowFrom(read(text), [stepOf(read(text), "one")]).stages).toEqual([]);
    const dockerfile = read(text);
    expect(flowFrom(dockerfile, [stepOf(dockerfile, "one")]).stages).toEqual([0, 1, 3]);
    const mounting = "FROM a AS one\nRUN one\nFROM a\nRUN clean\nRUN --mount=from=one,target=/x two\nRUN three\n";
    expect(flow(mounting, ["one"])).toEqual(["clean", "!two", "!three"]);
  });

  it("stays in a stage that the target does not read", () => {
    expect(flow("FROM a AS one\nRUN one\nFROM a\nRUN two\n", ["one"])).toEqual(["two"]);
  });

  it("is carried by a cache mount, also into a stage before, not to a step before it in its stage", () => {
    const cache = "RUN --mount=type=cache,target=/c";
    const text = `FROM a AS one\n${cache} one\nRUN two\nFROM a\n${cache}/. early\n${cache} granted\nCOPY --from=one /x /y\n`;
    expect(flow(text, ["granted"])).toEqual(["early", "!granted", "!/x /y"]);
    expect(flow(text, ["granted"], { target: "one" })).toEqual(["!one", "!two"]);
    const before = `FROM a AS one\n${cache} one\nFROM one\n${cache} granted\n${cache} two\n`;
    expect(flow(before, ["granted"])).toEqual(["one", "!granted", "!two"]);
    const other =
      "FROM a AS one\nRUN --mount=type=cache,id=x,target=/c one\nFROM a\nRUN --mount=type=cache,target=/c two\n";
    expect(flow(other, ["one"])).toEqual(["two"]);
    const unknown =
      "FROM a AS one\nRUN --mount=type=cache,id=$U,target=/c one\nFROM a\nRUN --mount=type=cache,target=/c two\n";
    expect(flow(unknown, ["one"])).toEqual(["!two"]);
  });

  it("is in the stage that an ONBUILD step runs in", () => {
    const text = "FROM a AS one\nONBUILD RUN granted\nRUN one\nFROM one\nRUN two\n";
    expect(flow(text, ["granted"])).toEqual(["one", "!granted", "!two"]);
    expect(flow(text, ["granted"], { target: "one" })).toEqual(["one"]);
  });

  it("may be in a stage whose base is not known", () => {
    expect(flow("FROM a AS one\nRUN one\nFROM x-$TARGETARCH\nRUN two\n", ["one"])).toEqual(["!two"]);
  });

  it("has a reason everywhere", () => {
    const dockerfile = read("FROM a AS one\nRUN one\nRUN two\nFROM b\nCOPY --from=one /x /y\n");
    const { layers } = flowFrom(dockerfile, [stepOf(dockerfile, "one")]);
    expect(layers.map(({ why }) => why)).toEqual(["it copies from the stage one"]);
    const upon = flowFrom(dockerfile, [stepOf(dockerfile, "one")], { target: "one" });
    expect(upon.layers.map(({ why }) => why)).toEqual(["the step itself", "it runs on the files that line 2 left"]);
  });

  it("is nowhere without a step", () => {
    expect(flow("FROM a\nRUN one\nWORKDIR /\nWORKDIR .\nWORKDIR b\n", [])).toEqual(["one", "b"]);
    expect(flow("FROM a\nWORKDIR .\nWORKDIR $X\n", [])).toEqual([".", "$X"]);
  });
});
