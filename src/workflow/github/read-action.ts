import type { CiFile, GithubAction } from "../document.ts";
import { namedMaps } from "../yaml/entry.ts";
import { asMap, valueAt, type YamlValue } from "../yaml/yaml-value.ts";
import { readSteps } from "./step.ts";

/** A composite action; one that is a program of its own has no steps. */
export function readAction(documents: readonly YamlValue[]): Omit<GithubAction, keyof CiFile> {
  const root = asMap(documents[0]);
  return {
    kind: "github-action",
    inputs: namedMaps(valueAt(root, "inputs"), "default"),
    steps: readSteps(valueAt(asMap(valueAt(root, "runs")), "steps"), undefined),
  };
}
