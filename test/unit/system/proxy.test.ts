import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { expect, test } from "vitest";
import { ExchangeError } from "../../../src/identity/exchange/exchange.ts";
import { createSend } from "../../../src/system/exchange.ts";
import { createHttp } from "../../../src/system/http.ts";
import { createProxyFor } from "../../../src/system/proxy.ts";
import { selfSigned } from "./certificate.ts";
import { listening } from "./listening.ts";
import { leadingTo, proxyThat, refusing } from "./proxy-server.ts";

const ask = (environment: Record<string, string>, address: string) => {
  const [url, signal] = [new URL(address), AbortSignal.timeout(15_000)];
  return createSend(environment)({ url, method: "GET", headers: {}, body: undefined, signal });
};

async function failureOf(asked: Promise<unknown>): Promise<ExchangeError> {
  const error = await asked.catch((reason: unknown) => reason);
  if (error instanceof ExchangeError) return error;
  throw new Error("expected an ExchangeError", { cause: error });
}

/** A login in which all stands that a URL wants written otherwise. */
function makeLogin(): { readonly written: string; readonly header: string; readonly password: string } {
  const password = `${randomBytes(6).toString("hex")}:/@#%ü`;
  const header = `Basic ${Buffer.from(`svc@corp:${password}`).toString("base64")}`;
  return { written: `${encodeURIComponent("svc@corp")}:${encodeURIComponent(password)}`, header, password };
}

test.each([407, 502, 199, 301])(
  "a proxy that answers CONNECT with %i is told by that, and nothing was sent",
  async (status) => {
    const { port, open } = await listening(proxyThat(refusing(status)));
    const { written, password } = makeLogin();
    const environment = { HTTPS_PROXY: `http://${written}@127.0.0.1:${port}` };
    const error = await failureOf(ask(environment, "https://issuer.example/"));
    expect([error.failure, error.wasSent, error.message]).toEqual([
      "unreachable",
      false,
      `issuer.example could not be reached: the proxy answers with status ${status}`,
    ]);
    expect(error.remedy).toContain("HTTPS_PROXY");
    expect([error.message, error.remedy, String(error.cause)].some((text) => text.includes(password))).toBe(false);
    const http = createHttp(environment, { idleMs: 5000 });
    await expect(http({ url: "https://issuer.example/", headers: {} })).rejects.toThrow(
      `issuer.example could not be reached (the proxy answers with status ${status})`,
    );
    await expect.poll(() => open.size).toBe(0);
  },
);

test("a proxy is told the server, with the login that its URL holds, and the server hears neither", async () => {
  const { key, certificate } = selfSigned("issuer.example");
  const seen: IncomingMessage[] = [];
  const issuer = await listening(createTlsServer({ key, cert: certificate }));
  const through = leadingTo(issuer.port);
  const proxy = await listening(
    proxyThat((client, request) => {
      seen.push(request);
      through(client, request);
    }),
  );
  const { written, header } = makeLogin();
  const environment = { HTTPS_PROXY: `http://${written}@127.0.0.1:${proxy.port}` };
  for (const host of ["issuer.example", "issuer.example:8443", "[2001:db8::1]"]) {
    expect((await failureOf(ask(environment, `https://${host}/`))).failure).toBe("certificate");
  }
  expect(seen.map(({ url, headers }) => [url, headers.host, headers["proxy-authorization"] === header])).toEqual([
    ["issuer.example:443", "issuer.example:443", true],
    ["issuer.example:8443", "issuer.example:8443", true],
    ["[2001:db8::1]:443", "[2001:db8::1]:443", true],
  ]);
});

test("over plain HTTP a proxy is told the whole address, and its login", async () => {
  const seen: IncomingMessage[] = [];
  const proxy = await listening(
    createServer((request, response) => {
      seen.push(request);
      response.end("in");
    }),
  );
  const { written, header } = makeLogin();
  const environment = { HTTP_PROXY: `http://${written}@127.0.0.1:${proxy.port}` };
  expect((await ask(environment, "http://registry.example:5000/v2/?a=b")).status).toBe(200);
  const http = createHttp(environment, { idleMs: 5000 });
  (await http({ url: "http://registry.example/v2/", headers: {} })).cancel();
  expect(seen.map(({ url, headers }) => [url, headers.host, headers["proxy-authorization"] === header])).toEqual([
    ["http://registry.example:5000/v2/?a=b", "registry.example:5000", true],
    ["http://registry.example/v2/", "registry.example", true],
  ]);
});

test("a proxy over TLS has to be trusted itself, and one whose login is not written as a URL's is not gone through", async () => {
  const proxy = await listening(proxyThat(() => expect.unreachable(), selfSigned("127.0.0.1")));
  const error = await failureOf(ask({ HTTPS_PROXY: `https://127.0.0.1:${proxy.port}` }, "https://issuer.example/"));
  expect([error.failure, error.wasSent]).toEqual(["certificate", false]);
  const half = await failureOf(ask({ HTTPS_PROXY: "http://svc:100%zz@proxy.example" }, "https://issuer.example/"));
  expect([half.failure, half.message]).toEqual([
    "no-way",
    "issuer.example was not asked: HTTPS_PROXY is no URL of a proxy",
  ]);
});

test.each([
  ["proxy.example", { host: "proxy.example", port: 80, isSecure: false }],
  ["http://proxy.example:3128/", { host: "proxy.example", port: 3128, isSecure: false }],
  ["https://proxy.example", { host: "proxy.example", port: 443, isSecure: true }],
  ["http://[fd00::1]:3128", { host: "fd00::1", port: 3128, isSecure: false }],
])("%s is a proxy", (value, target) => {
  expect(createProxyFor({ HTTPS_PROXY: value })(new URL("https://issuer.example/"))).toEqual({
    ...target,
    headers: {},
  });
});
