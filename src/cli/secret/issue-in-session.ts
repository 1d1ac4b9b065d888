import type { FreshnessEvent } from "../../source/event.ts";
import type { SourceHost } from "../../source/source.ts";
import type { SecretStore } from "../../source/store.ts";
import { createRunCommand } from "../../system/child.ts";
import type { Session } from "../build/session.ts";
import { createRunnerMask } from "./github-mask.ts";
import { type IssueAsk, type Issued, issueSecrets } from "./issue.ts";
import { openSourceHost, type SourcePlace } from "./source-host.ts";
import { whyNotGiven } from "./why-not-given.ts";

export type SessionIssueAsk = Pick<
  IssueAsk,
  "contents" | "wanted" | "config" | "policy" | "requireIdentity" | "allowExec"
> & {
  readonly session: Session;
  readonly readText: (path: string) => Promise<string | undefined>;
  /** What sources get of the machine, where it was opened before. */
  readonly place?: SourcePlace;
  /** Where contents go; the session's store unless given. */
  readonly put?: SecretStore["put"];
  /** Who asked for a secret: what is left out without it. */
  readonly askersOf: (secret: string) => readonly string[];
  /** What happens where an optional one is left out: a clause. */
  readonly without: string;
};

/** With what its sources had of the machine: for who asks with what was issued. */
export type IssuedInSession = Issued & { readonly host: SourceHost };

/** What sources get of the machine, with the session's store as the keeper of what they start. @throws SealError STORE */
export async function openPlace({
  session: { machine, mask, store },
  config,
  policy,
  allowExec,
  readText,
}: Pick<SessionIssueAsk, "session" | "config" | "policy" | "allowExec" | "readText">): Promise<SourcePlace> {
  return openSourceHost({
    machine,
    mask: mask.text,
    policy,
    identities: config?.identities ?? {},
    run: createRunCommand(machine.environment, await store()),
    allowExec,
    readText,
  });
}

/**
 * Issues secrets in a session, and tells the user (and the CI's runner) what there is to tell.
 *
 * @throws SealError POLICY, IDENTITY, SOURCE, STORE
 */
export async function issueInSession(ask: SessionIssueAsk): Promise<IssuedInSession> {
  const { session, put, config, policy, allowExec } = ask;
  const { machine, mask } = session;
  const place = ask.place ?? (await openPlace(ask));
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
    announce: createRunnerMask(machine),
  });
  for (const [name, nothing] of issued.leftOut) {
    const askers = [...new Set(ask.askersOf(name))].join(", ");
    machine.say(`warning: ${askers} is left out, and ${ask.without}: ${whyNotGiven(name, nothing)}`);
  }
  for (const minted of issued.minted.values()) for (const notice of minted.notices) machine.say(mask.text(notice));
  return { ...issued, host: place.host };
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
