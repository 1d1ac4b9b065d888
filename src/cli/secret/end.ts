import { SealError } from "../../error.ts";
import type { Minted } from "../../source/source.ts";

/** What became of an issued secret when nobody needed it any more. */
export type Ended =
  | { readonly name: string; readonly end: "revoked" }
  /** Its issuer cannot end it: it lives until then. */
  | { readonly name: string; readonly end: "lives"; readonly untilMs: number | undefined }
  | { readonly name: string; readonly end: "not-revoked"; readonly why: string; readonly untilMs: number | undefined };

/** A build's end, and somebody who pressed Ctrl-C, wait so long for issuers and no longer. */
const limitMs = 10_000;
const lastWordMs = 250;

/**
 * Has every value that was issued ended by its issuer, where that can be: all at once, superseded ones too. It never
 * throws: what could not be revoked is told, and so is what did not end in time. The process stays alive until it is done.
 *
 * @param sooner comes where nobody waits even that long
 */
export async function endAll(
  issued: readonly { readonly name: string; readonly minted: Minted }[],
  sooner?: AbortSignal,
): Promise<Ended[]> {
  const limit = new AbortController();
  // AbortSignal.timeout would let the process end where an issuer's answer hangs on nothing it knows of
  const timer = setTimeout(() => limit.abort(), limitMs);
  const signal = sooner === undefined ? limit.signal : AbortSignal.any([sooner, limit.signal]);
  try {
    return await Promise.all(issued.map(({ name, minted }) => endOne(name, minted, signal)));
  } finally {
    clearTimeout(timer);
  }
}

async function endOne(name: string, minted: Minted, signal: AbortSignal): Promise<Ended> {
  const untilMs = minted.expiresAt?.getTime();
  if (minted.revoke === undefined) return { name, end: "lives", untilMs };
  try {
    await within(minted.revoke({ signal }), signal, name);
    return { name, end: "revoked" };
  } catch (error) {
    const why = error instanceof SealError ? error.message : `The secret ${name} could not be revoked.`;
    return { name, end: "not-revoked", why, untilMs };
  }
}

/** A source may not listen to the signal; one that does has a moment to say what it left behind. */
async function within(ending: Promise<void>, signal: AbortSignal, name: string): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  let last: NodeJS.Timeout | undefined;
  const giveUp = (): void => {
    const message = `The secret ${name} was not revoked in time: its issuer had not answered.`;
    last = setTimeout(() => reject(new SealError("SOURCE", message, "See to it at its issuer.")), lastWordMs);
  };
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    await Promise.race([ending, promise]);
  } finally {
    signal.removeEventListener("abort", giveUp);
    clearTimeout(last);
  }
}
