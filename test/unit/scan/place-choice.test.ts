import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPlaceChoice } from "../../../src/scan/place-choice.ts";
import { placeRules } from "../../../src/scan/rule/every-rule.ts";
import type { PlaceRule } from "../../../src/scan/rule.ts";

/** So many first paths are held against each pattern by itself. */
const firstPaths = 20_000;

function ruleAt(place: RegExp, id = place.source): PlaceRule {
  return { id, place, read: () => [], remedy: "" };
}

function chooser(rules: readonly PlaceRule[]) {
  const choice = createPlaceChoice(rules);
  for (let count = 0; count < firstPaths; count++) choice("usr/bin/env");
  return (path: string): string[] => choice(path).map(({ id }) => id);
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

  it("counts repetitions and heeds both ends of a path", () => {
    const rules = [/(?:^|\/)a[^/]{1,3}b$/, /^top$/, /(?:^|\/)(?:x|y{2,3}|(?:zw?)+)$/i].map((place) => ruleAt(place));
    const choose = chooser(rules);
    for (const text of [
      "acb",
      "d/acccb",
      "acccccb",
      "ab",
      "top",
      "a/top",
      "topx",
      "X",
      "yyy",
      "y",
      "yyyy",
      "ZWZ",
      "",
    ]) {
      expect([text, choose(text)]).toEqual([text, asked(rules, text)]);
    }
  });

  it("is right for patterns of other kinds: without an end, with look-around, with references back", () => {
    const rules = [/secret/, /^etc\//, /(?<!not-)key$/, /(a|b)\1$/, /\bword\b/, /ü$/].map((place) => ruleAt(place));
    const choose = chooser(rules);
    const texts = [
      "a/secret/b",
      "etc/x",
      "x/etc/",
      "not-key",
      "key",
      "aa",
      "ab",
      "a word here",
      "swords",
      "ü",
      "u",
      "ö",
    ];
    for (const text of texts) expect([text, choose(text)]).toEqual([text, asked(rules, text)]);
  });

  it("stays right when names ask for more states than are kept", () => {
    const rules = [/(?:^|\/)[^/]*a[^/]{12}$/, /(?:^|\/)[^/]*(?:a.{0,3}b.{0,3}c.{0,3}a|ba[ab]*a[ac]*c)[abc]*$/].map(
      (place) => ruleAt(place),
    );
    const choose = chooser(rules);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 20, maxLength: 60 }), (text) => {
        expect(choose(text)).toEqual(asked(rules, text));
      }),
      { numRuns: 2000 },
    );
  });
});
