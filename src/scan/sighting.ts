import type { Encoding, Severity } from "../finding/finding.ts";
import type { SpotKind } from "../layer/spot.ts";
import type { Hit } from "./hit.ts";

/** One place of a finding, before it is known what its blob is for. */
export type Sighting = {
  readonly root: number;
  readonly kind: SpotKind;
  readonly path: readonly string[];
  /** In a JSON document: the way to the string, instead of an offset. */
  readonly pointer: readonly string[] | undefined;
  severity: Severity;
  /** How a known value was written there. */
  encoding: Encoding | undefined;
  offset: number;
  length: number;
  /** Of the longest hit in it: that one tells the encoding. */
  longest: number;
  readonly line: number | undefined;
};

/** The same secret in the same blob, wherever in it: one cause. */
export type Group = {
  readonly what: Hit["what"];
  readonly root: number;
  readonly sightings: readonly Sighting[];
  /** How many more there were than are kept. */
  readonly more: number;
};
