import type { Ended } from "./end.ts";

/** Tells what could not be ended: whoever has it can use it until its own end. The sentences are not masked yet. */
export function sayNotRevoked(ended: readonly Ended[], say: (sentence: string) => void): void {
  for (const one of ended) {
    if (one.end !== "not-revoked") continue;
    const until = one.untilMs === undefined ? "" : ` It lives until ${new Date(one.untilMs).toISOString()}.`;
    say(`warning: secret ${one.name} was not revoked: ${one.why}${until}`);
  }
}

/** The same of what nobody knows: sources that were still being asked when the end came. */
export function sayStillAsked(names: readonly string[], say: (sentence: string) => void): void {
  for (const name of names) {
    say(`warning: the source of secret ${name} had not answered when the end came: what it gives now is not revoked`);
  }
}
