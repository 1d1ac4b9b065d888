import { describe, expect, it } from "vitest";
import { commentsAbove } from "../../../src/dockerfile/index.ts";
import { read } from "./text-of.ts";

describe("the comments of an instruction", () => {
  const text = "# far\n\n# near é\n  #  nearer\t\nFROM a\n# other\n\nRUN x\n";
  const [from, run] = read(text).instructions;

  it("are those since the last instruction, with their places", () => {
    expect(from!.comments.map(({ text, line }) => [text, line])).toEqual([
      ["# far", 1],
      ["# near é", 3],
      ["#  nearer", 4],
    ]);
    const bytes = Buffer.from(text).toString("latin1");
    expect(bytes.slice(from!.comments[2]!.start, from!.comments[2]!.end)).toBe("#  nearer\t");
  });

  it("stand right above it where no empty line is between", () => {
    expect(commentsAbove(from!).map((comment) => comment.text)).toEqual(["# near é", "#  nearer"]);
    expect(commentsAbove(run!)).toEqual([]);
  });

  it("are not its own comments inside a continuation, nor directives", () => {
    const [first, second] = read("# syntax=a\nFROM a\nRUN x \\\n # inside\n y\n").instructions;
    expect([first!.comments, second!.comments]).toEqual([[], []]);
  });

  it("at the end of a file belong to none", () => {
    expect(read("FROM a\n# end\n").trailingComments.map((comment) => comment.text)).toEqual(["# end"]);
  });
});
