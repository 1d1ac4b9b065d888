import { SealError } from "../error.ts";
import { Secret } from "../secret/secret.ts";
import { describeDuration } from "./duration.ts";
import { type Identity, type IdentityFacts, OtherAudience, type Renewal } from "./identity.ts";
import { readJwt } from "./jwt.ts";
import { quoted } from "./quoted.ts";
import { secretLimitBytes } from "./unreadable.ts";

/** Two clocks that differ by this much are normal. */
export const clockSkewMs = 60_000;

export type TokenReading = {
  /** The name of the Secret that will hold it. */
  readonly name: string;
  readonly from: string;
  /** Where it was found, as a noun phrase that begins a sentence: "The token file /x (AWS_WEB_IDENTITY_TOKEN_FILE)". */
  readonly place: string;
  /** Any of these will do; none: whatever it is for. */
  readonly audiences: readonly string[];
  readonly limitCharacters?: { readonly count: number; readonly whose: string };
  readonly facts?: IdentityFacts;
  readonly renewal: Renewal;
  readonly nowMs: number;
  /** What to do, by what is wrong. */
  readonly remedy: { readonly content: string; readonly expired: string; readonly audience: string };
};

/**
 * Makes an identity of a token's bytes. Blanks and line breaks around it are taken off, and said: sccache up to 0.17
 * sends the text as it finds it.
 * @throws IDENTITY if it is empty, too large, no JWT, expired or not valid yet.
 */
export function identityFromToken(bytes: Uint8Array, reading: TokenReading): Identity | OtherAudience {
  const { place, nowMs, remedy } = reading;
  const refuse = (problem: string, advice: string) => new SealError("IDENTITY", `${place} ${problem}.`, advice);
  if (bytes.byteLength > secretLimitBytes) {
    const size = `holds ${bytes.byteLength} bytes; BuildKit takes no secret of more than ${secretLimitBytes}`;
    throw refuse(size, remedy.content);
  }
  const text = new TextDecoder().decode(bytes);
  const token = text.trim();
  if (token === "") throw refuse(text === "" ? "is empty" : "holds nothing but blanks", remedy.content);
  const jwt = readJwt(token);
  if (jwt.kind === "not-a-jwt") throw refuse(`does not hold an identity token (a JWT): ${jwt.why}`, remedy.content);
  const { claims } = jwt;
  const limit = reading.limitCharacters;
  if (limit !== undefined && token.length > limit.count) {
    throw refuse(
      `holds a token of ${token.length} characters; ${limit.whose} takes at most ${limit.count}`,
      remedy.content,
    );
  }
  const expiredMs = claims.expiresAt === undefined ? 0 : nowMs - claims.expiresAt.getTime();
  if (expiredMs > clockSkewMs) {
    const when = claims.expiresAt?.toISOString();
    throw refuse(`holds a token that expired ${describeDuration(expiredMs)} ago (at ${when})`, remedy.expired);
  }
  const earlyMs = claims.notBefore === undefined ? 0 : claims.notBefore.getTime() - nowMs;
  if (earlyMs > clockSkewMs) {
    throw refuse(
      `holds a token that is not valid before ${describeDuration(earlyMs)} from now`,
      "Set this machine's clock.",
    );
  }
  if (reading.audiences.length > 0 && !reading.audiences.some((wanted) => claims.audience.includes(wanted))) {
    const has =
      claims.audience.length === 0
        ? "no audience"
        : `the audience ${claims.audience.map((aud) => quoted(aud)).join(", ")}`;
    const wanted = quoted(reading.audiences[0] ?? "");
    return new OtherAudience(refuse(`holds a token for ${has}, and ${wanted} is wanted`, remedy.audience));
  }
  return {
    issuer: claims.issuer,
    audience: claims.audience,
    subject: claims.subject,
    token: new Secret(reading.name, token),
    ...(claims.issuedAt && { issuedAt: claims.issuedAt }),
    ...(claims.expiresAt && { expiresAt: claims.expiresAt }),
    from: reading.from,
    facts: reading.facts ?? {},
    renewal: reading.renewal,
    notices:
      token === text
        ? []
        : [
            `${place} has blanks or a line break around the token: it is used without them, as some programs send what they find.`,
          ],
  };
}
