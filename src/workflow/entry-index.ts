import type { CiEntry } from "./document.ts";

const indexes = new WeakMap<readonly CiEntry[], ReadonlyMap<string, CiEntry>>();

/** A list of entries by their names: of a name that comes twice the last, as the systems take it. Each list is gone through once. */
export function byName(entries: readonly CiEntry[]): ReadonlyMap<string, CiEntry> {
  let index = indexes.get(entries);
  if (index === undefined) {
    index = new Map(entries.map((entry) => [entry.name.text, entry]));
    indexes.set(entries, index);
  }
  return index;
}
