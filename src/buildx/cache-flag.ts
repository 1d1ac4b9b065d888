import { SealError } from "../error.ts";
import { parseCsvRecord, printCsvRecord, splitPair } from "./csv-record.ts";

/** One `--cache-from` or `--cache-to`. A credential may stand in its attributes: never show them whole. */
export type CacheEntry = {
  /** registry, local, inline, gha, s3, azblob, … */
  readonly type: string;
  /** Keys in lower case: `ref`, `src`, `dest`, `mode`, … */
  readonly attributes: Readonly<Record<string, string>>;
};

/**
 * Reads the value of `--cache-from` or `--cache-to`: a record of key=value, or one or more references divided by commas.
 * An empty text is no entry. Source: buildx `util/buildflags/cache.go`.
 * @throws ARGUMENT what Docker refuses too
 */
export function parseCacheFlag(flag: "cache-from" | "cache-to", text: string): readonly CacheEntry[] {
  if (text === "") return [];
  const wrong = (message: string): SealError =>
    new SealError("ARGUMENT", `a --${flag} ${message}.`, `Write --${flag} type=TYPE,… or --${flag} IMAGE.`);
  const record = parseCsvRecord(text);
  if ("refused" in record) throw wrong(`cannot be read: ${record.refused}`);
  if (!text.includes("=")) return record.fields.map((ref) => ({ type: "registry", attributes: { ref } }));
  const attributes: Record<string, string> = {};
  for (const field of record.fields) {
    const pair = splitPair(field);
    if (pair === undefined) throw wrong("has a field that is not key=value");
    attributes[pair[0].toLowerCase()] = pair[1];
  }
  const { type = "", ...rest } = attributes;
  if (type === "") throw wrong("has no type");
  return [{ type, attributes: rest }];
}

/** The value of the flag, quoted where it must be. */
export function printCacheFlag({ type, attributes }: CacheEntry): string {
  return printCsvRecord([`type=${type}`, ...Object.entries(attributes).map(([key, value]) => `${key}=${value}`)]);
}

/** `mode=max` exports the steps of every stage, not only what the image holds. */
export const exportsEveryStage = ({ attributes }: CacheEntry): boolean => attributes["mode"] === "max";
