/** Finds where any of some values stands in a text, whatever they overlap. All are of bytes, one character each. */
export type ValueFinder = (text: string, onFound: (start: number, end: number) => void) => void;

/** Values are told apart by so many of their first characters, as many as they have: tokens of one kind begin alike. */
const tiers = [96, 48, 24, 12, 6] as const;
const shortest = 6;

/**
 * For many values and few short texts: a table over their beginnings, where the scan's own matcher would take a second and
 * 200 MB to build for 20,000. Values of fewer than six characters are left out: they would shred what is shown.
 */
export function createValueFinder(values: Iterable<string>): ValueFinder {
  const beginnings = new Set<string>();
  const byStart = new Map<string, string[]>();
  for (const value of new Set(values)) {
    const tier = tiers.find((length) => length <= value.length);
    if (tier === undefined) continue;
    beginnings.add(value.slice(0, shortest));
    const start = value.slice(0, tier);
    const others = byStart.get(start);
    if (others === undefined) byStart.set(start, [value]);
    else others.push(value);
  }
  return (text, onFound) => {
    if (beginnings.size === 0) return;
    for (let at = 0; at + shortest <= text.length; at++) {
      if (!beginnings.has(text.slice(at, at + shortest))) continue;
      for (const tier of tiers.filter((length) => at + length <= text.length)) {
        for (const value of byStart.get(text.slice(at, at + tier)) ?? []) {
          if (text.startsWith(value, at)) onFound(at, at + value.length);
        }
      }
    }
  };
}
