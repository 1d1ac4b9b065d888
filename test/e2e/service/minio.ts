import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type AwsKeys, signS3Request } from "./aws-signature.ts";
import { findFreePort } from "./free-port.ts";
import { part } from "./part.ts";
import { startProgram } from "./program.ts";
import { createStateFolder } from "./state-folder.ts";

export interface MinioOptions {
  /** The issuer whose tokens STS accepts; it must answer already. */
  readonly issuerUrl: string;
  readonly audience?: string;
  readonly region?: string;
  readonly buckets?: readonly string[];
}

export interface Minio extends AsyncDisposable {
  /** S3 and STS, one address. Its STS takes POST only. */
  readonly endpoint: string;
  readonly region: string;
  /** What AWS_ROLE_ARN must be. Its partition is `minio`. */
  readonly roleArn: string;
  /** Keys that may do anything, made for this run. */
  readonly rootKeys: AwsKeys;
  createBucket(name: string): Promise<void>;
  /** Keys of all objects (up to 1000), sorted. */
  listObjects(bucket: string, prefix?: string): Promise<string[]>;
  /** A signed S3 request, by the root keys unless others are given. `path` is `/bucket/key?query`. */
  request(
    method: string,
    path: string,
    options?: { keys?: AwsKeys; body?: Uint8Array<ArrayBuffer> },
  ): Promise<Response>;
  log(): string;
  stop(): Promise<void>;
}

/** A real MinIO: S3, and an STS that verifies web identity tokens and answers real temporary keys. */
export async function startMinio(options: MinioOptions): Promise<Minio> {
  const folder = await part("minio");
  const state = createStateFolder("minio");
  const region = options.region ?? "us-west-2";
  const endpoint = `http://127.0.0.1:${await findFreePort()}`;
  const rootKeys = {
    accessKeyId: `root${randomBytes(8).toString("hex")}`,
    secretAccessKey: randomBytes(24).toString("hex"),
  };
  await mkdir(join(state.path, "data"));

  const request: Minio["request"] = (method, path, { keys = rootKeys, body } = {}) => {
    const url = new URL(path, endpoint);
    const headers = signS3Request(keys, region, { method, url, ...(body && { body }) });
    return fetch(url, { method, headers, ...(body && { body }) });
  };
  // The role is logged last, when the issuer's documents were read.
  const roleIn = (log: string): string | undefined => /arn:minio:iam:\S*:role\/[\w-]+/.exec(log)?.[0];
  const program = await startProgram(join(folder, "minio"), {
    args: [
      "server",
      join(state.path, "data"),
      "--address",
      new URL(endpoint).host,
      "--console-address",
      `127.0.0.1:${await findFreePort()}`,
    ],
    env: {
      PATH: process.env["PATH"],
      HOME: state.path,
      MINIO_ROOT_USER: rootKeys.accessKeyId,
      MINIO_ROOT_PASSWORD: rootKeys.secretAccessKey,
      MINIO_REGION: region,
      MINIO_UPDATE: "off",
      MINIO_IDENTITY_OPENID_CONFIG_URL: `${options.issuerUrl}/.well-known/openid-configuration`,
      MINIO_IDENTITY_OPENID_CLIENT_ID: options.audience ?? "sts.amazonaws.com",
      MINIO_IDENTITY_OPENID_CLIENT_SECRET: randomBytes(8).toString("hex"),
      MINIO_IDENTITY_OPENID_ROLE_POLICY: "readwrite",
    },
    logFile: join(state.path, "minio.log"),
    ready: async ({ log }) => roleIn(log()) !== undefined && (await fetch(`${endpoint}/minio/health/live`)).ok,
  }).catch((error: unknown) => {
    state.remove();
    throw error;
  });

  const createBucket = async (name: string): Promise<void> => {
    const response = await request("PUT", `/${name}`);
    if (!response.ok)
      throw new Error(`MinIO would not make bucket ${name}: ${response.status} ${await response.text()}`);
  };
  const stop = async (): Promise<void> => {
    await program.stop();
    state.remove();
  };
  try {
    for (const bucket of options.buckets ?? []) await createBucket(bucket);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoint,
    region,
    roleArn: roleIn(program.log()) ?? "",
    rootKeys,
    createBucket,
    async listObjects(bucket, prefix = "") {
      const response = await request("GET", `/${bucket}?list-type=2&prefix=${encodeURIComponent(prefix)}`);
      const text = await response.text();
      if (!response.ok) throw new Error(`MinIO would not list ${bucket}: ${response.status} ${text}`);
      return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map((match) => match[1]!).sort();
    },
    request,
    log: program.log,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
