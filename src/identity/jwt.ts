/** What a JSON Web Token says of itself. Nothing is verified: we are its bearer, not the one who must believe it. */
export type JwtClaims = {
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly audience: readonly string[];
  readonly expiresAt: Date | undefined;
  readonly issuedAt: Date | undefined;
  readonly notBefore: Date | undefined;
};

/** `why` is a clause to follow "it is not a JWT:"; it never holds any of the text. */
export type JwtReading =
  | { readonly kind: "jwt"; readonly claims: JwtClaims }
  | { readonly kind: "not-a-jwt"; readonly why: string };

const limitCharacters = 512_000;
const base64url = /^[A-Za-z0-9_-]+$/;
const lastSecondOfDate = 8.64e12;

/** Reads the claims of a signed JWT in its compact form (RFC 7519, RFC 7515 §7.1), strictly: no blanks, no padding. */
export function readJwt(token: string): JwtReading {
  if (token.length > limitCharacters) return no("it is too long");
  const parts = token.split(".");
  if (parts.length !== 3)
    return no(`it has ${parts.length === 1 ? "no dots" : `${parts.length} parts`}, not three parts`);
  const [header, payload, signature] = parts as [string, string, string];
  const head = decodeObject(header);
  if (head === undefined || typeof head["alg"] !== "string") return no("its first part is not a JWT header");
  if (signature === "") return no("it is not signed");
  if (!base64url.test(signature)) return no("its signature is not base64url");
  const body = decodeObject(payload);
  if (body === undefined) return no("its second part is not a JSON object");
  return readClaims(body);
}

function readClaims(body: Readonly<Record<string, unknown>>): JwtReading {
  const { iss, sub, aud, exp, iat, nbf } = body;
  if (!isOptionalText(iss)) return no("its issuer (iss) is not text");
  if (!isOptionalText(sub)) return no("its subject (sub) is not text");
  const audience = typeof aud === "string" ? [aud] : (aud ?? []);
  if (!isTextList(audience)) return no("its audience (aud) is neither text nor a list of texts");
  for (const [name, time] of Object.entries({ exp, iat, nbf })) {
    if (time !== undefined && !isNumericDate(time)) return no(`its ${name} is not a time`);
  }
  return {
    kind: "jwt",
    claims: {
      issuer: iss,
      subject: sub,
      audience,
      expiresAt: toDate(exp),
      issuedAt: toDate(iat),
      notBefore: toDate(nbf),
    },
  };
}

function no(why: string): JwtReading {
  return { kind: "not-a-jwt", why };
}

function decodeObject(part: string): Readonly<Record<string, unknown>> | undefined {
  if (!base64url.test(part) || part.length % 4 === 1) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(part, "base64url"));
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** RFC 7519 §2: seconds since 1970, fractions allowed. */
function isNumericDate(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= lastSecondOfDate;
}

function toDate(seconds: unknown): Date | undefined {
  return typeof seconds === "number" ? new Date(seconds * 1000) : undefined;
}
