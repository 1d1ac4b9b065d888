import type { IncomingMessage } from "node:http";
import { type ExchangeAnswer, ExchangeError, type Send } from "../identity/exchange/exchange.ts";
import type { Environment } from "../identity/host.ts";
import { RefusedTunnel } from "./connection.ts";
import { errorCode } from "./error-code.ts";
import { type Started, startRequest } from "./request.ts";
import { createWatchdog, SilentError } from "./watchdog.ts";
import { createWays } from "./way.ts";

/** An answer with a credential is small. */
const mostBytes = 1 << 20;
/** For a connection, and between two pieces of an answer. */
const usualIdleMs = 15_000;

/** Sends by Node's own client, through proxies where they are set. Nothing is followed, cached or kept open. */
export function createSend(environment: Environment, { idleMs = usualIdleMs } = {}): Send {
  const wayTo = createWays(environment, { keepAlive: false });
  return async ({ url, method, headers, body, signal }) => {
    const way = wayTo(url);
    if ("why" in way) {
      throw new ExchangeError("no-way", `${url.host} was not asked: ${way.why}`, way.remedy, { wasSent: false });
    }
    const watch = createWatchdog(idleMs, signal);
    let started: Started | undefined;
    try {
      const sized = { ...headers, "content-length": body?.byteLength ?? 0 };
      started = startRequest({ url, method, headers: sized, body }, way, watch);
      return await readAnswer(await started.response, watch.feed);
    } catch (error) {
      if (started === undefined) throw error;
      const sending = { wasSent: started.wasSent(), idleMs };
      if (signal.aborted) throw stopped(url, sending);
      throw failureOf(watch.signal.aborted ? watch.signal.reason : error, url, sending);
    } finally {
      watch.stop();
      started?.destroy();
    }
  };
}

class TooLargeError extends Error {}

async function readAnswer(response: IncomingMessage, feed: () => void): Promise<ExchangeAnswer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    feed();
    bytes += part.length;
    if (bytes > mostBytes) throw new TooLargeError();
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

const unreached = "See that it is up, that its name is right, and that this machine may reach it (HTTPS_PROXY?).";
const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS/;

type Sending = { readonly wasSent: boolean; readonly idleMs: number };

/** A request is sent once the connection stands, TLS and all: what fails before is no fault of an answer's. */
function failureOf(cause: unknown, { host, protocol }: URL, { wasSent, idleMs }: Sending): ExchangeError {
  const options = { wasSent, cause };
  if (cause instanceof TooLargeError) {
    const message = `${host} answered with more than ${mostBytes} bytes, which is no answer to this`;
    return new ExchangeError("too-large", message, "Check the address.", { wasSent });
  }
  if (cause instanceof SilentError) {
    const message = `${host} said nothing for ${idleMs / 1000} s`;
    return new ExchangeError("too-slow", message, wasSent ? "See that it is up, and what lies between." : unreached, {
      wasSent,
    });
  }
  if (cause instanceof RefusedTunnel) {
    const remedy = "See that HTTPS_PROXY names the right proxy, with its login, and that it lets one through to there.";
    return new ExchangeError("unreachable", `${host} could not be reached: ${cause.message}`, remedy, options);
  }
  const code = codeOf(cause);
  if (wasSent) {
    const message = `${host} broke the connection off (${code})`;
    return new ExchangeError("broke-off", message, "See that it is up, and what lies between.", options);
  }
  if (protocol === "https:" && isOfOpenConnection(cause, code)) {
    const message = `${host} could not be reached by TLS (${code})`;
    return new ExchangeError("unreachable", message, "See that it speaks TLS there, and what lies between.", options);
  }
  if (certificateCodes.test(code)) {
    const message = `${host} shows a certificate that this machine does not trust (${code})`;
    const remedy = "Where it is signed by a CA of your own, name that in NODE_EXTRA_CA_CERTS.";
    return new ExchangeError("certificate", message, remedy, options);
  }
  const message = `${host} could not be reached (${code})`;
  return new ExchangeError("unreachable", message, unreached, options);
}

function stopped({ host }: URL, { wasSent }: Sending): ExchangeError {
  return new ExchangeError("stopped", `${host} was not waited for`, "Nothing needs to be done.", { wasSent });
}

/** Also a timeout of TCP's own once it was taken. */
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
