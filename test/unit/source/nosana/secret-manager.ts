import { createHmac, createPublicKey, randomBytes, timingSafeEqual, verify } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fromBase58 } from "../../../../src/source/nosana/base58.ts";

/** What one request is answered with before the server does what it does; nothing: it goes on. */
export type Fault = (
  request: {
    readonly method: string;
    readonly path: string;
    readonly authorization: string | undefined;
    readonly body: string;
  },
  response: ServerResponse,
) => boolean;

export type SecretManager = {
  readonly url: string;
  /** By the address of whoever stored them. */
  readonly stored: Map<string, Map<string, unknown>>;
  /** Jobs, by their address. `list` is the keys under `nosana/secrets`: of the job file, or once it is done of its result. */
  readonly jobs: Map<
    string,
    { readonly project: string; readonly node: string; readonly isDone: boolean; readonly list: readonly string[] }
  >;
  readonly requests: string[];
  readonly faults: Fault[];
  /** From now on logins of before are not known. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
};

/**
 * Nosana's secret manager, as github.com/nosana-ci/nosana-secrets does it: src/controller for what it checks,
 * src/middleware for what it answers (bodies are JSON of type text/plain, nothing is the word OK, an empty text is no body).
 *
 * @param nowMs the server's clock, milliseconds since 1970
 */
export async function openSecretManager(nowMs: () => number): Promise<SecretManager> {
  let key = randomBytes(32);
  const stored: SecretManager["stored"] = new Map();
  const jobs: SecretManager["jobs"] = new Map();
  const requests: string[] = [];
  const faults: Fault[] = [];

  const sign = (text: string) => createHmac("sha256", key).update(text).digest("base64url");
  function tokenFor(claims: object): string {
    const iat = Math.floor(nowMs() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ ...claims, iat, exp: iat + 3600 })}`;
    return `${text}.${sign(text)}`;
  }

  type User = { readonly address: string; readonly userAddress?: string; readonly secrets?: readonly string[] };
  function userOf(authorization: string | undefined): User {
    const token = authorization?.startsWith("Bearer") ? authorization.split(" ")[1] : authorization;
    if (token === undefined) throw new Refusal(403, { type: "ForbiddenError", message: "Not authenticated" });
    const [head, payload, signature = ""] = token.split(".");
    const [got, wanted] = [Buffer.from(signature), Buffer.from(sign(`${head}.${payload}`))];
    if (got.length !== wanted.length || !timingSafeEqual(got, wanted))
      throw forbidden("invalid signature", "JsonWebTokenError");
    const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
    if (claims.exp <= nowMs() / 1000) throw forbidden("jwt expired", "TokenExpiredError");
    return claims;
  }

  function login(text: string): object {
    const { address, signature, timestamp, job } = JSON.parse(text);
    if (!address || !signature || !timestamp) throw invalid("address/signature/timestamp missing");
    if (Math.abs(Math.floor(nowMs() / 1000) - timestamp) > 3600) throw invalid("timestamp expired");
    const [publicKey, bytes] = [fromBase58(address), fromBase58(signature)];
    // bs58 throws what the error middleware knows nothing of
    if (publicKey?.byteLength !== 32 || bytes?.byteLength !== 64) throw new Error("Non-base58 character");
    const x = Buffer.from(publicKey).toString("base64url");
    const verifier = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    if (!verify(null, Buffer.from(`nosana_secret_${timestamp}`), verifier, bytes)) throw invalid("invalid signature");
    if (!job) return { token: tokenFor({ address }) };
    const found = jobs.get(job);
    if (found === undefined) throw new Error("Account does not exist");
    if (found.isDone) {
      if (found.project !== address) throw invalid(`You do not own this job:${job}`);
      return { token: tokenFor({ address, userAddress: found.node, secrets: found.list }) };
    }
    if (found.node !== address) throw invalid(`You did not claim this job:${job}`);
    return { token: tokenFor({ address, userAddress: found.project, secrets: found.list }) };
  }

  function secretOf(name: string, user: User): unknown {
    if (user.userAddress !== undefined && !user.secrets?.includes(name)) throw invalid(`secret key ${name} not in job`);
    return stored.get(user.userAddress ?? user.address)?.get(name);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "" } = request;
    const { authorization } = request.headers;
    const body = await bodyOf(request);
    requests.push(`${method} ${path}`);
    response.setHeader("date", new Date(nowMs()).toUTCString());
    const fault = faults.shift();
    if (fault?.({ method, path, authorization, body }, response)) return;
    try {
      if (method === "POST" && path === "/login") return reply(response, 200, login(body));
      const match = /^\/secrets\/([^/?]+)$/.exec(path);
      if (method === "GET" && match !== null) {
        return reply(response, 200, secretOf(decodeURIComponent(match[1]!), userOf(authorization)));
      }
      if (method === "GET" && path === "/") return reply(response, 200, "Welcome to Nosana Secret Manager");
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("Not Found");
    } catch (error) {
      if (error instanceof Refusal) reply(response, error.status, error.body);
      else reply(response, 500, { type: "InternalServerError" });
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stored,
    jobs,
    requests,
    faults,
    forget: () => {
      key = randomBytes(32);
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

class Refusal extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super();
    this.status = status;
    this.body = body;
  }
}

const invalid = (error: string) => new Refusal(400, { type: "ValidationError", error });
const forbidden = (message: string, error: string) => new Refusal(403, { type: "ForbiddenError", message, error });

/** src/middleware/context.ts, and koa's own answer where there is no body. */
function reply(response: ServerResponse, status: number, value: unknown): void {
  const isNothing = value === undefined;
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(isNothing ? "OK" : value ? JSON.stringify(value) : String(value ?? ""));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
}
