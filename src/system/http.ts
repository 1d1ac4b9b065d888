import type { Http, HttpAnswer } from "../image/registry/http.ts";
import { errorCode } from "./error-code.ts";

export type HttpLimits = {
  /** For an answer to begin, and between two pieces of a body. */
  readonly idleMs: number;
};

/**
 * HTTP by Node's own `fetch`: it follows redirects, and takes `authorization` along to the same origin only. What has a body
 * goes where it was sent, and nowhere else: the body may be a credential.
 */
export function createHttp({ idleMs }: HttpLimits): Http {
  return async ({ url, method = "GET", headers, body }) => {
    const control = new AbortController();
    const watch = watchdog(control, idleMs);
    try {
      const answer = await fetch(url, {
        method,
        headers,
        signal: control.signal,
        redirect: body === undefined ? "follow" : "error",
        ...(body === undefined ? {} : { body }),
      });
      watch.feed();
      return {
        status: answer.status,
        header: (name) => answer.headers.get(name) ?? undefined,
        body: read(answer, url, watch),
        cancel: () => {
          watch.stop();
          control.abort();
        },
      } satisfies HttpAnswer;
    } catch (error) {
      watch.stop();
      throw new Error(`${new URL(url).host} ${reasonOf(error, watch.hasBitten(), idleMs)}`, { cause: error });
    }
  };
}

type Watchdog = { readonly feed: () => void; readonly stop: () => void; readonly hasBitten: () => boolean };

function watchdog(control: AbortController, idleMs: number): Watchdog {
  let bitten = false;
  const bite = (): void => {
    bitten = true;
    control.abort();
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

async function* read(answer: Response, url: string, watch: Watchdog): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of answer.body ?? []) {
      watch.feed();
      yield part;
      watch.feed();
    }
  } catch (error) {
    throw new Error(`${new URL(url).host} ${reasonOf(error, watch.hasBitten(), 0)}`, { cause: error });
  } finally {
    watch.stop();
  }
}

function reasonOf(error: unknown, isSilent: boolean, idleMs: number): string {
  if (isSilent) return idleMs === 0 ? "went silent" : `did not answer within ${idleMs / 1000} s`;
  return `could not be reached (${wordIn(error)})`;
}

/** `fetch` wraps what went wrong, and where a name has several addresses the system's error lies in a list in that. */
function wordIn(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = errorCode(error);
  if (code !== "unknown") return code;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? error.message : wordIn(inner);
}
