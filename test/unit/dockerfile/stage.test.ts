import { describe, expect, it } from "vitest";
import { resolveStages } from "../../../src/dockerfile/index.ts";
import { read } from "./text-of.ts";

describe("the stages of a Dockerfile", () => {
  it("have a name in lower case, a base and a platform as written", () => {
    const { stages } = read("FROM --platform=$BUILDPLATFORM Img:1 AS Build\nFROM build\nFROM scratch as c\n");
    expect(stages.map(({ name, baseText, platform, base }) => [name, baseText, platform, base])).toEqual([
      ["build", "Img:1", "$BUILDPLATFORM", { kind: "image", reference: "Img:1" }],
      [undefined, "build", undefined, { kind: "stage", stage: 0 }],
      ["c", "scratch", undefined, { kind: "scratch" }],
    ]);
  });

  it("are based on the last stage of that name before them, in its own case", () => {
    const { stages } = read("FROM a AS x\nFROM x AS x\nFROM x\nFROM X\nFROM later\nFROM b AS later\n");
    expect(stages.map(({ baseStage }) => baseStage)).toEqual([undefined, 0, 1, undefined, undefined, undefined]);
  });

  it("are based on what the global arguments say, and on something unknown where these do not say it", () => {
    const dockerfile = read("ARG B=one\nFROM a AS one\nFROM $B\nFROM img-$TARGETARCH\nFROM $NONE\n");
    expect(dockerfile.stages.map(({ base }) => base.kind)).toEqual(["image", "stage", "unknown", "unknown"]);
    const given = resolveStages(dockerfile, { buildArgs: new Map([["B", "two"]]), platform: "linux/arm64" });
    expect(given.map(({ base }) => base)).toMatchObject([
      { kind: "image", reference: "a" },
      { kind: "image", reference: "two" },
      { kind: "image", reference: "img-arm64" },
      { kind: "unknown", why: "the name of its base is empty" },
    ]);
  });

  it("refer to stages by COPY and mounts: by name in any case, COPY also by index", () => {
    const { stages } = read(
      [
        "FROM a AS one",
        "FROM b",
        "COPY --from=ONE a b",
        "COPY --from=0 a b",
        "COPY --from=7 a b",
        "COPY --from=img a b",
        "COPY a b",
        "RUN --mount=from=One,target=/x --mount=type=cache,from=0,target=/y --mount=type=tmpfs,target=/z x",
        "",
      ].join("\n"),
    );
    expect(stages[1]!.references.map(({ kind, from, stage }) => [kind, from, stage])).toEqual([
      ["copy", "ONE", 0],
      ["copy", "0", 0],
      ["copy", "7", undefined],
      ["copy", "img", undefined],
      ["mount", "One", 0],
      ["mount", "0", undefined],
    ]);
  });

  it("run their base stage's ONBUILDs first", () => {
    const { stages } = read("FROM a AS one\nONBUILD COPY --from=x a b\nRUN one\nFROM one AS two\nRUN two\nFROM two\n");
    expect(stages.map(({ commands }) => commands.map(({ command, trigger }) => [command.keyword, trigger]))).toEqual([
      [
        ["ONBUILD", false],
        ["RUN", false],
      ],
      [
        ["COPY", true],
        ["RUN", false],
      ],
      [],
    ]);
  });

  it("are not built where a build context has their name", () => {
    const dockerfile = read("FROM a AS one\nRUN x\nFROM one\n");
    const [one, two] = resolveStages(dockerfile, { contexts: new Set(["one"]) });
    expect([one!.base, one!.commands]).toEqual([{ kind: "context" }, []]);
    expect(two!.baseStage).toBe(0);
  });
});
