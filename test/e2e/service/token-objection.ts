import { createPublicKey, type JsonWebKey, verify } from "node:crypto";

type Key = JsonWebKey & { readonly kid: string };

/** Checks an RS256 JWT as a relying party does: the signature by the issuer's published keys, issuer, audience, times. */
export function createObjection(issuerUrl: string): (token: string, audience: string) => Promise<string | undefined> {
  return async (token, audience) => {
    const [head = "", body = "", signature = ""] = token.split(".");
    if (signature === "") return "it is no JWT";
    const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
    const { alg, kid } = read(head);
    const { keys } = (await (await fetch(`${issuerUrl}/keys`)).json()) as { keys: Key[] };
    const key = keys.find((one) => one.kid === kid);
    if (alg !== "RS256" || key === undefined) return "its key is not known";
    const isSigned = verify(
      "sha256",
      Buffer.from(`${head}.${body}`),
      createPublicKey({ key, format: "jwk" }),
      Buffer.from(signature, "base64url"),
    );
    if (!isSigned) return "its signature is wrong";
    const { iss, aud, exp, iat } = read(body);
    const now = Date.now() / 1000;
    if (iss !== issuerUrl) return "its issuer is another";
    if (![aud].flat().includes(audience)) return "its audience is another";
    if (!(Number(iat) <= now + 60 && now < Number(exp))) return "it is not valid now";
    return undefined;
  };
}
