import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface Shown {
  /** The path that it was shown at: which step it was. */
  readonly step: string;
  readonly accepted: boolean;
  /** Tells two tokens apart without a value. */
  readonly id: string;
}

export interface TokenIssuer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What was shown at `/show/STEP`, in order. */
  readonly shown: readonly Shown[];
  /** How many tokens were given. */
  issued(): number;
  /** How many of these were not revoked. */
  kept(): number;
}

export interface TokenIssuerOptions {
  /** Verifies a job's token: its signature, issuer, audience and times. Why it does not hold, or nothing. */
  readonly objection: (token: string, audience: string) => Promise<string | undefined>;
  readonly lifeSeconds: number;
  /** Sees each token before it goes out. */
  readonly watch: (value: string) => string;
}

/**
 * Who gives tokens for a job's identity, and looks at them when they are shown: `POST /oauth/token` as the Hub of
 * Hugging Face does it for trusted publishers (RFC 8693 as JSON), `GET /sts/exchange` as octo-sts, and GitHub's
 * `DELETE /installation/token`.
 */
export async function startTokenIssuer({ objection, lifeSeconds, watch }: TokenIssuerOptions): Promise<TokenIssuer> {
  const ends = new Map<string, number>();
  const shown: Shown[] = [];
  let [issued, kept] = [0, 0];

  function issue(prefix: string): string {
    const endSeconds = Math.floor(Date.now() / 1000) + lifeSeconds;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const body = `${part({ alg: "RS256" })}.${part({ exp: endSeconds, jti: randomBytes(8).toString("hex") })}`;
    const token = watch(`${prefix}${body}.${randomBytes(64).toString("base64url")}`);
    ends.set(token, Date.now() + lifeSeconds * 1000);
    issued++;
    kept++;
    return token;
  }

  async function exchange(request: IncomingMessage, own: string): Promise<Answer> {
    const asked = (await json(request)) as Record<string, string>;
    const wanted = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      resource: "acme/model",
    };
    for (const [name, value] of Object.entries(wanted)) {
      if (asked[name] !== value) return [400, { error: "invalid_request", error_description: name }];
    }
    const why = await objection(asked["subject_token"] ?? "", own);
    if (why !== undefined) return [400, { error: "invalid_grant", error_description: why }];
    return [200, { access_token: issue("hf_jwt_"), token_type: "Bearer", expires_in: lifeSeconds }];
  }

  async function answer(request: IncomingMessage, url: URL): Promise<Answer> {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const call = `${request.method} ${url.pathname}`;
    if (call === "POST /oauth/token") return exchange(request, url.origin);
    if (call === "GET /sts/exchange") {
      const { scope, identity } = Object.fromEntries(url.searchParams);
      const why = await objection(bearer, url.host);
      if (why !== undefined) return [401, { code: 16, message: why }];
      return scope === "acme/app" && identity === "ci" ? [200, { token: issue("ghs_1_") }] : [404, { code: 5 }];
    }
    const lives = (ends.get(bearer) ?? 0) > Date.now();
    if (call === "DELETE /installation/token") {
      if (!ends.delete(bearer)) return [401, { message: "Bad credentials" }];
      kept--;
      return [204, {}];
    }
    if (call.startsWith("GET /show/")) {
      const id = createHash("sha256").update(bearer).digest("hex").slice(0, 12);
      shown.push({ step: url.pathname.slice("/show/".length), accepted: lives, id });
      return [lives ? 200 : 401, {}];
    }
    return [404, {}];
  }

  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request, new URL(request.url ?? "/", `http://${request.headers.host}`));
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shown,
    issued: () => issued,
    kept: () => kept,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type Answer = readonly [status: number, body: object];
