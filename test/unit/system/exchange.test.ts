import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createNetServer, type Server } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { ExchangeError } from "../../../src/identity/exchange/exchange.ts";
import { createSend } from "../../../src/system/exchange.ts";
import { createProxyFor } from "../../../src/system/proxy.ts";
import { selfSigned } from "./certificate.ts";
import { listening as listen } from "./listening.ts";
import { leadingTo, proxyThat, refusing } from "./proxy-server.ts";
import { scratch } from "./scratch.ts";

const listening = async (server: Server): Promise<number> => (await listen(server)).port;

async function ask(port: number, more: { readonly body?: string; readonly headers?: Record<string, string> } = {}) {
  const body = more.body === undefined ? undefined : new TextEncoder().encode(more.body);
  return createSend({})({
    url: new URL(`http://127.0.0.1:${port}/x?y=1`),
    method: body === undefined ? "GET" : "POST",
    headers: more.headers ?? {},
    body,
    signal: AbortSignal.timeout(15_000),
  });
}

async function failureOf(promise: Promise<unknown>): Promise<ExchangeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ExchangeError) return error;
  throw new Error("expected an ExchangeError", { cause: error });
}

test("a request goes out as it is, and the answer comes back whole", async () => {
  const seen: unknown[] = [];
  const answer: RequestListener = async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    seen.push(request.method, request.url, request.headers["authorization"], body);
    response.writeHead(201, { "x-request-id": "r-1" }).end("done");
  };
  const got = await ask(await listening(createServer(answer)), { body: "a=b", headers: { authorization: "Bearer t" } });
  expect(seen).toEqual(["POST", "/x?y=1", "Bearer t", "a=b"]);
  expect([got.status, got.header("x-request-id"), new TextDecoder().decode(got.body)]).toEqual([201, "r-1", "done"]);
});

test("a redirect is an answer like any other: nothing follows it", async () => {
  let asked = 0;
  const port = await listening(
    createServer((_, response) => {
      asked++;
      response.writeHead(302, { location: "/elsewhere" }).end();
    }),
  );
  expect((await ask(port)).status).toBe(302);
  expect(asked).toBe(1);
});

test("what keeps an answer from coming is told by its kind", async () => {
  const gone = createNetServer();
  const port = await listening(gone);
  gone.close();
  expect((await failureOf(ask(port))).message).toBe(`127.0.0.1:${port} could not be reached (ECONNREFUSED)`);

  const half = await listening(
    createNetServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
    }),
  );
  expect((await failureOf(ask(half))).failure).toBe("broke-off");

  const noise = await listening(
    createNetServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end("this is no HTTP\r\n\r\n"));
    }),
  );
  expect((await failureOf(ask(noise))).failure).toBe("broke-off");

  const endless = await listening(
    createServer((_, response) => {
      response.on("error", () => {});
      const more = (): void =>
        void (response.write(Buffer.alloc(1 << 16)) ? setImmediate(more) : response.once("drain", more));
      more();
      response.on("close", () => response.destroy());
    }),
  );
  expect((await failureOf(ask(endless))).failure).toBe("too-large");
});

test("what ends before TLS stands was not sent, straight and through a proxy", async () => {
  const resets = await listening(
    createNetServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.resetAndDestroy());
    }),
  );
  const plain = await listening(createServer((_, response) => void response.end("in")));
  const closing = proxyThat((client) => {
    client.once("data", () => client.destroy());
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
  });
  const through = { HTTPS_PROXY: `http://127.0.0.1:${await listening(closing)}` };
  for (const [environment, host] of [
    [{}, `127.0.0.1:${resets}`],
    [{}, `127.0.0.1:${plain}`],
    [through, "issuer.example"],
    [{ HTTPS_PROXY: `http://127.0.0.1:${resets}` }, "issuer.example"],
  ] as const) {
    const request = { url: new URL(`https://${host}/`), method: "POST", headers: {}, body: Buffer.from("a=b") };
    const error = await failureOf(createSend(environment)({ ...request, signal: AbortSignal.timeout(15_000) }));
    expect([error.failure, error.wasSent, error.message]).toEqual([
      "unreachable",
      false,
      expect.stringMatching(/^(?:issuer\.example|127\.0\.0\.1:\d+) could not be reached by TLS \(E[A-Z_]+\)$/),
    ]);
  }
});

test("what breaks off once TLS stands may have been done, straight and through a proxy", async () => {
  const { key, certificate } = selfSigned("issuer.example", "localhost");
  let came = 0;
  const breaking: RequestListener = (request) => {
    came++;
    request.socket.destroy();
  };
  const issuer = await listening(createTlsServer({ key, cert: certificate }, breaking));
  const HTTPS_PROXY = `http://127.0.0.1:${await listening(proxyThat(leadingTo(issuer)))}`;
  const folder = scratch();
  writeFileSync(join(folder, "ca.pem"), certificate);
  const program = `
    import { createSend } from ${JSON.stringify(join(import.meta.dirname, "../../../src/system/exchange.ts"))};
    const request = { url: new URL(process.env.TARGET), method: "POST", headers: {}, body: Buffer.from("a=b") };
    await createSend(process.env)({ ...request, signal: AbortSignal.timeout(10000) }).catch(({ failure, wasSent }) => console.log(failure, wasSent));
  `;
  const PATH = process.env["PATH"];
  for (const more of [{ TARGET: `https://localhost:${issuer}/` }, { TARGET: "https://issuer.example/", HTTPS_PROXY }]) {
    const env = { PATH, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"), ...more };
    const args = ["--input-type=module", "--eval", program];
    expect((await promisify(execFile)(process.execPath, args, { env, cwd: folder })).stdout.trim()).toBe(
      "broke-off true",
    );
  }
  expect(came).toBe(2);
});

test("a certificate that nobody vouches for is refused, whatever the environment says of that", async () => {
  const { key, certificate } = selfSigned("localhost");
  const port = await listening(createTlsServer({ key, cert: certificate }, (_, response) => void response.end("in")));
  const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  onTestFinished(() => {
    if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
  });
  const send = createSend({});
  const url = new URL(`https://localhost:${port}/`);
  const error = await failureOf(
    send({ url, method: "GET", headers: {}, body: undefined, signal: AbortSignal.timeout(15_000) }),
  );
  expect([error.failure, error.remedy]).toEqual(["certificate", expect.stringContaining("NODE_EXTRA_CA_CERTS")]);
});

test("HTTPS_PROXY is gone through, NO_PROXY is not, and a CA of one's own is trusted by NODE_EXTRA_CA_CERTS", async () => {
  const { key, certificate } = selfSigned("issuer.example", "localhost");
  const issuer = await listening(
    createTlsServer({ key, cert: certificate }, (_, response) => void response.end("token")),
  );
  const asked: string[] = [];
  const through = leadingTo(issuer);
  const proxyPort = await listening(
    proxyThat((client, request) => {
      asked.push(request.url ?? "");
      through(client, request);
    }),
  );
  const folder = scratch();
  writeFileSync(join(folder, "ca.pem"), certificate);
  const program = `
    import { createSend } from ${JSON.stringify(join(import.meta.dirname, "../../../src/system/exchange.ts"))};
    const send = createSend(process.env);
    const answer = await send({ url: new URL(process.env.TARGET), method: "GET", headers: {}, body: undefined, signal: AbortSignal.timeout(10000) })
      .then(({ body }) => new TextDecoder().decode(body), (error) => error.failure);
    console.log(answer);
  `;
  const run = async (environment: Record<string, string>): Promise<string> => {
    const env = {
      PATH: process.env["PATH"],
      TARGET: "https://issuer.example/",
      HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
      ...environment,
    };
    const args = ["--input-type=module", "--eval", program];
    return (await promisify(execFile)(process.execPath, args, { env, cwd: folder })).stdout.trim();
  };
  const trusting = { NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") };
  expect(await run(trusting)).toBe("token");
  expect(asked).toEqual(["issuer.example:443"]);
  expect(await run({})).toBe("certificate");
  expect(asked).toHaveLength(2);
  expect(await run({ ...trusting, NO_PROXY: "localhost", TARGET: `https://localhost:${issuer}/` })).toBe("token");
  expect(asked).toHaveLength(2);
});

test("this machine and the node's agents are asked without a proxy, whatever the variables say", async () => {
  const proxied: string[] = [];
  const proxy = await listening(
    createServer((request, response) => {
      proxied.push(request.url ?? "");
      response.end("from the proxy");
    }),
  );
  const agent = await listening(createServer((_, response) => void response.end("from the agent")));
  const environment = { HTTP_PROXY: `http://127.0.0.1:${proxy}`, NO_PROXY: "elsewhere.example" };
  const ask = async (address: string) => {
    const [signal, headers] = [AbortSignal.timeout(15_000), { authorization: "a token" }];
    const request = { url: new URL(address), method: "GET", headers, body: undefined, signal };
    return new TextDecoder().decode((await createSend(environment)(request)).body);
  };
  expect(await ask(`http://127.0.0.1:${agent}/v1/credentials`)).toBe("from the agent");
  expect(proxied).toEqual([]);
  // what is no machine of ours goes there
  expect(await ask("http://sts.example/")).toBe("from the proxy");
  expect(proxied).toEqual(["http://sts.example/"]);

  const proxyFor = createProxyFor(environment);
  for (const host of ["127.0.0.1:1", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]"]) {
    expect(proxyFor(new URL(`http://${host}/v1/credentials`))).toBeUndefined();
  }
  expect(proxyFor(new URL("http://169.254.169.254/"))).toBeDefined();
});

test.each([
  ["http://svc:pa#ss@proxy.example:3128", /^issuer\.example was not asked: HTTPS_PROXY is no URL of a proxy$/, /%23/],
  ["http://svc:pa/ss@proxy.example:3128", /is no URL/, /%2F/],
  ["svc:pa/ss@proxy.example:3128", /is no URL/, /%2F/],
  ["socks5://svc:pass@proxy.example:1080", /kind that is not known here \(socks5:\)$/, /HTTP proxy/],
])(
  "a proxy that cannot be gone through is told without its URL, and nothing is asked past it",
  async (proxy, says, remedy) => {
    for (const name of ["HTTPS_PROXY", "https_proxy"]) {
      const request = { url: new URL("https://issuer.example/"), method: "GET", headers: {}, body: undefined };
      const error = await failureOf(createSend({ [name]: proxy })({ ...request, signal: AbortSignal.timeout(15_000) }));
      expect([error.failure, error.message, error.remedy]).toEqual([
        "no-way",
        expect.stringMatching(says),
        expect.stringMatching(remedy),
      ]);
      expect(`${error.message}${error.remedy}`).not.toMatch(/svc|proxy\.example/);
    }
    // only what is to go through it
    const port = await listening(createServer((_, response) => void response.end("in")));
    const url = new URL(`http://127.0.0.1:${port}/`);
    const answer = createSend({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy })({
      ...{ url, method: "GET", headers: {}, body: undefined, signal: AbortSignal.timeout(15_000) },
    });
    expect((await answer).status).toBe(200);
  },
);

test("a proxy without a scheme is an HTTP one, as for curl", async () => {
  const asked: string[] = [];
  const port = await listening(
    proxyThat((client, request) => {
      asked.push(request.url ?? "");
      refusing(502)(client, request);
    }),
  );
  const request = { url: new URL("https://issuer.example/"), method: "GET", headers: {}, body: undefined };
  const error = await failureOf(
    createSend({ HTTPS_PROXY: `127.0.0.1:${port}` })({ ...request, signal: AbortSignal.timeout(15_000) }),
  );
  expect(asked).toEqual(["issuer.example:443"]);
  expect(error.message).toContain("issuer.example");
});
