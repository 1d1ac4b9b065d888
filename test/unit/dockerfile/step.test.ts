import { describe, expect, it } from "vitest";
import { stepsOf } from "../../../src/dockerfile/index.ts";
import { read } from "./text-of.ts";

describe("the steps of a Dockerfile", () => {
  const dockerfile = read(
    [
      "FROM a AS Build",
      "RUN one",
      "ENV A=b",
      "# buildseal: with=x",
      "RUN --mount=type=ssh two \\",
      "  && three",
      "ONBUILD RUN four",
      "ONBUILD ENV A=b",
      "FROM b",
      'run ["five"]',
      "",
    ].join("\n"),
  );
  const steps = stepsOf(dockerfile);

  it("are its RUN instructions, counted from 1 in each stage", () => {
    expect(steps.map(({ stage, index, line, onbuild, label }) => [stage.index, index, line, onbuild, label])).toEqual([
      [0, 1, 2, false, "build RUN 1: one"],
      [0, 2, 5, false, "build RUN 2: two && three"],
      [0, 1, 7, true, "build ONBUILD RUN 1: four"],
      [1, 1, 10, false, 'stage 1 RUN 1: ["five"]'],
    ]);
  });

  it("show no value that is written in them, also where the text is cut", () => {
    const value = ["Hunter", 2, "x".repeat(30)].join("");
    const [first, second] = stepsOf(
      read(`FROM a\nRUN HF_TOKEN=${value} hf download\nRUN true && true && true && true && curl -u me:${value} b\n`),
    );
    expect(first!.label).toBe(`stage 0 RUN 1: HF_TOKEN=${"*".repeat(value.length)} hf download`);
    expect(second!.label).toBe(`stage 0 RUN 2: true && true && true && true && curl -u me:${"*".repeat(16)}…`);
  });

  it("have their own mounts, comments and text", () => {
    expect(steps[1]).toMatchObject({
      body: "two   && three",
      mounts: [{ type: "ssh" }],
      comments: [{ text: "# buildseal: with=x" }],
    });
    expect(steps[2]).toMatchObject({ body: "four", run: { keyword: "RUN" }, instruction: { keyword: "ONBUILD" } });
  });

  it("have labels of one short line that cannot control a terminal", () => {
    const [step] = stepsOf(read(`FROM a\nRUN printf '\u001b[2J\u0007\u202e' ${"é".repeat(100)}\n`));
    expect(step!.label).toMatch(/^stage 0 RUN 1: printf ' \[2J ' é+…$/u);
    expect([...step!.label].length).toBeLessThan(80);
  });

  it("before the first FROM are none", () => {
    expect(stepsOf(read("RUN x\nFROM a\n"))).toEqual([]);
  });
});
