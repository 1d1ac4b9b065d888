import { describe, expect, it } from "vitest";
import { colourDiff, wantsColour } from "../../../src/report/coloured-diff.ts";

describe("a diff on a terminal", () => {
  it("is coloured as git does it, with each line's colour ended on it", () => {
    expect(colourDiff("--- a\n+++ a\n@@ -1 +1 @@\n same\n-old\n+new\n", true)).toBe(
      "\x1b[1m--- a\x1b[m\n\x1b[1m+++ a\x1b[m\n\x1b[36m@@ -1 +1 @@\x1b[m\n same\n\x1b[31m-old\x1b[m\n\x1b[32m+new\x1b[m\n",
    );
  });

  it("can do nothing to it: control characters are spelt out, line ends of CR LF not shown", () => {
    expect(colourDiff("+a\x1b]0;t\x07\u202eb\tc\r\n", false)).toBe("+a\\u001b]0;t\\u0007\\u202eb\tc\n");
  });

  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: false }, {}, false],
    [{}, {}, false],
    [{ isTTY: true }, { NO_COLOR: "1" }, false],
    [{ isTTY: true }, { NO_COLOR: "" }, true],
    [{ isTTY: true }, { TERM: "dumb" }, false],
    [{}, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    [{ isTTY: true }, { FORCE_COLOR: "0" }, false],
  ])("is coloured by what is written to and what was asked for: %j %j", (stream, environment, colour) => {
    expect(wantsColour(stream, environment)).toBe(colour);
  });
});
