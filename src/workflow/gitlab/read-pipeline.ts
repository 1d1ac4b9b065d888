import type { CiEntry, CiFile, CiJob, CiStep, GitlabPipeline } from "../document.ts";
import { type CiScript, scriptOf } from "../script.ts";
import { namedMaps, namedTexts } from "../yaml/entry.ts";
import {
  asMap,
  asText,
  entriesOf,
  leavesOf,
  valueAt,
  type YamlEntry,
  type YamlMap,
  type YamlValue,
} from "../yaml/yaml-value.ts";

/** The keys of a pipeline that name no job (GitLab's "CI/CD YAML syntax reference"). */
const globalKeys = new Set([
  "default",
  "include",
  "stages",
  "variables",
  "workflow",
  "spec",
  "image",
  "services",
  "cache",
]);

/** All documents of the file: a header with `spec:` may stand before the pipeline. */
export function readPipeline(documents: readonly YamlValue[]): Omit<GitlabPipeline, keyof CiFile> {
  const variables: CiEntry[] = [];
  const jobs: CiJob[] = [];
  const scripts = scriptReader();
  for (const document of documents) {
    const root = asMap(document);
    variables.push(...variablesOf(valueAt(root, "variables")));
    for (const entry of entriesOf(root)) {
      const map = asMap(entry.value);
      if (entry.key.text === "before_script" || entry.key.text === "after_script") {
        jobs.push(jobOf(entry, undefined, [stepOf(entry, scripts(entry.value))]));
      } else if (map !== undefined && (entry.key.text === "default" || !globalKeys.has(entry.key.text))) {
        jobs.push(
          jobOf(entry, map, [
            stepOf(
              entry,
              scriptKeys.flatMap((key) => scripts(valueAt(map, key))),
            ),
          ]),
        );
      }
    }
  }
  return { kind: "gitlab", variables, jobs };
}

const scriptKeys = ["before_script", "script", "after_script"];

/** `!reference [job, script]` is the other job's own text, read there; a text by an alias is read once. */
function scriptReader(): (value: YamlValue | undefined) => CiScript[] {
  const seen = new Set<YamlValue>();
  return (value) => {
    const leaves = leavesOf(value).filter((leaf) => !seen.has(leaf));
    for (const leaf of leaves) seen.add(leaf);
    return leaves.map((leaf) => scriptOf(leaf.text, { posix: true, templated: false }));
  };
}

function stepOf(entry: YamlEntry, scripts: readonly CiScript[]): CiStep {
  const { start, end, key: name } = entry;
  return { start, end, name, uses: undefined, with: [], env: [], envBlock: undefined, scripts, condition: undefined };
}

function jobOf(entry: YamlEntry, map: YamlMap | undefined, steps: readonly CiStep[]): CiJob {
  const secrets = valueAt(map, "secrets");
  return {
    start: entry.start,
    end: entry.end,
    name: entry.key,
    env: variablesOf(valueAt(map, "variables")),
    steps,
    uses: undefined,
    with: [],
    // a secret of GitLab's is a file, unless `file: false` says that the variable is the value
    secrets: { inherit: undefined, entries: namedMaps(secrets, "file") },
    identity: asMap(valueAt(map, "id_tokens")) !== undefined,
    condition: asText(valueAt(map, "when")),
    environment: undefined,
    needs: [],
    runsOn: leavesOf(valueAt(map, "tags")).map((leaf) => leaf.text.text),
    extends: leavesOf(valueAt(map, "extends"))
      .map((leaf) => leaf.text.text)
      .reverse(),
  };
}

/** `NAME: value` and `NAME: { value: …, description: … }`. */
function variablesOf(value: YamlValue | undefined): CiEntry[] {
  if (value?.kind !== "map") return [];
  const described = namedMaps(value, "value").filter((entry) => entry.value !== undefined);
  return [...namedTexts(value), ...described];
}
