import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Environment } from "../identity/host.ts";
import { createHttp } from "./http.ts";
import { loginOf } from "./url-login.ts";

/** For a connection, for an answer to begin, and between two pieces of it. */
const idleMs = 60_000;

/**
 * The body of a successful answer, by way of proxies where they are set and of redirects. A login in the URL goes to its own
 * host alone. Rejects with a clause that holds no login; so does the body where it breaks off.
 */
export async function openUrl(address: string, environment: Environment): Promise<AsyncIterable<Uint8Array>> {
  const url = URL.parse(address);
  if (url === null) throw new Error("it is not written as a URL is");
  const login = loginOf(url, "authorization");
  if (login === undefined) throw new Error("`%` of its login is not written as %25");
  url.username = "";
  url.password = "";
  const http = createHttp(environment, { idleMs });
  const answer = await http({ url: url.href, headers: { "accept-encoding": "identity", ...login } });
  if (answer.status < 200 || answer.status > 299) {
    answer.cancel();
    throw new Error(`the server answers ${answer.status}`);
  }
  // what lies packed on a server is sent so, whatever was asked for
  const isPacked = /^(?:x-)?gzip$/i.test(answer.header("content-encoding") ?? "");
  return isPacked ? pipeline(answer.body, createGunzip(), () => {}) : answer.body;
}
