import { SealError } from "../../error.ts";
import { describeDuration } from "../duration.ts";
import { retryAfterMs } from "./answer.ts";
import { type Exchange, type ExchangeAnswer, ExchangeError, type ExchangeRequest, type Send } from "./exchange.ts";
import { checkAddress } from "./host-rule.ts";

export type ExchangePorts = {
  readonly send: Send;
  /** Whether a policy from outside the checkout lists this host. */
  readonly isAllowed: (host: string) => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Ends early, without an error, when the signal comes. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** A number from 0 up to 1. */
  readonly random: () => number;
};

const usualLimitMs = 30_000;
const mostTries = 4;
const firstDelayMs = 400;
/** A server that wants us to wait longer is not waited for: its wish is told. */
const longestDelayMs = 20_000;
const passingStatuses = new Set([429, 500, 502, 503, 504]);

/**
 * Asks once, and again where that may help: nobody reached, a connection that broke, 429 and 5xx. Each wait is twice the
 * one before, less up to a half by chance, or what `Retry-After` says. A redirect is never followed: it could carry a
 * credential to somebody else.
 */
export function createExchange(ports: ExchangePorts): Exchange {
  return async (request) => {
    const url = addressOf(request);
    checkAddress(url, request, ports.isAllowed);
    const limitMs = request.limitMs ?? usualLimitMs;
    const endMs = ports.now() + limitMs;
    const control = new AbortController();
    const stop = (): void => control.abort();
    request.signal?.addEventListener("abort", stop, { once: true });
    if (request.signal?.aborted === true) stop();
    const timer = ports.wait(limitMs, control.signal).then(stop);
    try {
      return await tryAll(ports, request, url, { endMs, limitMs, signal: control.signal });
    } finally {
      request.signal?.removeEventListener("abort", stop);
      stop();
      await timer;
    }
  };
}

type Limits = { readonly endMs: number; readonly limitMs: number; readonly signal: AbortSignal };

async function tryAll(
  { send, now, wait, random }: ExchangePorts,
  request: ExchangeRequest,
  url: URL,
  { endMs, limitMs, signal }: Limits,
): Promise<ExchangeAnswer> {
  const { method = request.body === undefined ? "GET" : "POST", headers = {}, mayRepeat = () => true } = request;
  const body = typeof request.body === "string" ? new TextEncoder().encode(request.body) : request.body;
  for (let tries = 1; ; tries++) {
    let failure: ExchangeError | undefined;
    let answer: ExchangeAnswer | undefined;
    try {
      answer = await send({ url, method, headers, body, signal });
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      failure = error;
    }
    if (signal.aborted) throw cutShort(url, request, { limitMs, wasSent: failure?.wasSent ?? true });
    if (answer !== undefined && request.redirect === undefined) refuseRedirect(url, answer);
    const isPassing = answer === undefined ? isPassingFailure(failure!) : isPassingAnswer(answer, request);
    const delayMs = answer === undefined ? undefined : retryAfterMs(answer, now());
    const waitMs = delayMs ?? firstDelayMs * 2 ** (tries - 1) * (1 - random() / 2);
    const isInTime = tries < mostTries && waitMs <= longestDelayMs && now() + waitMs < endMs;
    const isUndone = answer === undefined ? !failure!.wasSent : isRefusal(answer);
    if (!isPassing || !isInTime || !(isUndone || mayRepeat())) {
      if (answer !== undefined) return answer;
      throw failure!;
    }
    await wait(waitMs, signal);
    if (signal.aborted) throw cutShort(url, request, { limitMs, wasSent: !isUndone });
  }
}

function addressOf({ url }: ExchangeRequest): URL {
  const address = URL.parse(url);
  if (address !== null && /^https?:$/.test(address.protocol)) return address;
  throw new SealError("POLICY", "An address that a credential would go to is not a URL", "Write https://HOST/…");
}

/** A status of 3xx but 304 has its place to go in `location`. */
function refuseRedirect(url: URL, answer: ExchangeAnswer): void {
  if (answer.status < 300 || answer.status > 399 || answer.status === 304) return;
  const to = URL.parse(answer.header("location") ?? "", url.href)?.host;
  const where = to === undefined ? "elsewhere" : `to ${to}`;
  throw new SealError(
    "SOURCE",
    `${url.host} sends us ${where} (status ${answer.status}); a credential is not carried on to where an answer points`,
    "Give the address that answers by itself",
  );
}

function isPassingFailure({ failure }: ExchangeError): boolean {
  return failure === "unreachable" || failure === "broke-off";
}

function isPassingAnswer(answer: ExchangeAnswer, { isPassing }: ExchangeRequest): boolean {
  return passingStatuses.has(answer.status) || (isPassing?.(answer) ?? false);
}

/** What the server says that it did not do: 503 is for a server that takes nothing (RFC 9110 §15.6.4). */
function isRefusal({ status }: ExchangeAnswer): boolean {
  return status < 500 || status === 503;
}

type Cut = { readonly limitMs: number; readonly wasSent: boolean };

function cutShort(url: URL, { signal }: ExchangeRequest, { limitMs, wasSent }: Cut): ExchangeError {
  if (signal?.aborted === true) {
    const message = `${url.host} was not waited for: the build ended`;
    return new ExchangeError("stopped", message, "Nothing needs to be done.", { wasSent });
  }
  const message = `${url.host} gave no whole answer within ${describeDuration(limitMs)}`;
  return new ExchangeError("too-slow", message, "See that it is up, and reachable from this machine.", { wasSent });
}
