import type { CiJob, CiStep, GithubWorkflow } from "../document.ts";
import { byName } from "../entry-index.ts";
import type { SourcedText } from "../sourced-text.ts";
import { type KnownValue, type KnownValues, outcomeOf } from "./condition.ts";
import { expressionsIn } from "./expression.ts";

/** The events that run with the repository's secrets for what a stranger wrote. */
export type ForeignEvent = "pull_request_target" | "workflow_run";

/**
 * Whether a condition keeps a job or a step from running for a pull request from a fork that nobody has merged. What it
 * asks beside that (a label, an author) is not known here.
 */
export function keepsStrangersOut(condition: string | undefined, event: ForeignEvent): boolean {
  return condition !== undefined && outcomeOf(condition, strangersValues(event)) === false;
}

// GitHub's "Webhook events and payloads"
function strangersValues(event: ForeignEvent): KnownValues {
  const ours = { name: { same: "our repository" }, owner: { same: "our owner" } };
  const theirs = { name: { same: "their repository" }, owner: { same: "their owner" } };
  const values = new Map<string, KnownValue>([
    ["github.event_name", event],
    ["github.repository", ours.name],
    ["github.repository_owner", ours.owner],
    ["github.event.repository.full_name", ours.name],
    ["github.event.repository.owner.login", ours.owner],
  ]);
  const [from, repository] =
    event === "workflow_run"
      ? ["github.event.workflow_run", "head_repository"]
      : ["github.event.pull_request", "head.repo"];
  values.set(from, true);
  values.set(`${from}.${repository}.full_name`, theirs.name);
  values.set(`${from}.${repository}.owner.login`, theirs.owner);
  values.set(`${from}.${repository}.fork`, true);
  if (event === "workflow_run") values.set(`${from}.event`, "pull_request");
  else {
    values.set(`${from}.merged`, false);
    values.set(`${from}.head.user.login`, theirs.owner);
    values.set(`${from}.base.repo.full_name`, ours.name);
  }
  return (path) => values.get(path);
}

// `refs/pull/1/merge`, `pull/1/head`; the names of outputs that hold the same
const HEAD = /pull_request\.head\b|merge_commit_sha\b|head_ref\b|head_sha\b|head_branch\b|head_repository\b|\bpull\//;

/** Whether a text names the pull request's own commit, branch or repository, itself or through `env`. */
export function namesHead(text: string | undefined, environment: Environment): boolean {
  if (text === undefined) return false;
  if (HEAD.test(text)) return true;
  const names = expressionsIn(text).flatMap(({ origins }) =>
    origins.flatMap(({ context, path }) => (context === "env" ? (path[0] ?? []) : [])),
  );
  return names.some((name) => HEAD.test(environment(name)?.text ?? ""));
}

export type Environment = (name: string) => SourcedText | undefined;

/** The variables that a step sees. */
export function environmentOf(document: GithubWorkflow, job: CiJob, step: CiStep): Environment {
  const lists = [step.env, job.env, document.env].map(byName);
  return (name) => lists.find((list) => list.has(name))?.get(name)?.value;
}

/** Where a step puts the pull request's own files: a folder, "" for the one it runs in; undefined: nowhere. */
export function headFolderOf(step: CiStep, environment: Environment): string | undefined {
  if (/^actions\/checkout(?:@|$)/.test(step.uses?.text ?? "")) {
    const input = (wanted: string) => step.with.find(({ name }) => name.text === wanted)?.value?.text;
    if (!namesHead(input("ref"), environment) && !namesHead(input("repository"), environment)) return undefined;
    const folder = (input("path") ?? "").replace(/^(?:\.\/)+|\/+$|^\.$/g, "");
    return folder.includes("$") ? "" : folder;
  }
  return step.scripts.some(({ source }) => takesHead(source.text, environment)) ? "" : undefined;
}

/** `gh pr checkout`, or git's commands that together put a pull request's commit into the working tree. */
function takesHead(script: string, environment: Environment): boolean {
  let isFetched = false;
  for (const line of script.split("\n")) {
    if (/^\s*#/.test(line)) continue;
    if (/\bgh\s+pr\s+checkout\b/.test(line)) return true;
    const verbs = [
      ...line.matchAll(/\bgit\s+(?:-\S+\s+){0,4}(clone|fetch|pull|checkout|switch|merge|reset|rebase)\b/g),
    ];
    if (verbs.length === 0) continue;
    const isNamed =
      namesHead(line, environment) || variablesOf(line).some((name) => namesHead(environment(name)?.text, environment));
    const moves = verbs.some(([, verb]) => verb !== "fetch");
    if ((isNamed || isFetched) && moves) return true;
    isFetched ||= isNamed;
  }
  return false;
}

function variablesOf(line: string): string[] {
  return [...line.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1]!);
}
