import { createHash, createHmac } from "node:crypto";
import type { IssuedKey } from "../scan/rule.ts";

/** What is signed of a request: all of it but headers that are added later. */
export type Signable = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  readonly host: string;
  /** As it is sent, each part of it percent-encoded once (as S3 wants it); left out: the service's root. */
  readonly path?: string;
  /** As it is sent: sorted by name, names and values percent-encoded. */
  readonly query?: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Scope = { readonly region: string; readonly service: string };

const algorithm = "AWS4-HMAC-SHA256";

/**
 * The headers of a request with its signature, version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 *
 * @param now milliseconds since 1970
 */
export function signed(
  { method, host, path = "/", query = "", headers, body }: Signable,
  { id, secret, token }: Pick<IssuedKey, "id" | "secret" | "token">,
  { region, service }: Scope,
  now: number,
): Record<string, string> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const sent: Record<string, string> = {
    ...headers,
    "x-amz-date": time,
    ...(token === undefined ? {} : { "x-amz-security-token": token.exposeText() }),
  };
  const all = Object.entries({ ...sent, host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = all.map(([name]) => name).join(";");
  const lines = all.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, " ")}\n`).join("");
  const canonical = [method, path, query, lines, names, hashed(body)].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, "aws4_request"].reduce<Buffer>(
    (outer, part) => keyed(outer, part),
    Buffer.concat([Buffer.from("AWS4"), secret.expose()]),
  );
  const signature = keyed(key, [algorithm, time, scope, hashed(canonical)].join("\n")).toString("hex");
  return {
    ...sent,
    authorization: `${algorithm} Credential=${id}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** Of a body, in hexadecimal: S3 wants it as `x-amz-content-sha256`, too. */
export function hashed(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function keyed(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
