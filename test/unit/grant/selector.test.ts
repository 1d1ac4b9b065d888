import { describe, expect, test } from "vitest";
import { printSelector, selects } from "../../../src/grant/selector.ts";
import { selectorSchema } from "../../../src/grant/selector-schema.ts";
import { stepsIn } from "./dockerfile-step.ts";

const { steps } = stepsIn(`FROM base AS Wheel.Builder
RUN echo a \\
  # cargo build
  && make
RUN <<EOF
set -e
npm ci
EOF
FROM base
RUN --mount=type=cache,target=/npm make install
ONBUILD RUN make
`);
const hits = (selector: Parameters<typeof selects>[0]) =>
  steps.filter((step) => selects(selector, step)).map(({ line }) => line);

describe("a selector", () => {
  test("with nothing in it hits every step but those under ONBUILD", () => {
    expect(hits({})).toEqual([2, 5, 10]);
  });

  test("takes a stage by name or glob in any case, and by number", () => {
    expect(hits({ stage: "wheel.builder" })).toEqual([2, 5]);
    expect(hits({ stage: "WHEEL*" })).toEqual([2, 5]);
    expect(hits({ stage: "wheel?builder" })).toEqual([2, 5]);
    expect(hits({ stage: "0" })).toEqual([2, 5]);
    expect(hits({ stage: "1" })).toEqual([10]);
  });

  test("takes a stage's name whole, and its signs as they stand", () => {
    expect(hits({ stage: "wheel" })).toEqual([]);
    expect(hits({ stage: "wheel[.]builder" })).toEqual([]);
    expect(hits({ stage: "wheel.builde(r)" })).toEqual([]);
    expect(hits({ stage: "^wheel.builder$" })).toEqual([]);
  });

  test("reads the text after the flags: lines joined, comments left out, heredocs included", () => {
    expect(hits({ run: "echo a .*make" })).toEqual([2]);
    expect(hits({ run: "cargo" })).toEqual([]);
    expect(hits({ run: "^npm ci$" })).toEqual([5]);
    expect(hits({ run: "type=cache|/npm" })).toEqual([]);
    expect(hits({ run: "^make" })).toEqual([10]);
  });

  test("counts the RUNs of a stage from 1", () => {
    expect(hits({ index: 1 })).toEqual([2, 10]);
    expect(hits({ index: 2 })).toEqual([5]);
    expect(hits({ index: 2, stage: "1" })).toEqual([]);
  });

  test("is printed as it is meant", () => {
    expect(printSelector({})).toBe("every step");
    expect(printSelector({ stage: "a*", run: "make|x", index: 2 })).toBe("stage a*, RUN 2, /make|x/");
  });
});

test.each([{ run: "(" }, { run: "" }, { stage: "" }, { index: 0 }, { index: 1.5 }, { stages: "a" }])(
  "%o is no selector",
  (value) => expect(selectorSchema.safeParse(value).success).toBe(false),
);
