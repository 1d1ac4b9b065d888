import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createScratch } from "./scratch.ts";
import { createValue } from "./value.ts";

/** Gives what stands in an image in the place of this name. */
export type Fill = (name: string) => string;

/** Values that are hidden in images: one for each name, made when it is first asked for. */
export interface Plants {
  readonly value: Fill;
  readonly names: () => readonly string[];
  /** Writes them to a file for `--needles`, and gives its path. */
  readonly file: () => string;
}

export function createPlants(): Plants {
  const values = new Map<string, string>();
  const value: Fill = (name) => {
    const known = values.get(name) ?? createValue();
    values.set(name, known);
    return known;
  };
  return {
    value,
    names: () => [...values.keys()],
    file: () => {
      const path = join(createScratch("needles"), "needles.json");
      writeFileSync(path, JSON.stringify(Object.fromEntries(values)), { mode: 0o600 });
      return path;
    },
  };
}

/** What stands in the same places of an image that holds nothing. */
export const nothing: Fill = (name) => `nothing.of.${name}`;
