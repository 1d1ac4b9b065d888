import type { Purpose } from "./built-in.ts";

/**
 * One request that carries a credential, or is answered with one. The answer is small and comes whole; nothing is
 * followed, nothing is kept.
 */
export type ExchangeRequest = {
  readonly url: string;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /**
   * Who named the host. `platform`: a variable that the CI platform or the cluster sets, from outside the checkout.
   * `configuration`: an option, a checkout's too: the host must be built in for that purpose, on loopback, or
   * allowed by a policy.
   */
  readonly namedBy: "platform" | "configuration";
  readonly purpose: Purpose;
  readonly signal?: AbortSignal | undefined;
  /** For the whole of it, all tries together; 30 s if left out. */
  readonly limitMs?: number;
  /**
   * For what is not to be done twice: whether it may be asked for again though it may have been done (a fault of the server's,
   * an answer that broke off). It is asked before each such try; left out: yes.
   */
  readonly mayRepeat?: () => boolean;
  /** `answer`: one that points elsewhere is given as it is, for who reads it; it is never followed. */
  readonly redirect?: "answer";
  /** What is worth another try beside 429 and 5xx, by what the issuer says. */
  readonly isPassing?: (answer: ExchangeAnswer) => boolean;
};

export type ExchangeAnswer = {
  readonly status: number;
  /** By its name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
};

/** @throws ExchangeError, SealError POLICY */
export type Exchange = (request: ExchangeRequest) => Promise<ExchangeAnswer>;

/** One try on the wire; the real one is in `system/`. @throws ExchangeError */
export type Send = (request: {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal;
}) => Promise<ExchangeAnswer>;

/**
 * Why there was no answer. `no-way`: a proxy stands in the settings that cannot be gone through; `unreachable`: nobody
 * took the connection, or no TLS came about; `certificate`: who took it is not trusted; `broke-off`: the answer did not come
 * whole; `too-slow`, `too-large`: more than we wait for or take; `stopped`: the build ended.
 */
export type ExchangeFailure =
  | "no-way"
  | "unreachable"
  | "certificate"
  | "broke-off"
  | "too-slow"
  | "too-large"
  | "stopped";

type Sending = { readonly wasSent: boolean; readonly cause?: unknown };

/** A clause without any value: `message` begins with the host. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  readonly failure: ExchangeFailure;
  readonly remedy: string;
  /** Whether the request may have gone out, so that what it asks for may have been done. */
  readonly wasSent: boolean;

  constructor(failure: ExchangeFailure, message: string, remedy: string, sending: Sending) {
    super(message, sending);
    this.failure = failure;
    this.remedy = remedy;
    this.wasSent = sending.wasSent;
  }
}
