import { createSign, createVerify, generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createExchange } from "../../../src/identity/exchange/create-exchange.ts";
import type { Exchange } from "../../../src/identity/exchange/exchange.ts";
import { createSend } from "../../../src/system/exchange.ts";
import { now } from "./fake-host.ts";

/** The real exchange over the real network stack, but for its waits: those between tries are none, the limit never comes. */
export function loopbackExchange(limitMs?: number): Exchange {
  return createExchange({
    send: createSend({}),
    isAllowed: () => false,
    now: () => now,
    wait: (delayMs, signal) =>
      delayMs < 30_000
        ? Promise.resolve()
        : new Promise((done) => {
            signal.addEventListener("abort", () => done());
            if (signal.aborted) done();
            if (limitMs !== undefined) setTimeout(done, limitMs).unref();
          }),
    random: () => 0,
  });
}

export type Loopback = AsyncDisposable & { readonly url: string };

/** A server on this machine. `await using` ends it, with all connections. */
export async function serve(
  handler: (request: IncomingMessage, response: ServerResponse, url: URL) => void,
): Promise<Loopback> {
  const server = createServer((request, response) => {
    handler(request, response, new URL(request.url ?? "/", "http://127.0.0.1"));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

export type Claims = Readonly<Record<string, unknown>>;

/** Signs and verifies tokens (RS256) with a key that was made just now. */
export function createIssuer(issuer: string) {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return {
    /** Times are in seconds; it lives from now on, for 5 minutes, unless the claims say otherwise. */
    sign: (claims: Claims): string => {
      const seconds = now / 1000;
      const all = { iss: issuer, iat: seconds, nbf: seconds, exp: seconds + 300, ...claims };
      const signed = `${part({ alg: "RS256", typ: "JWT", kid: "1" })}.${part(all)}`;
      return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey).toString("base64url")}`;
    },
    /** The claims, if it is this issuer's token and lives; else what is wrong with it. */
    verify: (token: string): Claims | string => {
      const [header = "", payload = "", signature = ""] = token.split(".");
      const verifier = createVerify("RSA-SHA256").update(`${header}.${payload}`);
      if (!verifier.verify(publicKey, Buffer.from(signature, "base64url"))) return "signature";
      const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
      if (claims["iss"] !== issuer) return "issuer";
      return (claims["exp"] as number) * 1000 < now ? "expired" : claims;
    },
  };
}

export function answerJson(response: ServerResponse, status: number, body: unknown, headers: Claims = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...(headers as Record<string, string>) });
  response.end(JSON.stringify(body));
}
