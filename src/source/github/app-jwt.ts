import { type KeyObject, sign } from "node:crypto";

/** GitHub takes none from its future: a minute is what its own guide leaves for clocks that differ. */
const earlierSeconds = 60;
/** At most 600 (GitHub, "Generating a JWT for a GitHub App"); half of it leaves room for a clock that is ahead. */
const lifeSeconds = 300;

/**
 * The token by which an App shows who it is: RS256, for a few minutes.
 *
 * @param issuer the App's client id, or its id
 */
export function signAppJwt(key: KeyObject, issuer: string, nowMs: number): string {
  const nowSeconds = Math.floor(nowMs / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iat: nowSeconds - earlierSeconds, exp: nowSeconds + lifeSeconds, iss: issuer };
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}
