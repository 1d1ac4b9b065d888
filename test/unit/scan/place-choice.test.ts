import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makePlaceTable } from "../../../scripts/place-table/make.ts";
import { createPlaceChoice } from "../../../src/scan/place-choice.ts";
import { mayBeRead, placeFilter } from "../../../src/scan/place-filter.ts";
import { placeRules } from "../../../src/scan/rule/every-rule.ts";
import type { PlaceRule } from "../../../src/scan/rule.ts";

function ruleAt(place: RegExp, id = place.source): PlaceRule {
  return { id, place, read: () => [], remedy: "" };
}

function chooser(rules: readonly PlaceRule[]) {
  const choice = createPlaceChoice(rules);
  return (path: string): string[] => choice.rulesFor(path).map(({ id }) => id);
}

function asked(rules: readonly PlaceRule[], path: string): string[] {
  return rules.filter(({ place }) => place.test(path)).map(({ id }) => id);
}

/** The letters, points and slashes that stand next to each other in the patterns, so that many paths are chosen. */
const words = placeRules.flatMap(({ place }) => place.source.match(/[\w.-]{2,}/g) ?? []);
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words, ...words.map((word) => word.toUpperCase())) },
  { weight: 3, arbitrary: fc.constantFrom("/", ".", "-", "_", "id", ".json", ".conf", ".yml", ".d/", "x") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
);
const path = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));

describe("The choice of the rules that read a file", () => {
  it("is what each pattern says by itself, whatever the path", () => {
    const choose = chooser(placeRules);
    fc.assert(
      fc.property(path, (text) => {
        expect(choose(text)).toEqual(asked(placeRules, text));
      }),
      { numRuns: 3000 },
    );
  });

  it("leaves most rules something: the paths that are tried here are no strangers to them", () => {
    const choose = chooser(placeRules);
    const usual = ["root/.netrc", "app/wp-config.php", "etc/wireguard/wg0.conf"];
    const found = new Set([...usual, ...fc.sample(path, 20_000)].flatMap((text) => choose(text)));
    expect(found.size).toBeGreaterThan(placeRules.length / 2);
  });

  it("knows which of them the filter of paths is made of", () => {
    expect(createPlaceChoice(placeRules).isFiltered).toBe(true);
    expect(createPlaceChoice(placeRules.slice(3, 5)).isFiltered).toBe(true);
    expect(createPlaceChoice([...placeRules, ruleAt(/usr/)]).isFiltered).toBe(false);
    expect(chooser([ruleAt(/usr/), ruleAt(/^USR/i)])("usr/bin/env")).toEqual(["usr", "^USR"]);
  });
});

describe("The filter of paths", () => {
  it("lets few of a system's paths through, and each that a rule reads", () => {
    const usual = ["usr/bin/env", "usr/lib/os-release", "usr/share/doc/gcc/README", "etc/motd", "opt/app/main.py"];
    usual.push("srv/note.txt", "app/package.json", "app/tsconfig.base.json", "etc/app.yaml", "lib/module.conf");
    expect(usual.filter((path) => mayBeRead(path))).toEqual([]);
    const read = ["root/.netrc", "app/config.json", "etc/shadow", "ö/.npmrc", "no/ascii/ö"];
    expect(read.filter((path) => mayBeRead(path))).toEqual(read);
  });

  it("is of these patterns: after a change of one, `npm run prepare` makes it anew", () => {
    const { classes, classOf, steps } = makePlaceTable(placeRules.map(({ place }) => place));
    expect(placeFilter).toEqual({ classes, classOf: Buffer.from(classOf), steps });
  });

  it("is of a table that takes all that the patterns match, of patterns of every kind that is read", () => {
    const patterns: readonly (readonly [RegExp, string])[] = [
      [/(?:^|\/)a[^/]{1,3}b$/, "x/a.b"],
      [/^top$/, "top"],
      [/(?:^|\/)(?:x|y{2,3}|(?:zw?)+)$/i, "a/YYY"],
      [/secret/, "a secret b"],
      [/^etc\//, "etc/"],
      [/\bword\b/, "a word"],
      [/(?:^|\/)[^/]*a[^/]{12}$/, "x/aaxxxxxxxxxxxx"],
      [/(?:^|\/)[^/]*(?:a.{0,3}b.{0,3}c.{0,3}a|ba[ab]*a[ac]*c)[abc]*$/, "x/a.b..c.ab"],
    ];
    const parts = ["a", "b", "c", "x", "y", "Z", "w", "/", "top", "secret", "etc/", " word ", "abca", "."];
    const some = fc.array(fc.constantFrom(...parts), { maxLength: 20 }).map((all) => all.join(""));
    for (const [pattern, example] of patterns) {
      const table = makePlaceTable([pattern]);
      expect([example, pattern.test(example), mayBeRead(example, table)]).toEqual([example, true, true]);
      fc.assert(
        fc.property(some, (path) => {
          if (pattern.test(path)) expect([path, mayBeRead(path, table)]).toEqual([path, true]);
        }),
        { numRuns: 1000 },
      );
    }
  });

  it.each([/(?<!not-)key$/, /(a|b)\1$/, /x/u])("is made of no pattern that is not read: %s", (pattern) => {
    expect(() => makePlaceTable([pattern])).toThrow();
  });
});
