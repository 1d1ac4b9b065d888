import { describe, expect, it } from "vitest";
import { problemsIn } from "../../../src/dockerfile/index.ts";
import { read } from "./text-of.ts";

function problems(line: string): string[] {
  return problemsIn(read(`FROM a\n${line}\n`)).map((error) => error.message);
}

describe("what BuildKit refuses in instructions", () => {
  it.each([
    ["RUM x", "did you mean RUN?"],
    ["COPY a", "at least two arguments"],
    ["COPY --fromm=x a b", "did you mean --from?"],
    ["COPY --link=maybe a b", "must be true or false"],
    ["COPY --from a b", "has no value"],
    ["COPY --from=a --from=b c d", "twice"],
    ["RUN --network=bridge x", "invalid network mode"],
    ["RUN --security=none x", "not valid"],
    ["RUN --mount=type=secret x", "one of source, target required"],
    ["FROM a b", "one or three"],
    ["FROM a AS 1", "invalid name"],
    ["USER", "exactly one"],
    ["SHELL bash -c", "JSON form"],
    ["ONBUILD FROM x", "isn't allowed"],
    ["ONBUILD ONBUILD RUN x", "isn't allowed"],
    ["HEALTHCHECK --interval=1x CMD x", "no duration"],
    ["HEALTHCHECK --interval=1us CMD x", "less than 1ms"],
    ["HEALTHCHECK --retries=-1 CMD x", "--retries"],
    ["HEALTHCHECK NONE x", "no arguments"],
    ['VOLUME [""]', "empty string"],
    ["ENV =x", "blank"],
    ["ARG =x", "blank"],
    ["EXPOSE", "at least one"],
    ["COPY a <<EOF\nEOF", "heredoc as a destination"],
  ])("is said with its line: %s", (line, says) => {
    const [first, ...more] = problems(line);
    expect(first).toContain("Dockerfile, line 2: ");
    expect(first).toContain(says);
    expect(more).toEqual([]);
  });

  it.each([
    "RUN --mount=type=cache,id=$X,target=/x --network=none make",
    "HEALTHCHECK --interval=1h5m30.5s --retries=3 CMD x",
    "COPY --link --parents=FALSE --exclude=a --exclude=b a b/",
    "FROM --platform=$X a AS b-c_d.e",
    "STOPSIGNAL --x 9",
  ])("is not said of %s", (line) => {
    expect(problems(line)).toEqual([]);
  });

  it("is said of what stands before the first FROM", () => {
    expect(problemsIn(read("ARG A\nRUN x\nFROM a\n")).map(({ line }) => line)).toEqual([2]);
  });
});
