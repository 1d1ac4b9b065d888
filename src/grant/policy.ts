import type { Step } from "../dockerfile/step.ts";
import { SealError } from "../error.ts";
import type { PolicyFile } from "./policy-schema.ts";
import { selects } from "./selector.ts";

/** Every policy that was found, with its path. All must agree: the strictest wins. */
export type Policy = readonly { readonly path: string; readonly file: PolicyFile }[];

export type CachedRule = "warn" | "rerun" | "refuse";

const strictness: readonly CachedRule[] = ["warn", "rerun", "refuse"];

/** The strictest of the policies' rules for cached steps and the one that was asked for. */
export function cachedRule(policy: Policy, asked: CachedRule = "warn"): CachedRule {
  const all = [asked, ...policy.map(({ file }) => file.cached ?? "warn")];
  return strictness[Math.max(...all.map((rule) => strictness.indexOf(rule)))]!;
}

/** @throws SealError POLICY if the gate is required and was turned off. */
export function requireGate(policy: Policy, mode: "gate" | "warn" | "off"): void {
  const requiring = policy.find(({ file }) => file.gate === "required");
  if (requiring === undefined || mode === "gate") return;
  throw refused(
    requiring.path,
    `the gate is required, and the scan was set to \`${mode}\``,
    "Leave out --seal-scan and `scan: { mode }`",
  );
}

/** @throws SealError POLICY */
export function allowIdentity(policy: Policy, kind: string): void {
  for (const { path, file } of policy) {
    if (file.identities === undefined || file.identities.includes(kind)) continue;
    throw refused(path, `identity \`${kind}\` is not among the allowed ones (${list(file.identities)})`);
  }
}

/**
 * Whether a source may run. `exec` from a checkout needs the user's own `--seal-allow exec`, or a policy that lists
 * its command: an entry matches a command that begins with its words.
 *
 * @throws SealError POLICY
 */
export function allowSource(
  policy: Policy,
  secret: string,
  source: { readonly from: string; readonly command?: readonly string[] | undefined },
  allowed: { readonly exec: boolean },
): void {
  const listing = policy.filter(({ file }) => file.sources !== undefined);
  for (const { path, file } of listing) {
    const hit = file.sources!.some((entry) =>
      typeof entry === "string"
        ? entry === source.from
        : source.from === "exec" &&
          entry.exec.some((words) => words.every((word, at) => source.command?.[at] === word)),
    );
    if (hit) continue;
    const what =
      source.command === undefined
        ? `\`${source.from}\``
        : `\`${source.from}\` with the command \`${source.command[0]}\``;
    throw refused(path, `source ${what} of secret ${secret} is not among the allowed ones`);
  }
  if (source.from !== "exec" || allowed.exec || listing.length > 0) return;
  throw new SealError(
    "POLICY",
    `secret ${secret} would run the command \`${source.command?.[0] ?? ""}\`, and it is the checkout that says so`,
    "If that is meant, say it from outside the checkout: `--seal-allow exec`, or `sources: [{ exec: [[…]] }]` in the policy",
  );
}

/**
 * Whether a step may get a secret.
 *
 * @throws SealError POLICY
 */
export function allowGrant(
  policy: Policy,
  grant: { readonly secret: string; readonly recipe?: string | undefined },
  step: Step,
): void {
  for (const { path, file } of policy) {
    if (file.grants === undefined) continue;
    const hit = file.grants.some(
      (entry) =>
        (entry.secret === undefined || entry.secret === grant.secret) &&
        (entry.with === undefined || entry.with === grant.recipe) &&
        (entry.stages === undefined || entry.stages.some((stage) => selects({ stage }, step))) &&
        (entry.steps === undefined || selects(entry.steps, step)),
    );
    if (hit) continue;
    const what = grant.recipe === undefined ? `secret ${grant.secret}` : `recipe ${grant.recipe}`;
    throw refused(path, `${what} may not go to ${step.label} (line ${step.line})`);
  }
}

/** @throws SealError POLICY unless one of the builder's names or endpoints is listed, where a list is given. */
export function allowBuilder(policy: Policy, names: readonly string[]): void {
  for (const { path, file } of policy) {
    if (file.builders === undefined || names.some((name) => file.builders!.includes(name))) continue;
    throw refused(path, `builder ${names[0]} is not among the allowed ones (${list(file.builders)})`);
  }
}

/** What a fork's pull request gets: nothing, unless every policy says otherwise. */
export function forkRule(policy: Policy): "none" | "read-only" {
  return policy.length > 0 && policy.every(({ file }) => file.forks === "read-only") ? "read-only" : "none";
}

function refused(
  path: string,
  what: string,
  remedy = "Ask for less, or have the policy changed by who keeps it",
): SealError {
  return new SealError("POLICY", `${path}: ${what}`, remedy);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
