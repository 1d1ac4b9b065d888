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

// More than anyone merges; a chain of merges can double at each link.
const MOST_MERGED = 10_000;

/** Its own entries, then those that are merged in and not its own; `<<` itself is none. */
export function entriesOf(map: YamlMap | undefined): readonly YamlEntry[] {
  if (map === undefined) return [];
  if (map.merged.length === 0) return map.entries;
  const seen = new Set(map.entries.map((entry) => entry.key.text));
  const entries = [...map.entries];
  const visited = new Set<YamlMap>([map]);
  const waiting = [...map.merged];
  for (let next = waiting.shift(); next !== undefined && entries.length < MOST_MERGED; next = waiting.shift()) {
    if (visited.has(next)) continue;
    visited.add(next);
    for (const entry of next.entries) {
      if (seen.has(entry.key.text)) continue;
      seen.add(entry.key.text);
      entries.push(entry);
    }
    waiting.push(...next.merged);
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
