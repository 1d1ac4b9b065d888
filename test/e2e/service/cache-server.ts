import { buffer } from "node:stream/consumers";
import { type GuardedServer, startGuardedServer } from "./guarded-server.ts";

export interface CacheServer extends GuardedServer {
  /** What was put in. */
  size(): number;
  /** How often something that was there was had. */
  hits(): number;
}

/** An HTTP store by GET, HEAD, PUT and DELETE, as ccache and Bazel take it, for who brings this Authorization header. */
export async function startCacheServer(authorization: string): Promise<CacheServer> {
  const stored = new Map<string, Buffer>();
  let hits = 0;
  const server = await startGuardedServer({
    authorization,
    challenge: authorization.replace(/ .*/, ' realm="cache"'),
    answer: async (request, response) => {
      const path = request.url ?? "/";
      const found = stored.get(path);
      switch (request.method) {
        case "PUT":
          stored.set(path, await buffer(request));
          response.writeHead(201).end();
          return;
        case "DELETE":
          response.writeHead(stored.delete(path) ? 204 : 404).end();
          return;
        default:
          if (found !== undefined && request.method === "GET") hits++;
          if (found === undefined) response.writeHead(404).end();
          else
            response
              .writeHead(200, { "content-length": found.length })
              .end(request.method === "HEAD" ? undefined : found);
      }
    },
  });
  return { ...server, size: () => stored.size, hits: () => hits };
}
