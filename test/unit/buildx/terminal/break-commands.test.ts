import fc from "fast-check";
import { expect, test } from "vitest";
import { breakCommands, uncutLength } from "../../../../src/buildx/terminal/break-commands.ts";

test.each([
  ["see ##[error]this", "see ##\\[error]this"],
  ["###[group]x", "###\\[group]x"],
  ["##vso[task.setvariable variable=x]y", "##\\vso[task.setvariable variable=x]y"],
  ["a ##teamcity[buildStop] b", "a ##\\teamcity[buildStop] b"],
  ["::stop-commands::pause", ":\\:stop-commands::pause"],
  [" \t ::error file=a::b", " \t :\\:error file=a::b"],
  ["fine\n::warning::not\nfine", "fine\n:\\:warning::not\nfine"],
  ["over\r::error::written", "over\r:\\:error::written"],
  ["section_start:1600000000:x[collapsed=true]", "section_start\\:1600000000:x[collapsed=true]"],
  ["section_end:1600000000:x", "section_end\\:1600000000:x"],
  ["travis_fold:start:x", "travis_fold\\:start:x"],
  ["^^^ +++", "\\^^^ +++"],
])("%j is broken up", (text, safe) => {
  expect(breakCommands(text)).toBe(safe);
});

test("characters that count for nothing in a comparison by language hide no command", () => {
  expect(breakCommands("#\u00ad#[error]x")).toBe("##\\[error]x");
  expect(breakCommands("##\u200d[error]x")).toBe("##\\\u200d[error]x");
  expect(breakCommands("\u2060:\u200c:error::x")).toBe("\u2060:\\:error::x");
  expect(breakCommands("\u00a0\u2003::error::x")).toBe("\u00a0\u2003:\\:error::x");
});

test.each([
  ["std::string ::f(int)"],
  ["## A heading"],
  ["#5 [stage 2/4] RUN make"],
  ["a ## b [c]"],
  ["--- a/file\n+++ b/file"],
  ["array[#] = x"],
  ["the section_start of it"],
])("%j is left alone", (text) => {
  expect(breakCommands(text)).toBe(text);
});

const part = fc.constantFrom("#", "##", "[", "]", ":", "::", "error", "vso", " ", "\n", "\r", "x", "\u200d", "\\");

test("no runner finds a command in any text, and breaking twice changes nothing", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const safe = breakCommands(parts.join(""));
      const compared = safe.replace(/\p{Default_Ignorable_Code_Point}/gu, "");
      expect(compared).not.toMatch(/##[\w.-]*\[/);
      for (const line of compared.split(/[\r\n]/)) {
        expect(line.trimStart().startsWith("::")).toBe(false);
      }
      expect(breakCommands(safe)).toBe(safe);
    }),
    { numRuns: 3000 },
  );
});

test("an unfinished line is never given in a way that cuts a command in two", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.nat(), (parts, cut) => {
      const line = parts.join("").replace(/[\r\n]/g, "");
      const known = line.slice(0, cut % (line.length + 1));
      const length = uncutLength(known);
      const printed = breakCommands(known.slice(0, length)) + breakCommands(line.slice(length));
      expect(printed.replace(/\p{Default_Ignorable_Code_Point}/gu, "")).not.toMatch(/##[\w.-]*\[/);
    }),
    { numRuns: 3000 },
  );
});
