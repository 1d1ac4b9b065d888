import { SealError } from "../error.ts";
import { matchesHost } from "../identity/exchange/host-rule.ts";
import type { PolicyFile } from "./policy-schema.ts";

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

/** The same for a kind that nobody asked for by name: a clause where it is not allowed. */
export function allowedIdentity(policy: Policy, kind: string): string | undefined {
  const strict = policy.find(({ file }) => file.identities !== undefined && !file.identities.includes(kind));
  return strict === undefined ? undefined : `the policy ${strict.path} does not allow it`;
}

/**
 * Whether credentials may go to a host that is not built in: at least one policy lists it, and each that has a list does.
 * An entry is a host's name, or `*.` and the end of one.
 */
export function allowsHost(policy: Policy, host: string): boolean {
  const lists = policy.flatMap(({ file }) => (file.hosts === undefined ? [] : [file.hosts]));
  return lists.length > 0 && lists.every((hosts) => hosts.some((pattern) => matchesHost(pattern, host)));
}

/** What may run a command; `command` is there where it does. */
type Runs = { readonly from: string; readonly command?: readonly string[] | undefined };

/**
 * Whether a source may run. `exec` from a checkout needs the user's own `--seal-allow exec`, or a policy that lists
 * its command: an entry matches a command that begins with its words.
 *
 * @throws SealError POLICY
 */
export function allowSource(policy: Policy, secret: string, source: Runs, allowed: { readonly exec: boolean }): void {
  for (const { path, file } of policy) {
    if (file.sources === undefined || lists(file.sources, source)) continue;
    throw refused(path, `source ${shown(source)} of secret ${secret} is not among the allowed ones`);
  }
  if (source.from === "exec") refuseUnasked(policy, `secret ${secret}`, source, allowed);
}

/**
 * Whether an entry of `identities:` may be asked: its kind must be an allowed one, and one that runs a command needs what
 * an `exec` source needs.
 *
 * @throws SealError POLICY
 */
export function allowNamedIdentity(
  policy: Policy,
  name: string,
  identity: Runs,
  allowed: { readonly exec: boolean },
): void {
  allowIdentity(policy, identity.from);
  if (identity.from !== "exec") return;
  for (const { path, file } of policy) {
    if (file.sources === undefined || lists(file.sources, identity)) continue;
    throw refused(path, `${shown(identity)} of identity ${name} is not among the allowed \`sources\``);
  }
  refuseUnasked(policy, `identity ${name}`, identity, allowed);
}

function lists(sources: NonNullable<PolicyFile["sources"]>, { from, command }: Runs): boolean {
  return sources.some((entry) =>
    typeof entry === "string"
      ? entry === from
      : from === "exec" && entry.exec.some((words) => words.every((word, at) => command?.[at] === word)),
  );
}

function shown({ from, command }: Runs): string {
  return command === undefined ? `\`${from}\`` : `\`${from}\` with the command \`${command[0]}\``;
}

/** A command that only the checkout asks for. */
function refuseUnasked(policy: Policy, who: string, { command }: Runs, allowed: { readonly exec: boolean }): void {
  if (allowed.exec || policy.some(({ file }) => file.sources !== undefined)) return;
  throw new SealError(
    "POLICY",
    `${who} would run the command \`${command?.[0] ?? ""}\`, and it is the checkout that says so`,
    "If that is meant, say it from outside the checkout: `--seal-allow exec`, or `sources: [{ exec: [[…]] }]` in the policy",
  );
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

/** What a policy says no to. */
export function refused(
  path: string,
  what: string,
  remedy = "Ask for less, or have the policy changed by who keeps it",
): SealError {
  return new SealError("POLICY", `${path}: ${what}`, remedy);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
