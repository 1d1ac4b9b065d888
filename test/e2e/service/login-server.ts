import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface LoginServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Requests that were refused and answered, by path. */
  readonly seen: readonly { readonly path: string; readonly accepted: boolean }[];
  stop(): Promise<void>;
}

/**
 * Files that only one login gets: `/files/NAME` by Basic (RFC 7617), and `/acme/model/resolve/main/NAME` as the Hub gives
 * them, by a bearer token. What huggingface_hub wants of the latter: an ETag, the commit, and the length of a HEAD.
 */
export async function startLoginServer(logins: {
  readonly basic: string;
  readonly bearer: string;
}): Promise<LoginServer> {
  const seen: { path: string; accepted: boolean }[] = [];
  const content = Buffer.from('{"model": true}\n');
  const commit = createHash("sha1").update(content).digest("hex");
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const isHub = path.startsWith("/acme/model/") || path.startsWith("/api/");
    const wanted = isHub ? `Bearer ${logins.bearer}` : `Basic ${Buffer.from(logins.basic).toString("base64")}`;
    const accepted = request.headers.authorization === wanted;
    seen.push({ path, accepted });
    if (!accepted) {
      response.writeHead(401, { "www-authenticate": isHub ? "Bearer" : 'Basic realm="files"' }).end("log in first\n");
      return;
    }
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": content.length,
      etag: `"${commit}"`,
      "x-repo-commit": commit,
    });
    response.end(request.method === "HEAD" ? undefined : content);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, stop, [Symbol.asyncDispose]: stop };
}
