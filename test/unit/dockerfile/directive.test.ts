import { describe, expect, it } from "vitest";
import { detectSyntax } from "../../../src/dockerfile/index.ts";
import { read } from "./text-of.ts";

describe("directives", () => {
  it("have their value's place, in any case and with odd blanks", () => {
    const text = "#   EsCaPe =  `  \n# syntax=a/b:1 x\nFROM a\n";
    const dockerfile = read(text);
    const { directives } = dockerfile;
    expect(dockerfile.escape).toBe("`");
    expect(directives.map(({ name, value, line }) => [name, value, line])).toEqual([
      ["escape", "`", 1],
      ["syntax", "a/b:1 x", 2],
    ]);
    expect(directives.map(({ valueStart, valueEnd }) => text.slice(valueStart, valueEnd))).toEqual(["`", "a/b:1 x"]);
  });

  it.each(["# a\n# escape=`\n", "\n# escape=`\n", "#!/bin/x\n# escape=`\n", "# other=1\n# escape=`\n"])(
    "end at the first line that is none: %j",
    (text) => {
      expect(read(`${text}FROM a\n`).escape).toBe("\\");
    },
  );
});

describe("the syntax that a file asks for", () => {
  it.each([
    ["# syntax=docker/dockerfile:1\nFROM a\n", "docker/dockerfile:1", 1],
    ["\xEF\xBB\xBF# check=skip=all\n# SYNTAX = a/b  more words\n", "a/b", 2],
    ["#!/usr/bin/env x\n# syntax=a/b\n", "a/b", 2],
    ["// syntax=a/b\n", "a/b", 1],
    [' {"syntax": "a/b", "x": [1]}', "a/b", 0],
  ])("is found as BuildKit finds it: %j", (text, image, line) => {
    expect(detectSyntax(text)).toMatchObject({ image, line });
  });

  it.each(["", "FROM a\n# syntax=a/b\n", " # syntax=a/b\n", '{"syntax": 1}', '{"syntax": "a/b"', '["syntax"]', "{"])(
    "is not there: %j",
    (text) => {
      expect(detectSyntax(text)).toBeUndefined();
    },
  );
});
