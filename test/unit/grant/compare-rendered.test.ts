import { describe, expect, it } from "vitest";
import { scanDockerfile, stepsOf } from "../../../src/dockerfile/index.ts";
import { compareRendered } from "../../../src/grant/compare-rendered.ts";
import type { Plan } from "../../../src/grant/plan.ts";

const MOUNT = " --mount=type=secret,id=a,required=true";
const read = (text: string) => scanDockerfile(Buffer.from(text));

/** A plan that wants a mount on the steps of these numbers. */
function planOf(text: string, ...wanted: number[]): Plan {
  const steps = stepsOf(read(text));
  const grant = {
    what: "",
    origin: "",
    chosen: "",
    form: "",
    why: "",
    notices: [],
    notes: [],
    mounts: [{ id: "a", secrets: ["a"], shows: "", text: MOUNT }],
  };
  return {
    steps: wanted.map((number) => ({ step: steps[number]!, reached: true, grants: [grant] })),
    contents: new Map(),
    secrets: new Map(),
    needsEnvMounts: undefined,
  };
}

function compare(before: string, after: string, ...wanted: number[]) {
  const file = read(before);
  const plan = planOf(before, ...wanted);
  const steps = stepsOf(file);
  // the plan's steps must be of the file that is compared
  const own = plan.steps.map((planned) => ({
    ...planned,
    step: steps.find(({ line }) => line === planned.step.line)!,
  }));
  return compareRendered(file, read(after), new Set([MOUNT]), { ...plan, steps: own });
}

describe("a template that was rewritten, rendered", () => {
  it("has the inserted mounts and is otherwise the same", () => {
    const before = "FROM a\r\nRUN x\nONBUILD RUN y\nRUN <<E\nz\nE\n";
    expect(compare(before, before.replaceAll("RUN", `RUN${MOUNT}`), 0, 1, 2)).toEqual({ steps: 3, mounted: 3 });
    expect(compare(before, before)).toEqual({ steps: 3, mounted: 0 });
  });

  it.each([
    ["a byte", `FROM a\nRUN${MOUNT} x \n`, "line 2: the rewritten template, rendered, differs in more than mounts"],
    ["another mount", "FROM a\nRUN --mount=type=ssh x\n", "has other flags than were inserted"],
    ["the mount at another place", `FROM a\nRUN  ${MOUNT} x\n`, "has other flags than were inserted"],
    ["one step more", "FROM a\nRUN x\nRUN x\n", "has 3 instructions in the place of 2"],
    ["a mount twice", `FROM a\nRUN${MOUNT}${MOUNT} x\n`, "has other flags than were inserted"],
  ])("may not differ in %s", (_, after, reason) => {
    expect(() => compare("FROM a\nRUN x\n", after)).toThrow(reason);
  });

  it("may hide no step that is granted", () => {
    expect(() => compare("FROM a\nRUN x\nRUN y\n", `FROM a\nRUN${MOUNT} x\nRUN y\n`, 0, 1)).toThrow(
      "line 3: stage 0 RUN 2: y would be granted, and the template hides it",
    );
  });
});
