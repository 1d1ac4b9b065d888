import type { SourcedText } from "../sourced-text.ts";

/** A YAML document's values with their places. An alias is the value it stands for, the very same object. */
export type YamlValue = YamlScalar | YamlList | YamlMap;

export type YamlScalar = {
  readonly kind: "scalar";
  readonly text: SourcedText;
  /** Nothing was written, or a plain `null` or `~`. */
  readonly empty: boolean;
  readonly start: number;
  readonly end: number;
};

export type YamlList = {
  readonly kind: "list";
  /** Such as `!reference`. */
  readonly tag: string | undefined;
  readonly flow: boolean;
  readonly items: readonly YamlValue[];
  readonly start: number;
  readonly end: number;
};

export type YamlMap = {
  readonly kind: "map";
  readonly flow: boolean;
  readonly entries: readonly YamlEntry[];
  /** What `<<` brings in, in order. */
  readonly merged: readonly YamlMap[];
  readonly start: number;
  readonly end: number;
};

export type YamlEntry = {
  readonly key: SourcedText;
  readonly value: YamlValue | undefined;
  /** From the key on, to the end of the value. */
  readonly start: number;
  readonly end: number;
  /** Whether it stands on lines of its own: not in `{…}`. */
  readonly block: boolean;
};

/** What could not be read, or is not valid. */
export type YamlProblem = { readonly start: number; readonly reason: string };

export function asMap(value: YamlValue | undefined): YamlMap | undefined {
  return value?.kind === "map" ? value : undefined;
}

export function asText(value: YamlValue | undefined): SourcedText | undefined {
  return value?.kind === "scalar" && !value.empty ? value.text : undefined;
}

// More than anyone merges: each map of a file can bring in all that stand before it.
const MOST_MERGED_MAPS = 200;
const MOST_MERGED_ENTRIES = 1000;

const merged = new WeakMap<YamlMap, readonly YamlEntry[]>();

/** Its own entries, then those that are merged in and not its own; `<<` itself is none. */
export function entriesOf(map: YamlMap | undefined): readonly YamlEntry[] {
  if (map === undefined) return [];
  if (map.merged.length === 0) return map.entries;
  let entries = merged.get(map);
  if (entries === undefined) {
    entries = withMerged(map);
    merged.set(map, entries);
  }
  return entries;
}

function withMerged(map: YamlMap): YamlEntry[] {
  const entries = [...map.entries];
  const most = entries.length + MOST_MERGED_ENTRIES;
  const names = new Set(entries.map((entry) => entry.key.text));
  // a set's own loop comes to what is added on the way
  const visited = new Set(map.merged);
  for (const next of visited) {
    for (const entry of next.entries) {
      if (names.has(entry.key.text) || entries.length === most) continue;
      names.add(entry.key.text);
      entries.push(entry);
    }
    for (const further of next.merged) if (visited.size < MOST_MERGED_MAPS) visited.add(further);
  }
  return entries;
}

/** The value of a key, or of what is merged in. */
export function valueAt(map: YamlMap | undefined, key: string): YamlValue | undefined {
  return entryAt(map, key)?.value;
}

export function entryAt(map: YamlMap | undefined, key: string): YamlEntry | undefined {
  if (map === undefined) return undefined;
  const own = map.entries.find((entry) => entry.key.text === key);
  if (own !== undefined || map.merged.length === 0) return own;
  return entriesOf(map).find((entry) => entry.key.text === key);
}

// A list of aliases of lists of aliases … can be written in a few lines.
const MOST_LEAVES = 10_000;

/** The scalars of a value: of lists in lists too, as GitLab takes its scripts. */
export function leavesOf(value: YamlValue | undefined): YamlScalar[] {
  const leaves: YamlScalar[] = [];
  const seen = new Set<YamlValue>();
  const walk = (one: YamlValue | undefined): void => {
    if (one === undefined || leaves.length >= MOST_LEAVES || seen.has(one)) return;
    seen.add(one);
    if (one.kind === "scalar") {
      if (!one.empty) leaves.push(one);
    } else if (one.kind === "list" && one.tag === undefined) one.items.forEach(walk);
  };
  walk(value);
  return leaves;
}
