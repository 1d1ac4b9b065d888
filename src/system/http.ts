import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Environment } from "../identity/host.ts";
import type { Http, HttpAnswer, HttpAsk } from "../image/registry/http.ts";
import { errorCode } from "./error-code.ts";
import { type AgentFor, createAgents } from "./proxy.ts";

export type HttpLimits = {
  /** For an answer to begin, and between two pieces of a body. */
  readonly idleMs: number;
};

/** As many as Docker's own client follows. */
const mostRedirects = 10;

/**
 * HTTP by Node's own client, through proxies where they are set: it follows redirects, but never from https to http, and takes
 * `authorization` along to the same origin only. What has a body goes where it was sent, and nowhere else: the body may be a
 * credential.
 */
export function createHttp(environment: Environment, { idleMs }: HttpLimits): Http {
  const agentFor = createAgents(environment, { keepAlive: true });
  return async (ask) => {
    let url = new URL(ask.url);
    let { headers } = ask;
    for (let redirects = 0; ; redirects++) {
      const answer = await askOnce({ ...ask, url: url.href, headers }, agentFor, idleMs);
      const next = redirectOf(answer, url);
      if (next === undefined) return answer;
      answer.cancel();
      if (ask.body !== undefined || redirects === mostRedirects || !isAsSafe(url, next)) {
        throw new Error(`${url.host} sends us on to ${next.host}, where ${whyNot(ask, redirects)}`);
      }
      if (next.origin !== url.origin) headers = without(headers, "authorization");
      url = next;
    }
  };
}

async function askOnce(ask: HttpAsk, agentFor: AgentFor, idleMs: number): Promise<HttpAnswer> {
  const { method = "GET", headers, body } = ask;
  const url = new URL(ask.url);
  const { host, protocol } = url;
  const agent = agentFor(url);
  if ("why" in agent) throw new Error(`${host} was not asked: ${agent.why}`);
  return new Promise((resolve, reject) => {
    const request: ClientRequest = (protocol === "https:" ? requestHttps : requestHttp)(url, {
      agent,
      method,
      headers: { "user-agent": "buildseal", ...headers, ...(body && { "content-length": Buffer.byteLength(body) }) },
    });
    const watch = watchdog(request, idleMs);
    request.on("error", (error) => {
      watch.stop();
      reject(failure(host, error, watch.hasBitten(), idleMs));
    });
    request.on("response", (response) => {
      watch.feed();
      resolve({
        status: response.statusCode ?? 0,
        header: (name) => headerOf(response, name),
        body: read(response, host, watch),
        cancel: () => {
          watch.stop();
          response.on("error", () => {});
          response.destroy();
        },
      });
    });
    request.end(body);
  });
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

type Watchdog = { readonly feed: () => void; readonly stop: () => void; readonly hasBitten: () => boolean };

function watchdog(request: ClientRequest, idleMs: number): Watchdog {
  let bitten = false;
  const bite = (): void => {
    bitten = true;
    request.destroy(new Error("silent"));
  };
  let timer = setTimeout(bite, idleMs);
  return {
    feed: () => {
      clearTimeout(timer);
      timer = setTimeout(bite, idleMs);
    },
    stop: () => clearTimeout(timer),
    hasBitten: () => bitten,
  };
}

async function* read(response: IncomingMessage, host: string, watch: Watchdog): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      watch.feed();
      yield part;
      watch.feed();
    }
  } catch (error) {
    throw failure(host, error, watch.hasBitten(), 0);
  } finally {
    watch.stop();
  }
}

function failure(host: string, cause: unknown, isSilent: boolean, idleMs: number): Error {
  const silent = idleMs === 0 ? "went silent" : `did not answer within ${idleMs / 1000} s`;
  return new Error(`${host} ${isSilent ? silent : `could not be reached (${wordIn(cause)})`}`, { cause });
}

/** Where a name has several addresses the system's error lies in a list. */
function wordIn(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = errorCode(error);
  if (code !== "unknown") return code;
  return error instanceof AggregateError ? wordIn(error.errors[0]) : error.message;
}
