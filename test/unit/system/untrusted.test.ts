import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { expect, test } from "vitest";
import { openRepository } from "../../../src/image/registry/client.ts";
import { Refusal } from "../../../src/image/registry/http.ts";
import { createHttp } from "../../../src/system/http.ts";
import { selfSigned } from "./certificate.ts";
import { listening } from "./listening.ts";

const http = createHttp({}, { idleMs: 10_000 });
const answer: RequestListener = (_, response) => void response.end("{}");

function tlsServer(...names: readonly string[]) {
  const { key, certificate } = selfSigned(...names);
  return createTlsServer({ key, cert: certificate }, answer);
}

test("a certificate that is not trusted is told, with where a CA is named, and is not asked about again", async () => {
  const { port } = await listening(tlsServer("localhost"));
  const error = await http({ url: `https://localhost:${port}/`, headers: {} }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Refusal);
  expect(error).toMatchObject({
    message:
      `localhost:${port} shows a certificate that is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT); ` +
      "a CA of your own is named in NODE_EXTRA_CA_CERTS",
  });
});

test("a server that does not speak TLS is told", async () => {
  const { port } = await listening(createServer(answer));
  await expect(http({ url: `https://localhost:${port}/`, headers: {} })).rejects.toThrow(
    `localhost:${port} does not speak TLS`,
  );
});

test("a registry on this machine is asked without TLS where it has none, and not where its certificate is not trusted", async () => {
  const around = { http, login: async () => ({ why: "" }), wait: async () => {} };
  const plain = await listening(createServer(answer));
  expect(String(await openRepository(`localhost:${plain.port}`, "app", around).manifest("1"))).toBe("{}");
  const secure = await listening(tlsServer("localhost"));
  await expect(openRepository(`localhost:${secure.port}`, "app", around).manifest("1")).rejects.toThrow(
    "shows a certificate that is not trusted here",
  );
});
