import { type IncomingMessage, type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Watchdog } from "./watchdog.ts";
import type { Ending, Way } from "./way.ts";

export type RequestAsk = {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | Uint8Array | undefined;
};

export type Started = {
  /** The beginning of an answer. Rejects where there is none. */
  readonly response: Promise<IncomingMessage>;
  /** Whether it got a connection: until then nothing of it has left the machine. */
  readonly wasSent: () => boolean;
  readonly destroy: () => void;
};

/** Sends a request; the watchdog is fed, and ends it. @throws Error for a header that is none */
export function startRequest({ url, method, headers, body }: RequestAsk, way: Way, watch: Watchdog): Started {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { signal } = watch;
  const options: RequestOptions & Ending = {
    ...way,
    method,
    headers: { "user-agent": "buildseal", ...headers, ...way.headers },
    signal,
    end: signal,
  };
  const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, options);
  let isSent = false;
  request.on("socket", () => {
    isSent = true;
    watch.feed();
  });
  request.on("error", reject);
  request.on("response", (response) => {
    watch.feed();
    resolve(response);
  });
  // of a request that has no connection yet Node would say nothing
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  request.end(body);
  return { response: promise, wasSent: () => isSent, destroy: () => void request.destroy() };
}
