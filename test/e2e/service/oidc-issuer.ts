import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Claims {
  readonly audience: string;
  readonly subject: string;
  /** Negative for a token that has expired already. 3600 when left out. */
  readonly lifeSeconds?: number;
  /** Any further claims; they win over the ones made here. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface OidcIssuer extends AsyncDisposable {
  /** The issuer's URL, on loopback. */
  readonly url: string;
  /** An RS256 JWT that verifies by the published keys. */
  issue(claims: Claims): string;
  /** The same by a key that is not published, under the published key's id. */
  issueWronglySigned(claims: Claims): string;
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function issueBy(key: KeyObject, keyId: string, issuer: string, { audience, subject, lifeSeconds, claims }: Claims) {
  const now = Math.floor(Date.now() / 1000);
  const end = now + (lifeSeconds ?? 3600);
  const issuedAt = Math.min(now, end - 1);
  const body = {
    iss: issuer,
    aud: [audience],
    sub: subject,
    iat: issuedAt,
    nbf: issuedAt,
    exp: end,
    jti: randomUUID(),
  };
  const signed = `${base64url({ alg: "RS256", typ: "JWT", kid: keyId })}.${base64url({ ...body, ...claims })}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}

/** An OpenID Connect issuer as a cluster or a CI platform has one: discovery, keys, and tokens that really verify. */
export async function startOidcIssuer(): Promise<OidcIssuer> {
  const published = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const unpublished = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = published.publicKey.export({ format: "jwk" });
  const keyId = createHash("sha256").update(String(jwk.n)).digest("hex").slice(0, 16);
  const requests: string[] = [];

  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    const documents: Record<string, unknown> = {
      "/.well-known/openid-configuration": {
        issuer: url,
        jwks_uri: `${url}/keys`,
        authorization_endpoint: `${url}/authorize`,
        response_types_supported: ["id_token"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      },
      "/keys": { keys: [{ ...jwk, kid: keyId, use: "sig", alg: "RS256" }] },
    };
    const document = documents[request.url ?? ""];
    response.writeHead(document ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(document ?? { error: "not_found" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return {
    url,
    requests,
    issue: (claims) => issueBy(published.privateKey, keyId, url, claims),
    issueWronglySigned: (claims) => issueBy(unpublished.privateKey, keyId, url, claims),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
