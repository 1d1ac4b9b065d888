import { mayBeRead } from "./place-filter.ts";
import { placeRules } from "./rule/every-rule.ts";
import type { PlaceRule } from "./rule.ts";

export type PlaceChoice = {
  /** The rules that read a file at this path: those whose `place` matches it. */
  readonly rulesFor: (path: string) => readonly PlaceRule[];
  /** They are all of those that the filter of paths is made of. */
  readonly isFiltered: boolean;
};

const none: readonly PlaceRule[] = [];

/** Every path of an image is held against every rule: nearly none matches. */
export function createPlaceChoice(rules: readonly PlaceRule[]): PlaceChoice {
  const known = new Set<PlaceRule>(placeRules);
  const isFiltered = rules.every((rule) => known.has(rule));
  const anyOf = [...new Set(rules.map(({ place }) => place.flags))].map((flags) => {
    const same = rules.filter(({ place }) => place.flags === flags);
    return new RegExp(same.map(({ place }) => `(?:${place.source})`).join("|"), flags);
  });
  return {
    rulesFor: (path) => {
      if (isFiltered && !mayBeRead(path)) return none;
      return anyOf.some((pattern) => pattern.test(path)) ? rules.filter(({ place }) => place.test(path)) : none;
    },
    isFiltered,
  };
}
