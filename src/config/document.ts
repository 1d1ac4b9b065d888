import type { Document } from "yaml";
import type { ZodType } from "zod";
import { SealError } from "../error.ts";
import type { Fault } from "../schema/fault.ts";
import { readBySchema } from "../schema/read-by-schema.ts";
import { pathOf, tellFaults } from "../schema/tell.ts";
import { findUnfollowed, isMergeKey, yamlFault } from "./yaml-fault.ts";

/** Where something of a file stands: line and column count from 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };
/** From a path of keys and indices to the place of the last one, of what is there of the path. */
export type PlaceOf = (path: readonly PropertyKey[]) => Place;

/**
 * Reads a YAML text by a schema. Every error names file, line and column, and for an unknown key the nearest known
 * one. Values are not repeated in messages: somebody may have put a secret where a name belongs.
 *
 * @throws SealError CONFIG
 */
export async function readDocument<T>(path: string, text: string, schema: ZodType<T>): Promise<T> {
  return (await readPlaced(path, text, schema)).value;
}

/** As `readDocument`, and tells where its keys stand. @throws SealError CONFIG */
export async function readPlaced<T>(
  path: string,
  text: string,
  schema: ZodType<T>,
): Promise<{ readonly value: T; readonly placeOf: PlaceOf }> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: true, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line, column: col };
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const place = printPlace(placeAt(problem.pos[0]));
    throw new SealError("CONFIG", `${place}: not valid YAML (${yamlFault(problem.code)})`, "Correct the file");
  }
  const placeOf: PlaceOf = (way) => placeAt(nodeAt(document, way) ?? 0);
  const read = readBySchema(schema, await valuesOf(document, path, placeAt));
  if ("value" in read) return { value: read.value, placeOf };
  const offsetOf = (fault: Fault) => nodeAt(document, pathOf(fault)) ?? 0;
  const isKey = ({ kind }: Fault) => kind === "unknown" || kind === "beside";
  const inOrder = (a: Fault, b: Fault) => Number(isKey(b)) - Number(isKey(a)) || offsetOf(a) - offsetOf(b);
  const [first = read.faults[0], ...others] = [...read.faults].sort(inOrder);
  const { message, remedy } = tellFaults([first, ...others], {
    first: (way) => `${printPlace(placeOf(way))}: `,
    next: (way) => `${placeOf(way).line}:${placeOf(way).column}: `,
    remedy: ({ kind }) => (kind === "unknown" ? "Take it out" : "Correct the file"),
  });
  throw new SealError("CONFIG", message, remedy);
}

export function printPlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/** The document's values; aliases that would grow into millions of values are refused. */
async function valuesOf(document: Document, path: string, placeAt: (offset: number) => Place): Promise<unknown> {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    const found = await findUnfollowed(document);
    const what =
      found === undefined ? `${path}: too many aliases` : `${printPlace(placeAt(found.offset))}: ${found.what}`;
    throw new SealError("CONFIG", what, "Write the values out", { cause });
  }
}

type Node = { range?: [number, number, number] | null; items?: unknown[] };

/** The offset of the node at a path: of the key for the last step of a map. */
function nodeAt(document: { contents: unknown }, path: readonly PropertyKey[]): number | undefined {
  let node = document.contents as Node | null;
  let offset = node?.range?.[0];
  for (const step of path) {
    const item =
      node?.items?.[step as number] ??
      node?.items?.find((pair) => String(keyOf(pair)) === String(step)) ??
      node?.items?.find((pair) => isMergeKey(keyOf(pair)));
    if (item === undefined) return offset;
    const pair = item as { key?: Node; value?: Node } & Node;
    offset = pair.key?.range?.[0] ?? pair.range?.[0] ?? offset;
    // what is merged stands where that is said
    if (isMergeKey(keyOf(pair))) return offset;
    node = pair.key === undefined ? pair : (pair.value ?? null);
  }
  return offset;
}

function keyOf(pair: unknown): unknown {
  return (pair as { key?: { value?: unknown } }).key?.value;
}
