import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Certificate } from "./certificate.ts";

export interface GuardedServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly url: string;
  /** Requests that had the credential. */
  admitted(): number;
  /** Requests without one, or with a wrong one. */
  refused(): number;
  stop(): Promise<void>;
}

export interface GuardedServerOptions {
  /** What the Authorization header must be, word for word. */
  readonly authorization: string;
  /** What a refused one is told in WWW-Authenticate. */
  readonly challenge: string;
  /** Whether it can be had by everybody. */
  readonly isOpen?: (request: IncomingMessage) => boolean;
  /** Answers who is let in. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  readonly tls?: Certificate;
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/** A server on loopback that answers 401 to everybody who does not bring the one credential. */
export async function startGuardedServer(options: GuardedServerOptions): Promise<GuardedServer> {
  let [admitted, refused] = [0, 0];
  const listener: RequestListener = async (request, response) => {
    if (!options.isOpen?.(request)) {
      if (!isSame(request.headers.authorization ?? "", options.authorization)) {
        refused++;
        response.writeHead(401, { "www-authenticate": options.challenge, "content-type": "text/plain" });
        response.end("who are you?\n");
        request.resume();
        return;
      }
      admitted++;
    }
    try {
      await options.answer(request, response);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  };
  const server =
    options.tls === undefined
      ? createServer(listener)
      : createTlsServer({ cert: options.tls.certificate, key: options.tls.key }, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  return {
    address: `127.0.0.1:${address.port}`,
    url: `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${address.port}`,
    admitted: () => admitted,
    refused: () => refused,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
