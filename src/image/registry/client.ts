import { gunzipSync } from "node:zlib";
import { unlessBusy } from "./busy.ts";
import { readChallenge } from "./challenge.ts";
import type { Login, NoLogin } from "./credential.ts";
import { Busy, type Http, type HttpAnswer, LostConnection, Refusal, readBody } from "./http.ts";
import { createPatience } from "./patience.ts";
import { basic, fetchToken, isLoopback } from "./token.ts";

/** What is needed of the world around. */
export type RegistryHost = {
  readonly http: Http;
  readonly login: () => Promise<Login | NoLogin>;
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
/** A digest is of the bytes themselves: a proxy that packs what it can must not. */
const plain = { "accept-encoding": "identity" };
/** Registries take no larger ones (distribution spec, "Pushing Manifests"). */
const mostManifestBytes = 4 << 20;

/** A server that breaks off sooner each time would have its blob take for ever. */
const leastProgressBytes = 1 << 16;

export function openRepository(registry: string, repository: string, { http, login, wait }: RegistryHost): Repository {
  // Docker's own answers under another name than images have
  const host = registry === "docker.io" ? `registry-1.${registry}` : registry;
  const askOnce = unlessBusy(http);
  const patience = createPatience(wait);
  let base: Promise<string> | undefined;
  let authorization: string | undefined;
  let loginWords: string | undefined;
  let hasAnswered = false;

  /** A registry on this machine may be without TLS, as it may for Docker. */
  async function findBase(): Promise<string> {
    const path = `${host}/v2/${repository}`;
    if (!isLoopback(new URL(`http://${host}`).hostname)) return `https://${path}`;
    try {
      const { cancel } = await http({ url: `https://${host}/v2/`, headers: {} });
      cancel();
      return `https://${path}`;
    } catch (error) {
      // of a certificate that is not trusted whoever asks is told
      return `${error instanceof Refusal ? "https" : "http"}://${path}`;
    }
  }

  /** Answers a 401: what it asks for, by the login that there is, or by none. */
  async function authorize(answer: HttpAnswer): Promise<string | undefined> {
    const challenge = readChallenge(answer.header("www-authenticate") ?? "");
    if (challenge === undefined) return undefined;
    const known = await login();
    loginWords = "why" in known ? known.why : "the login that Docker has for it was not enough";
    if (challenge.scheme === "bearer") {
      return `Bearer ${await fetchToken(askOnce, challenge, `repository:${repository}:pull`, known)}`;
    }
    return "user" in known ? basic(known) : undefined;
  }

  async function ask(path: string, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    base ??= findBase();
    const url = `${await base}/${path}`;
    for (let isAuthorized = false; ; isAuthorized = true) {
      const answer = await askOnce({
        url,
        headers: { ...headers, ...plain, ...(authorization === undefined ? {} : { authorization }) },
      });
      if (answer.status === 200 || answer.status === 206) {
        hasAnswered = true;
        return answer;
      }
      answer.cancel();
      // whom the registry sent us on to asks for itself: the login is not for it
      const isItsOwn = answer.origin === new URL(url).origin;
      if (answer.status !== 401 || !isItsOwn || isAuthorized) throw refusal(answer, isItsOwn ? loginWords : undefined);
      // a token that ran out while a large blob was read is asked for again
      authorization = await authorize(answer);
      if (authorization === undefined) throw refusal(answer, loginWords);
    }
  }

  /** One that breaks off is asked for again; a registry that nobody reached yet may have been named wrongly. */
  async function manifest(reference: string): Promise<Buffer> {
    const turn = patience.begin();
    for (;;) {
      try {
        const answer = await ask(`manifests/${reference}`, { accept: manifestTypes.join(", ") });
        const body = await readBody(answer, mostManifestBytes);
        if (body === undefined) throw new Refusal(`its manifest is larger than ${mostManifestBytes} bytes`);
        turn.gotOn();
        return unpacked(body, answer);
      } catch (error) {
        if (!hasAnswered && !(error instanceof LostConnection || error instanceof Busy)) throw error;
        await turn.failed(error);
      }
    }
  }

  async function* blob(digest: string, bytes: number): AsyncGenerator<Uint8Array> {
    const turn = patience.begin();
    for (let at = 0; ; ) {
      let marked = at;
      try {
        const answer = await ask(`blobs/${digest}`, at === 0 ? {} : { range: `bytes=${at}-` });
        try {
          let skip = skippedBytes(answer, at);
          for await (const part of answer.body) {
            const fresh = part.subarray(Math.min(skip, part.length));
            skip -= part.length - fresh.length;
            at += fresh.length;
            if (at >= marked + leastProgressBytes) {
              turn.gotOn();
              marked = at;
            }
            if (fresh.length > 0) yield fresh;
            if (at > bytes) break;
          }
        } finally {
          answer.cancel();
        }
        if (at < bytes) throw new LostConnection(`it broke off after ${at} of ${bytes} bytes`);
        turn.gotOn();
        return;
      } catch (error) {
        await turn.failed(error);
      }
    }
  }

  return { manifest, blob };
}

/** One that was packed on its way all the same, whatever was asked for. */
function unpacked(body: Buffer, { header }: HttpAnswer): Buffer {
  if (!/^(?:x-)?gzip$/i.test(header("content-encoding") ?? "")) return body;
  try {
    return gunzipSync(body, { maxOutputLength: mostManifestBytes });
  } catch {
    throw new Refusal("its manifest comes packed, and cannot be unpacked");
  }
}

/** How much of an answer was had before: one that knows no ranges begins anew. */
function skippedBytes(answer: HttpAnswer, at: number): number {
  if (at === 0) return 0;
  if (answer.status === 200) return at;
  const start = /^bytes (\d+)-/.exec(answer.header("content-range") ?? "")?.[1];
  if (Number(start) !== at) throw new Refusal("it answered with another range than was asked for");
  return 0;
}

/** @param login what there was to show for it */
function refusal({ status, origin }: HttpAnswer, login?: string): Refusal {
  const { host } = new URL(origin);
  if (status === 404) return new Refusal("it is not there");
  if (status === 401 || status === 403) {
    const shown = login === undefined ? "" : `; ${login}`;
    return new Refusal(`it may not be read: ${host} answered ${status}${shown}`);
  }
  return new Refusal(`${host} answered ${status}`);
}
