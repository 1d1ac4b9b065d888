import { SealError } from "../error.ts";

/**
 * A value that goes into a file of lines: one line, or a second one could say something else there.
 *
 * @throws SealError SOURCE, without the value
 */
export function lineOf(value: string, secret: string): string {
  if (value === "") throw unfit(secret, "is empty");
  if (/[\x00-\x1f\x7f\u0085\u2028\u2029]/.test(value))
    throw unfit(secret, "has a line break or another control character in it");
  return value;
}

/**
 * A value that is sent as a header by itself, so that a scheme may stand before it (`Bearer …`, `Basic …`).
 *
 * @throws SealError SOURCE, without the value
 */
export function headerOf(value: string, secret: string): string {
  if (/[^\x20-\x7e]/.test(lineOf(value, secret))) throw unfit(secret, "has a character that is not ASCII in it");
  return value;
}

/** What a header's value is without its scheme, where it has one: that alone would do, and is looked for as well. */
export function withoutScheme(value: string): string[] {
  const [, credentials] = /^(?:bearer|basic|token) +(\S+)$/i.exec(value) ?? [];
  return credentials === undefined ? [] : [credentials];
}

/**
 * A value that goes between blanks, as in a netrc file.
 *
 * @throws SealError SOURCE, without the value
 */
export function wordOf(value: string, secret: string): string {
  if (/[^\x21-\x7e]/.test(lineOf(value, secret)))
    throw unfit(secret, "has a blank or a character that is not ASCII in it");
  return value;
}

/** HTTP's Basic credentials (RFC 7617): the form in which a client sends, and some files hold, user and password. */
export function basicOf(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString("base64");
}

/** @throws SealError SOURCE, without the value */
function unfit(secret: string, what: string): SealError {
  return new SealError(
    "SOURCE",
    `Secret ${secret} ${what}, which the file that its consumer reads cannot hold`,
    "Check what its source gives: the token or password alone, in one line",
  );
}
