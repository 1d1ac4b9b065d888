/** What is needed of HTTP. `system/` has the function, which follows redirects and gives no credentials to another host. */
export type HttpAsk = {
  readonly url: string;
  readonly method?: "GET" | "HEAD" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type HttpAnswer = {
  readonly status: number;
  /** Who gave it, `https://HOST`: another one than was asked where redirects led there. */
  readonly origin: string;
  readonly header: (name: string) => string | undefined;
  /** Ends with an error where nothing came for the time that the function allows. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of what was not read. */
  readonly cancel: () => void;
};

/** It will not do: asking again is no use. */
export class Refusal extends Error {}

/** A connection broke off: the next one may hold. */
export class LostConnection extends Error {}

/** Nothing came for as long as may be, or next to nothing. */
export class Silence extends Error {}

/** It is there and cannot answer now; after `pauseMs`, where it says so, it may. */
export class Busy extends Error {
  readonly pauseMs: number | undefined;
  constructor(message: string, pauseMs: number | undefined) {
    super(message);
    this.pauseMs = pauseMs;
  }
}

/** Rejects where no answer comes at all, with a reason that a person can read; one of those above where it is known. */
export type Http = (ask: HttpAsk) => Promise<HttpAnswer>;

/** The whole of a body, up to a limit; undefined where there is more. */
export async function readBody({ body, cancel }: HttpAnswer, mostBytes: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    // once it is let go of, its body would say that it broke off
    if (length > mostBytes) break;
    parts.push(part);
  }
  cancel();
  return length > mostBytes ? undefined : Buffer.concat(parts);
}
