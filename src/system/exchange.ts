import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { type ExchangeAnswer, ExchangeError, type Send } from "../identity/exchange/exchange.ts";
import type { Environment } from "../identity/host.ts";
import { errorCode } from "./error-code.ts";
import { createAgents } from "./proxy.ts";

/** An answer with a credential is small. */
const mostBytes = 1 << 20;
/** For a connection, and between two pieces of an answer. */
const idleMs = 15_000;

/** Sends by Node's own client, through proxies where they are set. Nothing is followed, cached or kept open. */
export function createSend(environment: Environment): Send {
  const agentFor = createAgents(environment, { keepAlive: false });
  return ({ url, method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const agent = agentFor(url);
      if ("why" in agent) {
        reject(new ExchangeError("no-way", `${url.host} was not asked: ${agent.why}`, agent.remedy));
        return;
      }
      let socket: Socket | undefined;
      const fail = (error: unknown): void => reject(failureOf(error, url, socket));
      const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
        agent,
        method,
        headers: { "user-agent": "buildseal", ...headers, "content-length": body?.byteLength ?? 0 },
        signal,
        timeout: idleMs,
      });
      request.on("timeout", () => request.destroy(new SilentError()));
      request.on("socket", (given) => {
        socket = given;
      });
      request.on("error", fail);
      request.on("response", (response) => void readAnswer(response).then(resolve, fail));
      request.end(body);
    });
}

class SilentError extends Error {}
class TooLargeError extends Error {}

async function readAnswer(response: IncomingMessage): Promise<ExchangeAnswer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) {
      response.destroy();
      throw new TooLargeError();
    }
    parts.push(part);
  }
  const { headers, statusCode = 0 } = response;
  return {
    status: statusCode,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    body: Buffer.concat(parts),
  };
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS/;

/** @param socket what the request was given to, if it came to that */
function failureOf(cause: unknown, { host, protocol }: URL, socket: Socket | undefined): ExchangeError {
  if (cause instanceof TooLargeError) {
    const message = `${host} answered with more than ${mostBytes} bytes, which is no answer to this`;
    return new ExchangeError("too-large", message, "Check the address.");
  }
  if (cause instanceof SilentError) {
    const message = `${host} said nothing for ${idleMs / 1000} s`;
    return new ExchangeError("too-slow", message, "See that it is up, and reachable from this machine.");
  }
  const code = codeOf(cause);
  const isOverTls = protocol === "https:";
  // before that nothing of the request is sent; through a proxy the socket is given only after it
  const isSecured = isOverTls && socket instanceof TLSSocket && socket.authorized;
  if (!isSecured && certificateCodes.test(code)) {
    return new ExchangeError(
      "certificate",
      `${host} shows a certificate that this machine does not trust (${code})`,
      "Where it is signed by a CA of your own, name that in NODE_EXTRA_CA_CERTS.",
      { cause },
    );
  }
  const isConnected = isOfOpenConnection(cause, code);
  if (isSecured || (isConnected && !isOverTls)) {
    const message = `${host} broke the connection off (${code})`;
    return new ExchangeError("broke-off", message, "See that it is up, and what lies between.", { cause });
  }
  if (isConnected) {
    const message = `${host} could not be reached by TLS (${code})`;
    return new ExchangeError("unreachable", message, "See that it speaks TLS there, and what lies between.", { cause });
  }
  const message = `${host} could not be reached (${code})`;
  const remedy = "See that it is up, that its name is right, and that this machine may reach it (HTTPS_PROXY?).";
  return new ExchangeError("unreachable", message, remedy, { cause });
}

/** Also a timeout of TCP's own after all was sent. */
function isOfOpenConnection(cause: unknown, code: string): boolean {
  if (code === "ECONNRESET" || code === "EPIPE" || /^(?:HPE|ERR_SSL)_/.test(code)) return true;
  return cause instanceof Error && "syscall" in cause && (cause.syscall === "read" || cause.syscall === "write");
}

/** Where a name has several addresses the system's error lies in a list. */
function codeOf(error: unknown): string {
  const code = errorCode(error);
  if (code !== "unknown" || !(error instanceof AggregateError)) return code;
  return errorCode(error.errors[0]);
}
