import { SealError } from "../error.ts";
import { skewMsOf } from "../identity/exchange/answer.ts";
import { type ExchangeAnswer, ExchangeError, type ExchangeRequest } from "../identity/exchange/exchange.ts";
import type { Host } from "../identity/host.ts";
import type { Identity } from "../identity/identity.ts";
import { quoted } from "../identity/quoted.ts";
import type { Minted } from "./source.ts";

/**
 * Asks an issuer; that it gave no answer at all becomes a sentence for the user.
 *
 * @param what begins that sentence: "The secret hf-token could not be had"
 * @throws SOURCE, POLICY
 */
export async function askIssuer(
  host: Pick<Host, "exchange">,
  what: string,
  request: ExchangeRequest,
): Promise<ExchangeAnswer> {
  try {
    return await host.exchange(request);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    throw new SealError("SOURCE", `${what}: ${error.message}.`, error.remedy, { cause: error });
  }
}

/** The time of an issue, and whose that is. */
export type Issue = Pick<Minted, "clock"> & { readonly issuedAt: Date };

/** When it was that an answer came: by the server's own clock, where that is told. */
export function issueOf(answer: ExchangeAnswer, nowMs: number): Issue {
  return issueBySkew(skewMsOf(answer, nowMs), nowMs);
}

/** @param skewMs how far our clock is ahead of the issuer's; `undefined`: nobody knows */
export function issueBySkew(skewMs: number | undefined, nowMs: number): Issue {
  return skewMs === undefined ? { issuedAt: new Date(nowMs) } : { issuedAt: new Date(nowMs - skewMs), clock: "issuer" };
}

/** What a token says of itself, for somebody who holds it against a trust policy. */
export function describeClaims({ issuer, subject, audience }: Identity): string {
  const said = (text: string | undefined) => (text === undefined ? "none" : quoted(text, 300));
  const audiences = audience.length === 0 ? "none" : audience.map((one) => quoted(one, 300)).join(", ");
  return `issuer ${said(issuer)}, subject ${said(subject)}, audience ${audiences}`;
}

/** What the user has to know where the identity ends with the job's one token: nothing can be had for it afterwards. */
export function identityNotices(name: string, { renewal, expiresAt, notices }: Identity): readonly string[] {
  if (renewal !== "never" || expiresAt === undefined) return notices;
  const end = `The identity that the secret ${name} is had for cannot be had again: the secret can be renewed until ${expiresAt.toISOString()}, and no longer: a longer job needs a token that lives longer (GitLab: a longer timeout).`;
  return [...notices, end];
}

const printable = /^[\x21-\x7e]{8,}$/;

/** Whether an answer's text can be a token: one word that a header can carry. */
export function isToken(text: string | undefined): text is string {
  return text !== undefined && printable.test(text);
}
