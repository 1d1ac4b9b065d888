import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createNetServer, type Server } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { ExchangeError } from "../../../src/identity/exchange/exchange.ts";
import { createSend } from "../../../src/system/exchange.ts";
import { createHttp } from "../../../src/system/http.ts";
import { selfSigned } from "./certificate.ts";
import { listening } from "./listening.ts";
import { leadingNowhere, leadingTo, proxyThat } from "./proxy-server.ts";
import { scratch } from "./scratch.ts";

type Place = { readonly environment: Record<string, string>; readonly address: string };
const straight = (scheme: string) => (port: number) => ({
  environment: {},
  address: `${scheme}://127.0.0.1:${port}/`,
});
const through = (address: string) => (port: number) => ({
  environment: { HTTPS_PROXY: `http://127.0.0.1:${port}`, HTTP_PROXY: `http://127.0.0.1:${port}` },
  address,
});
const overTls = (port: number) => ({
  environment: { HTTPS_PROXY: `https://127.0.0.1:${port}` },
  address: "https://issuer.example/",
});
const deaf = () => createNetServer((socket) => void socket.resume());
const half = () =>
  createNetServer((socket) => {
    socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
  });

const nothingOpen = (open: ReadonlySet<unknown>) => vi.waitFor(() => expect(open.size).toBe(0), { timeout: 10_000 });

/** Who says nothing, or nothing more; and whether a request had gone out by then. */
const silent: readonly (readonly [what: string, () => Server, (port: number) => Place, wasSent: boolean])[] = [
  ["a server that never answers TLS", deaf, straight("https"), false],
  ["a server that never answers", deaf, straight("http"), true],
  ["a server that answers half", half, straight("http"), true],
  ["a proxy that never answers CONNECT", deaf, through("https://issuer.example/"), false],
  ["a proxy whose tunnel is silent", () => proxyThat(leadingNowhere), through("https://issuer.example/"), false],
  ["a proxy that never answers TLS", deaf, overTls, false],
  ["a proxy that never answers over plain HTTP", deaf, through("http://issuer.example/"), true],
];

describe.each(silent)("a request to %s", (_, create, placeAt, wasSent) => {
  const ask = async (idleMs: number, endsMs?: number) => {
    const server = create();
    const { port, open } = await listening(server);
    const { environment, address } = placeAt(port);
    const control = new AbortController();
    if (endsMs !== undefined) server.once("connection", () => setTimeout(() => control.abort(), endsMs));
    const began = performance.now();
    const [url, body, { signal }] = [new URL(address), Buffer.from("a=b"), control];
    const asked = createSend(environment, { idleMs })({ url, method: "POST", headers: {}, body, signal });
    const error = await asked.catch((reason: unknown) => reason);
    if (!(error instanceof ExchangeError)) throw new Error("expected an ExchangeError", { cause: error });
    return { error, ms: performance.now() - began, open };
  };

  test("is given up after a while, and nothing of it stays open", async () => {
    const { error, ms, open } = await ask(500);
    expect([error.failure, error.message, error.wasSent]).toEqual([
      "too-slow",
      expect.stringMatching(/^(?:issuer\.example|127\.0\.0\.1:\d+) said nothing for 0\.5 s$/),
      wasSent,
    ]);
    expect(ms).toBeGreaterThan(450);
    expect(ms).toBeLessThan(10_000);
    await nothingOpen(open);
  });

  test("ends at once when nobody waits for it any more, and nothing of it stays open", async () => {
    const { error, ms, open } = await ask(60_000, 200);
    expect([error.failure, error.wasSent]).toEqual(["stopped", wasSent]);
    expect(ms).toBeLessThan(10_000);
    await nothingOpen(open);
  });

  test("is given up where a registry is asked, too", async () => {
    const { port, open } = await listening(create());
    const { environment, address } = placeAt(port);
    const http = createHttp(environment, { idleMs: 300 });
    const whole = async () => {
      const { body } = await http({ url: address, headers: {} });
      for await (const part of body) expect(part.length).toBe(4);
    };
    await expect(whole()).rejects.toThrow(/did not answer within 0\.3 s$|went silent$/);
    await nothingOpen(open);
  });
});

test("a request that is ended before it begins asks nobody", async () => {
  const { port, open } = await listening(deaf());
  const request = { url: new URL(`http://127.0.0.1:${port}/`), method: "GET", headers: {}, body: undefined };
  const error = await createSend({})({ ...request, signal: AbortSignal.abort() }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ failure: "stopped", wasSent: false });
  expect(open.size).toBe(0);
});

const source = (file: string) => JSON.stringify(join(import.meta.dirname, "../../../src/system", file));

/** In a process of its own, which has to end by itself. */
async function said(program: string, env: Record<string, string>): Promise<string> {
  const args = ["--input-type=module", "--eval", program];
  const PATH = process.env["PATH"];
  const options = { env: { PATH, ...env }, cwd: scratch(), timeout: 15_000 };
  return (await promisify(execFile)(process.execPath, args, options)).stdout.trim();
}

test("a process ends by itself once its last request was given up", async () => {
  const { port, open } = await listening(proxyThat(leadingNowhere));
  const program = `
    import { createSend } from ${source("exchange.ts")};
    import { createHttp } from ${source("http.ts")};
    const url = "https://issuer.example/";
    const ask = { url: new URL(url), method: "GET", headers: {}, body: undefined, signal: AbortSignal.timeout(300) };
    const asked = [createSend(process.env)(ask), createHttp(process.env, { idleMs: 300 })({ url, headers: {} })];
    console.log((await Promise.allSettled(asked)).map(({ status }) => status).join());
  `;
  expect(await said(program, { HTTPS_PROXY: `http://127.0.0.1:${port}` })).toBe("rejected,rejected");
  await nothingOpen(open);
});

type Servers = {
  readonly plain: number;
  readonly secure: number;
  readonly proxy: number;
  readonly secureProxy: number;
};
const throughProxy = (HTTPS_PROXY: string) => ({ TARGET: "https://issuer.example/", HTTPS_PROXY });
test.each<[string, (servers: Servers) => Record<string, string>]>([
  ["plain HTTP", ({ plain }) => ({ TARGET: `http://127.0.0.1:${plain}/` })],
  ["TLS", ({ secure }) => ({ TARGET: `https://localhost:${secure}/` })],
  ["TLS through a proxy", ({ proxy }) => throughProxy(`http://127.0.0.1:${proxy}`)],
  ["TLS through a proxy over TLS", ({ secureProxy }) => throughProxy(`https://localhost:${secureProxy}`)],
])("a registry's connection over %s is used again, and keeps no process alive", async (_, environmentOf) => {
  const identity = selfSigned("issuer.example", "localhost");
  const { key, certificate } = identity;
  const answer: RequestListener = (_request, response) => void response.end("in");
  const servers = [createServer(answer), createTlsServer({ key, cert: certificate }, answer)] as const;
  let connections = 0;
  for (const server of servers) {
    // it is not the server that lets go of them
    server.keepAliveTimeout = 60_000;
    server.on("connection", () => connections++);
  }
  const [plain, secure] = [(await listening(servers[0])).port, (await listening(servers[1])).port];
  const proxy = (await listening(proxyThat(leadingTo(secure)))).port;
  const secureProxy = (await listening(proxyThat(leadingTo(secure), identity))).port;
  const ca = join(scratch(), "ca.pem");
  writeFileSync(ca, certificate);
  const program = `
    import { createHttp } from ${source("http.ts")};
    const http = createHttp(process.env, { idleMs: 60_000 });
    for (let times = 0; times < 20; times++) {
      const { body } = await http({ url: process.env.TARGET, headers: {} });
      for await (const part of body) if (String(part) !== "in") throw new Error();
    }
    console.log("done");
  `;
  const environment = environmentOf({ plain, secure, proxy, secureProxy });
  expect(await said(program, { ...environment, NODE_EXTRA_CA_CERTS: ca })).toBe("done");
  expect(connections).toBe(1);
});

test("many requests leave no connection", async () => {
  const { port, open } = await listening(createServer((_, response) => void response.end("in")));
  const send = createSend({});
  const request = { url: new URL(`http://127.0.0.1:${port}/`), method: "GET", headers: {}, body: undefined };
  const control = new AbortController();
  for (let times = 0; times < 20; times++) {
    const asked = Array.from({ length: 20 }, () => send({ ...request, signal: control.signal }));
    for (const { status } of await Promise.all(asked)) expect(status).toBe(200);
  }
  await nothingOpen(open);
});
