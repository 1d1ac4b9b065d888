import type { CiFile, CiJob, GithubWorkflow } from "../document.ts";
import type { SourcedText } from "../sourced-text.ts";
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
import { readSteps } from "./step.ts";

type Content = Omit<GithubWorkflow, keyof CiFile>;

/** A workflow: the first document of its file. */
export function readWorkflow(documents: readonly YamlValue[]): Content {
  const root = asMap(documents[0]);
  const on = valueAt(root, "on");
  const called = asMap(valueAt(asMap(on), "workflow_call"));
  const identity = grantsIdentity(valueAt(root, "permissions"));
  const shell = defaultShell(root);
  const read = new Map<YamlValue, CiJob>();
  const jobs = entriesOf(asMap(valueAt(root, "jobs"))).flatMap((entry) => {
    const map = asMap(entry.value);
    if (map === undefined) return [];
    // a job that an alias repeats is read once
    const job = read.get(map) ?? readJob(entry, map, identity, shell);
    read.set(map, job);
    return [job];
  });
  return {
    kind: "github-workflow",
    triggers: triggersOf(on),
    env: namedTexts(valueAt(root, "env")),
    jobs: [...new Set(jobs)],
    declaredSecrets: namedMaps(valueAt(called, "secrets"), "description"),
    inputs: namedMaps(valueAt(called, "inputs"), "default"),
  };
}

function readJob(entry: YamlEntry, map: YamlMap, identity: boolean, shell: string | undefined): CiJob {
  const secrets = valueAt(map, "secrets");
  const permissions = valueAt(map, "permissions");
  const inherit = asText(secrets);
  const environment = valueAt(map, "environment");
  const runsOn = leavesOf(valueAt(map, "runs-on")).map((leaf) => leaf.text.text);
  const onWindows = runsOn.some((label) => /^windows/i.test(label));
  return {
    start: entry.start,
    end: entry.end,
    name: entry.key,
    env: namedTexts(valueAt(map, "env")),
    steps: readSteps(valueAt(map, "steps"), defaultShell(map) ?? shell ?? (onWindows ? "pwsh" : undefined)),
    uses: asText(valueAt(map, "uses")),
    with: namedTexts(valueAt(map, "with")),
    secrets: { inherit: inherit?.text === "inherit" ? inherit : undefined, entries: namedTexts(secrets) },
    identity: permissions === undefined ? identity : grantsIdentity(permissions),
    condition: asText(valueAt(map, "if")),
    environment: asText(environment) ?? asText(valueAt(asMap(environment), "name")),
    needs: leavesOf(valueAt(map, "needs")).map((leaf) => leaf.text.text),
    runsOn,
    extends: [],
  };
}

/** `on: push`, `on: [push]`, `on: { push: … }`. */
function triggersOf(on: YamlValue | undefined): SourcedText[] {
  if (on?.kind === "map") return entriesOf(on).map((entry) => entry.key);
  return leavesOf(on).map((leaf) => leaf.text);
}

function grantsIdentity(permissions: YamlValue | undefined): boolean {
  if (permissions?.kind === "scalar") return permissions.text.text === "write-all";
  return asText(valueAt(asMap(permissions), "id-token"))?.text === "write";
}

function defaultShell(map: YamlMap | undefined): string | undefined {
  return asText(valueAt(asMap(valueAt(asMap(valueAt(map, "defaults")), "run")), "shell"))?.text;
}
