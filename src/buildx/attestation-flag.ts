import type { Environment } from "../identity/host.ts";
import type { BuildCommand } from "./build-command.ts";
import { parseCsvRecord, splitPair } from "./csv-record.ts";
import { parseGoBoolean } from "./flag-table.ts";

/** Which attestations a build asks for: the first word on each type counts (buildx `util/buildflags/attests.go`). */
export type Attestations = {
  /** Asked for by `--attest`, `--sbom`, `--provenance`. */
  readonly asked: readonly string[];
  /** None asked for, and none forbidden: BuildKit adds a small provenance to an image that is pushed or stored. */
  readonly defaultProvenance: boolean;
};

export function attestationsOf(
  command: Pick<BuildCommand, "attest" | "provenance" | "sbom">,
  environment: Environment,
): Attestations {
  const words = command.attest.map(typeAndState);
  if (command.provenance !== undefined) words.push(shorthand("provenance", command.provenance));
  if (command.sbom !== undefined) words.push(shorthand("sbom", command.sbom));
  const first = new Map(words.toReversed());
  const isOff = parseGoBoolean(environment["BUILDX_NO_DEFAULT_ATTESTATIONS"] ?? "") === true;
  return {
    asked: [...first].flatMap(([type, isOn]) => (isOn ? [type] : [])),
    defaultProvenance: !first.has("provenance") && !isOff,
  };
}

function shorthand(type: string, value: string): [type: string, isOn: boolean] {
  const word = parseGoBoolean(value);
  return word === undefined ? typeAndState(`type=${type},${value}`) : [type, word];
}

function typeAndState(text: string): [type: string, isOn: boolean] {
  const record = parseCsvRecord(text);
  const pairs = ("fields" in record ? record.fields : []).map((field) => splitPair(field) ?? [field, ""]);
  const value = (key: string): string | undefined => pairs.find(([name]) => name.trim().toLowerCase() === key)?.[1];
  return [value("type") ?? "", parseGoBoolean(value("disabled") ?? "") !== true];
}
