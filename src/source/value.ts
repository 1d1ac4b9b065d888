import { SealError } from "../error.ts";
import { describeDuration } from "../identity/duration.ts";
import { readJwt } from "../identity/jwt.ts";
import { clockSkewMs } from "../identity/token.ts";
import { secretLimitBytes } from "../identity/unreadable.ts";
import { Secret } from "../secret/secret.ts";

export type Lifetime = { readonly issuedAt?: Date; readonly expiresAt?: Date };

/**
 * Boxes a value that was read. `place` begins a sentence: "The variable NPM_TOKEN".
 * @throws SOURCE if it is empty, or larger than BuildKit takes.
 */
export function boxValue(name: string, bytes: Uint8Array, place: string): Secret {
  if (bytes.byteLength > secretLimitBytes) {
    const message = `${place} holds ${bytes.byteLength} bytes; BuildKit takes no secret of more than ${secretLimitBytes}.`;
    throw new SealError(
      "SOURCE",
      message,
      "Check that it is the right one; bigger things belong into the build context.",
    );
  }
  const value = new Secret(name, bytes);
  if (value.exposeText().trim() === "") {
    const message = `${place}, which the secret ${name} is read from, ${bytes.byteLength === 0 ? "is empty" : "holds nothing but blanks"}.`;
    throw new SealError(
      "SOURCE",
      message,
      "Give it the value. In a fork's pull request CI systems give no secrets: leave this one out there.",
    );
  }
  return value;
}

/** What the user has to know of a value that is one line with its end, as an editor or a `kubectl create secret` leaves it. */
export function lineBreakNotices(value: Secret, place: string): readonly string[] {
  if (!/^[^\r\n]+\r?\n$/.test(value.exposeText())) return [];
  const told = `${place} ends with a line break; it is mounted as it is, and a program that does not trim it would send it along.`;
  return [told];
}

/**
 * The lifetime that a value tells of itself, if it is a JWT.
 * @throws SOURCE if it is over.
 */
export function lifetimeOf(value: Secret, place: string, nowMs: number): Lifetime {
  const jwt = readJwt(value.exposeText().trim());
  if (jwt.kind === "not-a-jwt") return {};
  const { issuedAt, expiresAt } = jwt.claims;
  if (expiresAt !== undefined) refuseExpired(expiresAt, place, nowMs);
  return { ...(issuedAt && { issuedAt }), ...(expiresAt && { expiresAt }) };
}

/** @throws SOURCE if that time is more than a minute past. */
export function refuseExpired(expiresAt: Date, place: string, nowMs: number): void {
  const pastMs = nowMs - expiresAt.getTime();
  if (pastMs <= clockSkewMs) return;
  const message = `${place} gives a token that expired ${describeDuration(pastMs)} ago (at ${expiresAt.toISOString()}).`;
  throw new SealError("SOURCE", message, "See that it is renewed where it comes from, and check this machine's clock.");
}
