import type { IncomingMessage } from "node:http";
import type { Environment } from "../identity/host.ts";
import { type Http, type HttpAnswer, type HttpAsk, LostConnection, Refusal, Silence } from "../image/registry/http.ts";
import { errorCode } from "./error-code.ts";
import { startRequest } from "./request.ts";
import { createWatchdog, SilentError, type Watchdog } from "./watchdog.ts";
import { createWays, type WayTo } from "./way.ts";

export type HttpLimits = {
  /** For a connection, for an answer to begin, between two pieces of a body, and for a piece of it that is worth waiting for. */
  readonly idleMs: number;
};

/** What comes slower (1 KB/s where it may be silent for a minute) is as good as nothing: a large body would take for ever. */
const leastBytes = 1 << 16;

/** As many as Docker's own client follows. */
const mostRedirects = 10;

/**
 * HTTP by Node's own client, through proxies where they are set: it follows redirects, but never from https to http, and takes
 * `authorization` along to the same origin only. What has a body goes where it was sent, and nowhere else: the body may be a
 * credential.
 */
export function createHttp(environment: Environment, { idleMs }: HttpLimits): Http {
  const wayTo = createWays(environment, { keepAlive: true });
  return async (ask) => {
    let url = new URL(ask.url);
    let { headers } = ask;
    for (let redirects = 0; ; redirects++) {
      const answer = await askOnce({ ...ask, url: url.href, headers }, wayTo, idleMs);
      const next = redirectOf(answer, url);
      if (next === undefined) return answer;
      answer.cancel();
      if (ask.body !== undefined || redirects === mostRedirects || !isAsSafe(url, next)) {
        throw new Refusal(`${url.host} sends us on to ${next.host}, where ${whyNot(ask, redirects)}`);
      }
      if (next.origin !== url.origin) headers = without(headers, "authorization");
      url = next;
    }
  };
}

async function askOnce(ask: HttpAsk, wayTo: WayTo, idleMs: number): Promise<HttpAnswer> {
  const { method = "GET", body } = ask;
  const url = new URL(ask.url);
  const { host, origin } = url;
  const way = wayTo(url);
  if ("why" in way) throw new Error(`${host} was not asked: ${way.why}`);
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  const watch = createWatchdog(idleMs);
  try {
    const headers = { ...ask.headers, ...length };
    const response = await startRequest({ url, method, headers, body }, way, watch).response;
    return {
      status: response.statusCode ?? 0,
      origin,
      header: (name) => headerOf(response, name),
      body: read(response, host, watch, idleMs),
      cancel: () => {
        watch.stop();
        response.on("error", () => {});
        response.destroy();
      },
    };
  } catch (error) {
    watch.stop();
    throw failure(host, error, `did not answer within ${idleMs / 1000} s`);
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** RFC 9110 §15.4: those that say where. */
const redirects = new Set([301, 302, 303, 307, 308]);

function redirectOf({ status, header }: HttpAnswer, from: URL): URL | undefined {
  if (!redirects.has(status)) return undefined;
  const to = URL.parse(header("location") ?? "", from.href);
  return to !== null && /^https?:$/.test(to.protocol) ? to : undefined;
}

function isAsSafe(from: URL, to: URL): boolean {
  return to.protocol === "https:" || from.protocol === "http:";
}

function whyNot({ body }: HttpAsk, redirects: number): string {
  if (body !== undefined) return "what was sent is not sent again";
  return redirects === mostRedirects ? `nobody follows after ${mostRedirects} times` : "it would go without TLS";
}

function without(headers: HttpAsk["headers"], name: string): HttpAsk["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([one]) => one.toLowerCase() !== name));
}

async function* read(
  response: IncomingMessage,
  host: string,
  watch: Watchdog,
  idleMs: number,
): AsyncGenerator<Uint8Array> {
  let [waitedMs, bytes] = [0, 0];
  try {
    let began = performance.now();
    for await (const part of response as AsyncIterable<Buffer>) {
      watch.feed();
      // what is done with it meanwhile is not the server's time
      waitedMs += performance.now() - began;
      bytes += part.length;
      if (bytes >= leastBytes) [waitedMs, bytes] = [0, 0];
      else if (waitedMs > idleMs) throw new Silence(`${host} sent only ${bytes} bytes in ${idleMs / 1000} s`);
      yield part;
      watch.feed();
      began = performance.now();
    }
  } catch (error) {
    if (error instanceof Silence) throw error;
    throw failure(host, watch.signal.aborted ? watch.signal.reason : error, "went silent");
  } finally {
    watch.stop();
  }
}

/** The system's words for an end that came from the other side, while connecting or later. */
const lost = new Set(["ECONNRESET", "EPIPE"]);

function failure(host: string, cause: unknown, silent: string): Error {
  if (cause instanceof SilentError) return new Silence(`${host} ${silent}`, { cause });
  const word = wordIn(cause);
  if (untrusted.test(word)) {
    const remedy = "a CA of your own is named in NODE_EXTRA_CA_CERTS";
    return new Refusal(`${host} shows a certificate that is not trusted here (${word}); ${remedy}`, { cause });
  }
  if (word === "ERR_SSL_WRONG_VERSION_NUMBER") {
    return new Error(`${host} does not speak TLS, without which none but this machine is asked`, { cause });
  }
  const message = `${host} could not be reached (${word})`;
  return lost.has(word) ? new LostConnection(message, { cause }) : new Error(message, { cause });
}

const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH/;

/** Where a name has several addresses the system's error lies in a list. */
function wordIn(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = errorCode(error);
  if (code !== "unknown") return code;
  return error instanceof AggregateError ? wordIn(error.errors[0]) : error.message;
}
