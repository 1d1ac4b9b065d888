import { readChallenge } from "./challenge.ts";
import type { Login } from "./credential.ts";
import { type Http, type HttpAnswer, readBody } from "./http.ts";
import { basic, fetchToken, isLoopback } from "./token.ts";

/** What is needed of the world around. */
export type RegistryHost = {
  readonly http: Http;
  readonly login: () => Promise<Login | undefined>;
  readonly wait: (ms: number) => Promise<void>;
};

/** A repository of a registry, read by the distribution spec (v1.1). Its functions reject with one sentence. */
export type Repository = {
  readonly manifest: (reference: string) => Promise<Buffer>;
  /** The bytes of a blob, from the first one on; a connection that breaks off is taken up where it did. */
  readonly blob: (digest: string, bytes: number) => AsyncIterable<Uint8Array>;
};

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
/** Registries take no larger ones (distribution spec, "Pushing Manifests"). */
const mostManifestBytes = 4 << 20;
const tries = 5;
const shortestWaitMs = 500;
const longestWaitMs = 30_000;

/** A server that breaks off sooner each time would have its blob take for ever. */
const leastProgressBytes = 1 << 16;

/** It will not do: asking again is no use. */
class Refusal extends Error {}

export function openRepository(registry: string, repository: string, { http, login, wait }: RegistryHost): Repository {
  // Docker's own answers under another name than images have
  const host = registry === "docker.io" ? `registry-1.${registry}` : registry;
  let base: Promise<string> | undefined;
  let authorization: Promise<string | undefined> | undefined;

  /** A registry on this machine may be without TLS, as it may for Docker. */
  async function findBase(): Promise<string> {
    const path = `${host}/v2/${repository}`;
    if (!isLoopback(new URL(`http://${host}`).hostname)) return `https://${path}`;
    try {
      const { cancel } = await http({ url: `https://${host}/v2/`, headers: {} });
      cancel();
      return `https://${path}`;
    } catch {
      return `http://${path}`;
    }
  }

  /** Answers a 401, once: what it asks for, by the login that there is, or by none. */
  async function authorize(answer: HttpAnswer): Promise<string | undefined> {
    const challenge = readChallenge(answer.header("www-authenticate") ?? "");
    const known = await login();
    if (challenge?.scheme === "bearer") {
      return `Bearer ${await fetchToken(http, challenge, `repository:${repository}:pull`, known)}`;
    }
    return challenge?.scheme === "basic" && known !== undefined && "user" in known ? basic(known) : undefined;
  }

  async function ask(path: string, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    let isAuthorized = false;
    base ??= findBase();
    for (let attempt = 1; ; attempt++) {
      const authorized = await authorization;
      const answer = await http({
        url: `${await base}/${path}`,
        headers: authorized === undefined ? headers : { ...headers, authorization: authorized },
      });
      if (answer.status === 200 || answer.status === 206) return answer;
      answer.cancel();
      if (answer.status === 401 && !isAuthorized) {
        isAuthorized = true;
        // a token that ran out while a large blob was read is asked for again
        authorization = authorize(answer);
        if ((await authorization) !== undefined) continue;
      }
      if (!isPassing(answer.status) || attempt === tries) throw new Refusal(meaningOf(answer.status, host));
      await wait(pauseOf(answer, attempt));
    }
  }

  async function manifest(reference: string): Promise<Buffer> {
    const answer = await ask(`manifests/${reference}`, { accept: manifestTypes.join(", ") });
    const body = await readBody(answer, mostManifestBytes);
    if (body === undefined) throw new Error(`its manifest is larger than ${mostManifestBytes} bytes`);
    return body;
  }

  async function* blob(digest: string, bytes: number): AsyncGenerator<Uint8Array> {
    let at = 0;
    for (let attempt = 1; ; attempt++) {
      const before = at;
      try {
        const answer = await ask(`blobs/${digest}`, at === 0 ? {} : { range: `bytes=${at}-` });
        try {
          let skip = skippedBytes(answer, at);
          for await (const part of answer.body) {
            const fresh = part.subarray(Math.min(skip, part.length));
            skip -= part.length - fresh.length;
            at += fresh.length;
            if (fresh.length > 0) yield fresh;
            if (at > bytes) break;
          }
        } finally {
          answer.cancel();
        }
        if (at >= bytes) return;
        throw new Error(`it broke off after ${at} of ${bytes} bytes`);
      } catch (error) {
        // it goes on as long as it gets on, by more than a few bytes
        if (at >= before + leastProgressBytes) attempt = 0;
        else if (attempt >= tries || error instanceof Refusal) throw error;
        await wait(shortestWaitMs * 2 ** attempt);
      }
    }
  }

  return { manifest, blob };
}

/** How much of an answer was had before: one that knows no ranges begins anew. */
function skippedBytes(answer: HttpAnswer, at: number): number {
  if (at === 0) return 0;
  if (answer.status === 200) return at;
  const start = /^bytes (\d+)-/.exec(answer.header("content-range") ?? "")?.[1];
  if (Number(start) !== at) throw new Refusal("it answered with another range than was asked for");
  return 0;
}

function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

function pauseOf(answer: HttpAnswer, attempt: number): number {
  const asked = Number(answer.header("retry-after"));
  const pause = Number.isFinite(asked) && asked > 0 ? asked * 1000 : shortestWaitMs * 2 ** attempt;
  return Math.min(pause, longestWaitMs);
}

function meaningOf(status: number, host: string): string {
  if (status === 404) return "it is not there";
  if (status === 401 || status === 403) return `it may not be read: ${host} answered ${status}`;
  return `${host} answered ${status}`;
}
