import { NotHere, SealError } from "../error.ts";
import { NotForFork } from "../grant/fork-refusal.ts";
import { describeIdentity } from "../identity/describe.ts";
import { type Identity, NotSetUp } from "../identity/identity.ts";
import { bare, type Check, failed, fine, noted, wrong } from "./check.ts";

/** What a kind of identity, or an entry of `identities:`, answered; `not-asked`: it would run a command, or ask a server. */
export type AskedIdentity = {
  readonly name: string;
  readonly kind: string;
  readonly answer: Identity | NotHere | SealError | "not-asked";
};

/** Which identities secrets wait for that no build does without. */
export type NeededIdentities = {
  /** The first one that applies. */
  readonly chain: boolean;
  /** Those that their sources name. */
  readonly named: ReadonlySet<string>;
};

/**
 * Which identities there are and what they say, and why the others are none.
 *
 * @param nowMs milliseconds since 1970
 */
export function identityChecks(asked: readonly AskedIdentity[], needed: NeededIdentities, nowMs: number): Check[] {
  const told = asked.filter(({ answer }) => !(answer instanceof NotForFork));
  const checks = told.flatMap((one) => {
    const same = sameFault(one.answer, told);
    return checksOf(one, same?.name === one.name ? undefined : same?.name, needed.named.has(one.name), nowMs);
  });
  if (told.length < asked.length) checks.push(noted("identity.fork", "none is asked: a fork's job gets none"));
  return lacksIdentity(asked, needed) ? [...checks, noneApplies(asked)] : checks;
}

/** Whether something waits for the first one that applies, and none does; what was not asked may be one. */
export function lacksIdentity(asked: readonly AskedIdentity[], { chain }: NeededIdentities): boolean {
  return chain && asked.every(({ answer }) => answer instanceof NotHere);
}

function noneApplies(asked: readonly AskedIdentity[]): Check {
  const says = "no identity applies, and a secret needs one";
  // of the platform that the job runs on, what is missing is the likely reason
  const near = asked.filter(({ answer }) => answer instanceof NotSetUp).map(({ name }) => name);
  const pages = "docs/identity has a page for each";
  if (near.length > 0)
    return wrong("identity.none", `${says}: see ${near.join(", ")}`, `Give the job what is missing there; ${pages}`);
  const remedy =
    "Give the job one: a service account with a role (EKS), `permissions: id-token: write` (GitHub), `id_tokens:` (GitLab), the agent's own (Buildkite) or the job's (CircleCI)";
  return wrong("identity.none", says, `${remedy}; ${pages}`);
}

/** The first identity that has this very fault: it is told there, and once. */
export function sameFault(answer: unknown, asked: readonly AskedIdentity[]): AskedIdentity | undefined {
  if (!(answer instanceof SealError)) return undefined;
  return asked.find((one) => one.answer instanceof SealError && one.answer.message === answer.message);
}

function checksOf(
  { name, kind, answer }: AskedIdentity,
  toldAt: string | undefined,
  isNamed: boolean,
  nowMs: number,
): Check[] {
  const id = `identity.${name}`;
  const shown = name === kind ? name : `${name} (${kind})`;
  if (answer === "not-asked") return [noted(id, `${shown}: not asked in a dry run`)];
  if (answer instanceof NotHere) {
    const says = `${shown}: ${answer.reason}`;
    const remedy = answer.remedy ?? "Give the job that identity, or have the secret name another one (`identity:`)";
    return [isNamed ? wrong(id, says, remedy) : noted(id, says)];
  }
  if (toldAt !== undefined) return [bare(id, "error", `${shown}: see ${toldAt}`)];
  if (answer instanceof SealError) return [failed(id, answer, `${shown}: `)];
  const notices = answer.notices.map((notice, at) =>
    bare(`${id}.notice${at === 0 ? "" : `-${at + 1}`}`, "warning", `${shown}: ${notice}`),
  );
  return [fine(id, `${shown}: ${claimsOf(answer, nowMs)}`), ...notices];
}

/** What a screen has room for, of all that can be said of it. */
const told: ReadonlySet<string> = new Set(["subject", "which is", "issuer", "audience", "role", "life"]);

/** Who the job is, as the token says it. */
function claimsOf(identity: Identity, nowMs: number): string {
  const lines = describeIdentity(identity, nowMs).filter(({ what }) => told.has(what));
  return lines.map(({ what, text }) => (what === "life" ? text : `${what} ${text}`)).join(", ");
}
