import type { CiEntry } from "../document.ts";
import { sliceText } from "../sourced-text.ts";
import { asText, entriesOf, type YamlValue } from "./yaml-value.ts";

/** Names with values: of a map, or of a list of `NAME=value` and `NAME`. Values that are no text are left out. */
export function namedTexts(value: YamlValue | undefined): CiEntry[] {
  if (value?.kind === "map") {
    return entriesOf(value).flatMap((entry) => {
      const { key: name, start, end, block } = entry;
      if (entry.value !== undefined && entry.value.kind !== "scalar") return [];
      return [{ name, value: asText(entry.value), start, end, ownLines: block }];
    });
  }
  if (value?.kind !== "list") return [];
  return value.items.flatMap((item): CiEntry[] => {
    const text = asText(item);
    if (text === undefined) return [];
    const { start, end } = item;
    const equals = text.text.indexOf("=");
    const ownLines = !value.flow;
    if (equals < 0) return [{ name: text, value: undefined, start, end, ownLines }];
    const name = sliceText(text, 0, equals);
    return [{ name, value: sliceText(text, equals + 1, text.text.length), start, end, ownLines }];
  });
}

/** The names of a map whatever their values are; the value is that of `key` in it, where it is a map. */
export function namedMaps(value: YamlValue | undefined, key: string): CiEntry[] {
  if (value?.kind !== "map") return [];
  return entriesOf(value).map(({ key: name, value: inner, start, end, block }) => {
    const entry = inner?.kind === "map" ? entriesOf(inner).find((one) => one.key.text === key) : undefined;
    return { name, value: asText(entry?.value), start, end, ownLines: block };
  });
}
