import fc from "fast-check";
import { expect, test } from "vitest";
import { certainLiteral } from "../../../../../src/scan/user-rule/pattern/certain-literal.ts";
import { readPattern } from "../../../../../src/scan/user-rule/pattern/read-pattern.ts";
import { randomPattern, randomText } from "./random-pattern.ts";
import { matchesOf } from "./reading.ts";

const certain = (pattern: string, fewest = 4) => certainLiteral(readPattern(pattern).node, fewest);

test.each<[string, readonly string[], number, number]>([
  ["acme_[a-z0-9]{32}", ["acme_"], 0, 0],
  ["\\bacme_(live|test)_\\w{20}\\b", ["acme_live_", "acme_test_"], 0, 0],
  ["gh[ps]_\\w{36}", ["ghp_", "ghs_"], 0, 0],
  ["(?i)Acme[-_]?Key", ["acme"], 0, 0],
  ["\\w{0,9}token=(\\w+)", ["token="], 0, 9],
  ["[a-z]+_secret_[a-z]+", ["_secret_"], 1, Infinity],
  ["(?:acme\\d|[a-z]{2}corp)_x", ["acme", "corp"], 0, 2],
  ["(?:abcd)+[0-9]", ["abcd"], 0, 0],
  ["(?:ab){3}", ["ababab"], 0, 0],
  ["(?:ab){2,}", ["abab"], 0, 0],
  ["[a-z](?:x|key(?:one|two))?token", ["token"], 1, 7],
])("what %s is looked for by", (pattern, texts, least, most) => {
  expect(certain(pattern)).toMatchObject({ texts, before: { least, most } });
});

test.each(["[a-z]{32}", "abc\\d", "abcd|\\d+", "(?:abcd)?x", "(?:abcd)*", "[0-9a-f]{8}-[0-9a-f]{4}"])(
  "nothing is certain in %s",
  (pattern) => {
    expect(certain(pattern)).toBeUndefined();
  },
);

test("the case does not count where the pattern says so", () => {
  expect(certain("(?i)acme_\\d+")?.anyCase).toBe(true);
  expect(certain("acme_(?i)[a-f]+")?.anyCase).toBe(false);
});

test("each match of a pattern has one of its texts, no further behind its start than was said", () => {
  fc.assert(
    fc.property(randomPattern(true), fc.boolean(), randomText, (written, anyCase, text) => {
      const pattern = anyCase ? `(?i)${written}` : written;
      const found = certain(pattern, 1);
      fc.pre(found !== undefined);
      const fold = (one: string) => (found.anyCase ? one.toLowerCase() : one);
      for (const { start, end } of matchesOf(pattern, text)) {
        const match = fold(text.slice(start, end));
        const stands = found.texts.some((one) => {
          for (let at = match.indexOf(one); at >= 0; at = match.indexOf(one, at + 1)) {
            if (at >= found.before.least && at <= found.before.most) return true;
          }
          return false;
        });
        expect(stands).toBe(true);
      }
    }),
    { numRuns: 800 },
  );
});
