import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { BucketKeys } from "../../../../src/doctor/bucket/ask-bucket.ts";
import { Secret } from "../../../../src/secret/secret.ts";

type Action = "GetObject" | "PutObject" | "DeleteObject" | "DeleteObjectVersion" | "ListBucket";

export type StoreRules = {
  /** Who may what; an action that is not there is denied. */
  readonly allows?: readonly Action[];
  /** Whether the bucket keeps versions: then an object that is deleted by its name alone gets a mark. */
  readonly versioned?: true;
  /** Whether it does so only for objects that there are. */
  readonly marksNothingMissing?: true;
  /**
   * Whether a write tells a version in a bucket that keeps none, as R2's does, and what becomes of a deletion by that: it is
   * not known, or it says that it is done and does nothing.
   */
  readonly tellsVersions?: "unknown" | "ignored";
  readonly buckets?: readonly string[];
  /** Those of who may do everything, beside the ones that `allows` is for. */
  readonly others?: BucketKeys;
  /** What is written is there, and the line breaks before anybody is told. */
  readonly losesAnswers?: true;
  /** How far the server's clock is ahead. */
  readonly aheadMs?: number;
};

export type Store = AsyncDisposable & {
  readonly url: string;
  readonly keys: BucketKeys;
  readonly objects: ReadonlyMap<string, string>;
  /** KEY, or KEY (mark), of all that a bucket with versions holds. */
  readonly versions: () => readonly string[];
  /** METHOD /bucket/key, in order. */
  readonly requests: readonly string[];
};

export const makeKeys = (): BucketKeys => ({
  id: `KEY${randomBytes(8).toString("hex").toUpperCase()}`,
  secret: new Secret("store-key", randomBytes(20).toString("hex")),
  token: new Secret("store-token", randomBytes(30).toString("hex")),
});

const region = "us-west-2";

/** A small S3: it checks each signature (version 4), its payload's hash, its session token and its time, as S3 does. */
export async function startStore(rules: StoreRules = {}): Promise<Store> {
  const all: readonly Action[] = ["GetObject", "PutObject", "DeleteObject", "DeleteObjectVersion", "ListBucket"];
  const { allows = all, buckets = ["cache"], aheadMs = 0, versioned, tellsVersions } = rules;
  const versions = new Map<string, { readonly key: string; readonly content: string | undefined }>();
  const currentOf = (key: string) => [...versions].findLast(([, version]) => version.key === key);
  const keys = makeKeys();
  const objects = new Map<string, string>();
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const [path = "/", query = ""] = (request.url ?? "/").split("?");
    const version = new URLSearchParams(query).get("versionId");
    response.setHeader("x-amz-request-id", randomUUID());
    requests.push(`${request.method} ${path}`);
    const now = Date.now() + aheadMs;
    response.setHeader("date", new Date(now).toUTCString());
    const end = (status: number, code?: string, more = "") =>
      response
        .writeHead(status)
        .end(code === undefined ? "" : `<Error><Code>${code}</Code><Message>${more}</Message></Error>`);
    const [, bucket = "", ...rest] = path.split("/");
    const key = rest.join("/");
    if (request.headers.authorization === undefined) return end(buckets.includes(bucket) ? 403 : 404);
    const who = [keys, ...(rules.others === undefined ? [] : [rules.others])].find(({ id }) =>
      request.headers.authorization!.includes(id),
    );
    if (who === undefined) return end(403, "InvalidAccessKeyId");
    if (request.headers["x-amz-security-token"] !== who.token?.exposeText()) return end(400, "InvalidToken");
    if (!isSigned(request, path, query, body, who)) return end(403, "SignatureDoesNotMatch");
    if (Math.abs(timeOf(request) - now) > 15 * 60_000) return end(403, "RequestTimeTooSkewed");
    if (!buckets.includes(bucket)) return end(404, "NoSuchBucket");
    const may = (action: Action) => who === rules.others || allows.includes(action);
    const deny = (action: string) =>
      end(403, "AccessDenied", `x is not authorized to perform: s3:${action} on resource: y`);
    /** What the bucket has from now on, as the newest of its key. */
    const keep = (content: string | undefined): void => {
      if (rules.marksNothingMissing !== undefined && content === undefined && !objects.has(key)) return;
      if (content === undefined) objects.delete(key);
      else objects.set(key, content);
      if (versioned === undefined) return;
      const id = `${randomUUID()}+/=`;
      versions.set(id, { key, content });
      response.setHeader("x-amz-version-id", id);
    };
    if (request.method === "HEAD") {
      if (!may("GetObject")) return end(403);
      if (!objects.has(key)) return end(404);
      if (versioned !== undefined) response.setHeader("x-amz-version-id", currentOf(key)![0]);
      return end(200);
    }
    if (request.method === "GET") {
      if (!may("GetObject")) return deny("GetObject");
      if (!objects.has(key)) return may("ListBucket") ? end(404, "NoSuchKey") : deny("ListBucket");
      return response.writeHead(200).end(objects.get(key));
    }
    if (request.method === "PUT") {
      if (!may("PutObject")) return deny("PutObject");
      keep(body);
      if (tellsVersions !== undefined) response.setHeader("x-amz-version-id", randomUUID());
      if (rules.losesAnswers !== undefined) return request.socket.destroy();
      return end(200);
    }
    if (version !== null) {
      if (tellsVersions !== undefined) return tellsVersions === "ignored" ? end(204) : end(501, "NotImplemented");
      if (!may("DeleteObjectVersion")) return deny("DeleteObjectVersion");
      versions.delete(version);
      const content = currentOf(key)?.[1].content;
      if (content === undefined) objects.delete(key);
      else objects.set(key, content);
      return end(204);
    }
    if (!may("DeleteObject")) return deny("DeleteObject");
    keep(undefined);
    return end(204);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    objects,
    versions: () => [...versions.values()].map(({ key, content }) => (content === undefined ? `${key} (mark)` : key)),
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function timeOf({ headers }: IncomingMessage): number {
  const stamp = String(headers["x-amz-date"]);
  return Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

/** Signed anew from what came, by the service's own description and with nothing of buildseal's. */
function isSigned(request: IncomingMessage, path: string, query: string, body: string, { id, secret }: BucketKeys) {
  const { headers } = request;
  const hash = (value: string) => createHash("sha256").update(value).digest("hex");
  if (headers["x-amz-content-sha256"] !== hash(body)) return false;
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization!)?.[1] ?? "";
  for (const wanted of ["host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token"]) {
    if (!names.split(";").includes(wanted)) return false;
  }
  const stamp = String(headers["x-amz-date"]);
  const scope = `${stamp.slice(0, 8)}/${region}/s3/aws4_request`;
  const lines = names.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [request.method, path, query, lines.join(""), names, hash(body)].join("\n");
  const hmac = (by: Buffer | string, value: string) => createHmac("sha256", by).update(value).digest();
  const key = scope.split("/").reduce<Buffer | string>((by, part) => hmac(by, part), `AWS4${secret.exposeText()}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", stamp, scope, hash(canonical)].join("\n")).toString("hex");
  return (
    headers.authorization!.includes(`Credential=${id}/${scope},`) &&
    headers.authorization!.endsWith(`Signature=${signature}`)
  );
}
