import type { ExchangeAnswer, ExchangeRequest } from "../../identity/exchange/exchange.ts";

/** What AWS's SDK hands to what sends for it (`HttpRequest` of @smithy/protocol-http). */
export type SdkRequest = {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

/** The same in our own words. */
export function ownRequest({ protocol, hostname, port, path, query = {}, method, headers, body }: SdkRequest) {
  const url = new URL(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value ?? ""].flat()) url.searchParams.append(name, one);
  }
  // the client writes these two itself
  const { host: _host, "content-length": _length, ...others } = headers;
  return { url, method: method as NonNullable<ExchangeRequest["method"]>, headers: others, body };
}

/** An answer as the SDK wants it. */
export function sdkResponse(answer: ExchangeAnswer) {
  const type = answer.header("content-type") ?? "text/xml";
  return { statusCode: answer.status, headers: { "content-type": type }, body: answer.body };
}
