import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { selfSigned } from "./certificate.ts";
import { listening } from "./listening.ts";
import { scratch } from "./scratch.ts";

const source = JSON.stringify(join(import.meta.dirname, "../../../src/system/http.ts"));
const program = `
  import { createHttp } from ${source};
  const { ASK } = process.env;
  try {
    const { status, origin, cancel } = await createHttp({}, { idleMs: 60_000 })(JSON.parse(ASK));
    cancel();
    console.log(JSON.stringify({ status, origin }));
  } catch ({ message, constructor: { name } }) {
    console.log(JSON.stringify({ message, name }));
  }
`;

/** Two servers, over TLS and plain: `/to/ADDRESS` sends on to an address, all else answers 401. */
async function places() {
  const { key, certificate } = selfSigned("localhost");
  const ca = join(scratch(), "ca.pem");
  writeFileSync(ca, certificate);
  const seen: string[] = [];
  const answer: RequestListener = ({ url = "", headers }, response) => {
    seen.push(`${headers.host} ${headers.authorization ?? "nothing"}`);
    const location = url.startsWith("/to/") ? decodeURIComponent(url.slice(4)) : undefined;
    response.writeHead(location === undefined ? 401 : 307, location === undefined ? {} : { location }).end();
  };
  const secure = (await listening(createTlsServer({ key, cert: certificate }, answer))).port;
  const plain = (await listening(createServer(answer))).port;
  const authorization = `Basic ${randomBytes(12).toString("base64")}`;

  async function ask(steps: readonly string[], more: object = {}): Promise<unknown> {
    const url = steps.reduceRight((to, from) => `${from}/to/${encodeURIComponent(to)}`);
    const ask = JSON.stringify({ url, headers: { authorization }, ...more });
    const env = { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: ca, ASK: ask };
    const ran = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], { env });
    return JSON.parse((await ran).stdout);
  }
  return { ask, seen, authorization, secure: `localhost:${secure}`, plain: `localhost:${plain}` };
}

test("a credential goes along to the same origin, which is told", async () => {
  const { ask, seen, authorization, secure } = await places();
  const here = `https://${secure}`;
  expect(await ask([here, here, `${here}/end`])).toEqual({ status: 401, origin: here });
  expect(seen).toEqual(Array(3).fill(`${secure} ${authorization}`));
});

test("a credential goes to no other scheme or port of its host, and does not come back from there", async () => {
  const { ask, seen, authorization, secure, plain } = await places();
  const end = `https://${secure}/end`;
  expect(await ask([`http://${plain}`, end])).toEqual({ status: 401, origin: `https://${secure}` });
  expect(seen.splice(0)).toEqual([`${plain} ${authorization}`, `${secure} nothing`]);
  const port = plain.split(":")[1];
  await ask([`http://${plain}`, `http://127.0.0.1:${port}`, `http://${plain}/end`]);
  expect(seen).toEqual([`${plain} ${authorization}`, `127.0.0.1:${port} nothing`, `${plain} nothing`]);
});

test("nobody is followed from TLS to where there is none", async () => {
  const { ask, seen, authorization, secure, plain } = await places();
  const message = `${secure} sends us on to ${plain}, where it would go without TLS`;
  expect(await ask([`https://${secure}`, `http://${plain}/end`])).toEqual({ message, name: "Refusal" });
  expect(seen).toEqual([`${secure} ${authorization}`]);
});

test("what was sent is sent to nobody else, nor again", async () => {
  const { ask, seen, secure } = await places();
  const message = `${secure} sends us on to ${secure}, where what was sent is not sent again`;
  const post = { method: "POST", body: "refresh_token=made" };
  expect(await ask([`https://${secure}`, `https://${secure}/end`], post)).toEqual({ message, name: "Refusal" });
  expect(seen).toHaveLength(1);
});
