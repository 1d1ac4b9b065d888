import type { IssuedInSession } from "../secret/issue-in-session.ts";
import type { Granted } from "./grants.ts";
import type { CarryOutAsk } from "./ready.ts";

export type EarlyAsk = Pick<CarryOutAsk, "site" | "wishes" | "session"> & {
  readonly granted: Granted;
  readonly issued: IssuedInSession;
};

/** An answer that comes later is of no use to who watches a build begin. */
const limitMs = 2000;

/**
 * Sees, beside the build's start and never in its way, whether what was granted is of any use: a bucket that refuses to be
 * read is told in the first seconds and not found out after an uncached hour. Nothing is written anywhere. `stop` ends it at
 * once; what goes wrong with the check itself is nobody's business.
 */
export function checkEarly(ask: EarlyAsk): { readonly stop: () => void } {
  const end = new AbortController();
  const stop = () => end.abort();
  const timer = setTimeout(stop, limitMs);
  timer.unref();
  void look(ask, end.signal)
    .catch(() => {})
    .finally(() => clearTimeout(timer));
  return { stop };
}

async function look({ granted, issued, site, wishes, session }: EarlyAsk, signal: AbortSignal): Promise<void> {
  const isCached = granted.plan.steps.some(
    ({ reached, grants }) => reached && grants.some(({ what }) => what === cachedBy),
  );
  if (!isCached) return;
  const { lookAtBuckets } = await import("../doctor/look-at-buckets.ts");
  const checks = await lookAtBuckets({
    granted,
    minted: issued.minted,
    config: site.config,
    facts: site.facts,
    requests: wishes.requests,
    host: issued.host,
    mask: session.mask,
    signal,
    limitMs,
  });
  if (signal.aborted) return;
  for (const { id, says, remedy = "" } of checks) {
    const so = id.startsWith("bucket.") ? " Steps that use sccache run uncached, or fail." : "";
    session.machine.say(session.mask.text(`warning: ${sentence(says)}${so} ${sentence(remedy)}`));
  }
}

/** The recipe whose consumer says nothing of a bucket that it cannot use. */
const cachedBy = "recipe sccache";

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}
