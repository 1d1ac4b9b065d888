import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Registry } from "./registry.ts";

/** What a registry does with one request instead of answering it. */
export type Fault = (request: Asked, response: ServerResponse, real: () => Promise<RealAnswer>) => Promise<void> | void;

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** How often this path was asked for, this time included. */
  readonly count: number;
}

export interface RealAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface FaultyRegistry extends AsyncDisposable {
  readonly address: string;
  /** Every request, `GET /v2/…`, in turn, with its range if it asked for one. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/**
 * A real registry, seen through a server that does something wrong where `faultFor` gives a fault. What it gets from the
 * real one has no ranges: it answers those itself, unless the fault does.
 */
export async function startFaultyRegistry(
  registry: Registry,
  faultFor: (request: Asked) => Fault | undefined,
): Promise<FaultyRegistry> {
  const asked: string[] = [];
  const counts = new Map<string, number>();

  const fetchReal = async (path: string, accept: string): Promise<RealAnswer> => {
    const answer = await fetch(`http://${registry.address}${path}`, { headers: { accept } });
    const kept = ["content-type", "docker-content-digest"].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    return { status: answer.status, headers: Object.fromEntries(kept), body: Buffer.from(await answer.arrayBuffer()) };
  };

  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const { range } = request.headers;
    asked.push(`${request.method} ${path}${range === undefined ? "" : ` ${range}`}`);
    const one: Asked = { path, headers: request.headers, count };
    const real = (): Promise<RealAnswer> => fetchReal(path, String(request.headers.accept ?? "*/*"));
    const fault = faultFor(one);
    if (fault !== undefined) {
      await fault(one, response, real);
      return;
    }
    answerWith(one, response, await real());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `127.0.0.1:${address.port}`, asked, stop, [Symbol.asyncDispose]: stop };
}

/** As a right registry answers (RFC 9110, "Range Requests"). */
export function answerWith(
  { headers }: Asked,
  response: ServerResponse,
  { status, headers: own, body }: RealAnswer,
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(String(headers.range ?? ""))?.[1] ?? Number.NaN);
  if (Number.isNaN(from) || status !== 200) {
    response.writeHead(status, { ...own, "content-length": body.length }).end(body);
    return;
  }
  const range = `bytes ${from}-${body.length - 1}/${body.length}`;
  response
    .writeHead(206, { ...own, "content-range": range, "content-length": body.length - from })
    .end(body.subarray(from));
}

/** Answers with a status. */
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Fault =>
  (_, response) =>
    void response.writeHead(code, headers).end();

/** Sends so much of what was asked for (from where it was asked for on), and closes the connection or keeps silent. */
export const half =
  (then: "close" | "silence", part = 0.5): Fault =>
  async ({ headers }, response, real) => {
    const { headers: own, body } = await real();
    const from = Number(/^bytes=(\d+)-$/.exec(String(headers.range ?? ""))?.[1] ?? 0);
    const range = from === 0 ? {} : { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` };
    response.writeHead(from === 0 ? 200 : 206, { ...own, ...range, "content-length": body.length - from });
    const rest = body.subarray(from, from + Math.floor((body.length - from) * part));
    response.write(rest, () => {
      if (then === "close") response.socket?.destroy();
    });
    if (rest.length === 0 && then === "close") response.socket?.destroy();
  };

/** Sends other bytes than were asked for, as many. */
export const altered: Fault = async (asked, response, real) => {
  const answer = await real();
  const body = Buffer.from(answer.body);
  body[Math.floor(body.length / 2)]! ^= 1;
  answerWith(asked, response, { ...answer, body });
};
