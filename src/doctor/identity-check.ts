import { NotHere, SealError } from "../error.ts";
import { describeIdentity } from "../identity/describe.ts";
import { type Identity, NotSetUp } from "../identity/identity.ts";
import { type Check, failed, fine, noted, odd, wrong } from "./check.ts";

/** What a kind of identity, or an entry of `identities:`, answered; `not-asked`: it would run a command, or ask a server. */
export type AskedIdentity = {
  readonly name: string;
  readonly kind: string;
  readonly answer: Identity | NotHere | SealError | "not-asked";
};

/**
 * Which identities there are and what they say, and why the others are none.
 *
 * @param needed something asks for the first one that applies
 * @param nowMs milliseconds since 1970
 */
export function identityChecks(asked: readonly AskedIdentity[], needed: boolean, nowMs: number): Check[] {
  const checks = asked.flatMap((one) => checksOf(one, nowMs));
  // what was not asked may be one
  const applies = asked.some(({ answer }) => !(answer instanceof NotHere));
  if (!needed || applies) return checks;
  const remedy =
    "Give the job one: a service account with a role (EKS), `permissions: id-token: write` (GitHub), `id_tokens:` (GitLab); docs/identity has a page for each";
  // of the platform that the job runs on, what is missing is the likely reason
  const near = asked.filter(({ answer }) => answer instanceof NotSetUp).map(({ name }) => name);
  const which = near.length === 0 ? "" : `: see ${near.join(", ")}`;
  return [...checks, wrong("identity.none", `no identity applies, and a secret needs one${which}`, remedy)];
}

function checksOf({ name, kind, answer }: AskedIdentity, nowMs: number): Check[] {
  const id = `identity.${name}`;
  const shown = name === kind ? name : `${name} (${kind})`;
  if (answer === "not-asked") return [noted(id, `${shown}: not asked in a dry run`)];
  if (answer instanceof NotHere) return [noted(id, `${shown}: ${answer.reason}`)];
  if (answer instanceof SealError) return [failed(id, answer, `${shown}: `)];
  const notices = answer.notices.map((notice, at) =>
    odd(`${id}.notice${at === 0 ? "" : `-${at + 1}`}`, `${shown}: ${notice}`, "Correct it where it comes from"),
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
