import type { FreshnessEvent } from "../../source/event.ts";
import { type Minted, type SourceHost, secretsOf } from "../../source/source.ts";
import type { SecretStore } from "../../source/store.ts";
import { createRunCommand } from "../../system/child.ts";
import type { Session } from "../build/session.ts";
import { type IssueAsk, type Issued, issueSecrets } from "./issue.ts";
import { openSourceHost } from "./source-host.ts";

export type SessionIssueAsk = Pick<
  IssueAsk,
  "contents" | "wanted" | "config" | "policy" | "requireIdentity" | "allowExec"
> & {
  readonly session: Session;
  readonly readText: (path: string) => Promise<string | undefined>;
  /** Where contents go; the session's store unless given. */
  readonly put?: SecretStore["put"];
  /** Who asked for a secret: what is left out without it. */
  readonly askersOf: (secret: string) => readonly string[];
  /** What happens where an optional one is left out: a clause. */
  readonly without: string;
};

/** With what its sources had of the machine: for who asks with what was issued. */
export type IssuedInSession = Issued & { readonly host: SourceHost };

/**
 * Issues secrets in a session, and tells the user (and the CI's runner) what there is to tell.
 *
 * @throws SealError POLICY, IDENTITY, SOURCE, STORE
 */
export async function issueInSession(ask: SessionIssueAsk): Promise<IssuedInSession> {
  const { session, readText, put, config, policy, allowExec } = ask;
  const { machine, mask } = session;
  const store = await session.store();
  const place = await openSourceHost({
    machine,
    mask: mask.text,
    policy,
    identities: config?.identities ?? {},
    run: createRunCommand(machine.environment, store),
    allowExec,
    readText,
  });
  const issued = await issueSecrets({
    contents: ask.contents,
    wanted: ask.wanted,
    config,
    policy,
    requireIdentity: ask.requireIdentity,
    allowExec,
    place,
    store: put === undefined ? session.store : async () => ({ put }),
    mask,
    say: machine.say,
    report: (event) => sayFreshness(event, session),
    beforeExit: session.beforeExit,
    announce: (minted) => registerOnGithub(minted, session),
  });
  for (const [name, reason] of issued.leftOut) {
    const askers = [...new Set(ask.askersOf(name))].join(", ");
    machine.say(`warning: ${askers} is left out, and ${ask.without}: no identity for ${name}: ${reason}`);
  }
  for (const minted of issued.minted.values()) for (const notice of minted.notices) machine.say(mask.text(notice));
  return { ...issued, host: place.host };
}

/**
 * GitHub's runner then hides the values in everything that the job prints later too. The commands go to stderr, for
 * stdout may be captured; the runner reads both.
 */
function registerOnGithub(minted: Minted, { machine }: Session): void {
  if (machine.environment["GITHUB_ACTIONS"] !== "true") return;
  // not what they were made with: a line of it in a log that nobody hides would be the worst of all
  for (const secret of secretsOf({ ...minted, keys: [] })) {
    for (const line of secret.exposeText().split(/\r?\n/)) {
      if (line.trim().length < 8) continue;
      process.stderr.write(`::add-mask::${line.replaceAll("%", "%25")}\n`);
    }
  }
}

function sayFreshness(event: FreshnessEvent, { machine, mask }: Session): void {
  const seconds = (ms: number | undefined) => (ms === undefined ? "no end" : `${Math.round(ms / 1000)} s`);
  switch (event.kind) {
    case "renewed":
      return;
    case "renewal-failed":
      machine.say(
        `warning: secret ${event.secret} could not be renewed (try ${event.attempt}): ${mask.text(event.error.message)} Life left: ${seconds(event.lifeLeftMs)}`,
      );
      return;
    case "expiring":
      machine.say(
        `warning: secret ${event.secret} ends in ${seconds(event.lifeLeftMs)}, and its source has nothing newer`,
      );
      return;
    case "expired":
      machine.say(`warning: secret ${event.secret} has expired; a step that starts now would get a dead value`);
  }
}
