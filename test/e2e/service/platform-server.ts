import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { OidcIssuer } from "./oidc-issuer.ts";

/** Where a CI platform gives its jobs identity tokens: GitHub's service, and the API that Buildkite's agent asks. */
export interface PlatformServer extends AsyncDisposable {
  readonly url: string;
  /** What a job asks with. */
  readonly right: string;
  /** The audiences that it was asked for, in order. */
  readonly audiences: readonly string[];
}

export interface PlatformOptions {
  readonly issuer: OidcIssuer;
  readonly lifeSeconds: number;
  /** Sees each token before it goes out. */
  readonly watch: (value: string) => string;
}

export async function startPlatform({ issuer, lifeSeconds, watch }: PlatformOptions): Promise<PlatformServer> {
  const right = watch(`right${randomBytes(24).toString("base64url")}`);
  const audiences: string[] = [];
  const issue = (audience: string, life: number): string => {
    audiences.push(audience);
    return watch(issuer.issue({ audience, subject: "repo:acme@1/app@2:ref:refs/heads/main", lifeSeconds: life }));
  };

  /** A status and a body; `undefined`: there is no such place. */
  const answer = async (request: IncomingMessage, url: URL): Promise<[number, object] | undefined> => {
    const authorization = request.headers.authorization ?? "";
    if (request.method === "GET" && url.pathname === "/idtoken") {
      if (authorization !== `Bearer ${right}`) return [401, { message: `not authorized: ${authorization}` }];
      if (url.searchParams.get("api-version") !== "2.0") return [400, { message: "api-version" }];
      return [200, { value: issue(url.searchParams.get("audience") ?? "https://github.com/acme", lifeSeconds) }];
    }
    if (request.method === "POST" && url.pathname === "/v3/jobs/job-1/oidc/tokens") {
      if (authorization !== `Token ${right}`) return [401, { message: `not authorized: ${authorization}` }];
      const { audience, lifetime } = (await json(request)) as { audience?: string; lifetime?: number };
      return [200, { token: issue(audience ?? "https://buildkite.com/acme", lifetime ?? lifeSeconds) }];
    }
    return undefined;
  };

  const server = createServer(async (request, response) => {
    const [status, body] = (await answer(request, new URL(request.url ?? "/", "http://127.0.0.1"))) ?? [404, {}];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    right,
    audiences,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A program that asks as `buildkite-agent oidc request-token` does, with what its environment says, by Node alone. */
export const buildkiteAgent = (node: string): string => `#!${node}
const words = process.argv.slice(2);
const flag = (name) => words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
const { BUILDKITE_AGENT_ENDPOINT, BUILDKITE_AGENT_ACCESS_TOKEN, BUILDKITE_JOB_ID } = process.env;
if (words[0] !== "oidc" || words[1] !== "request-token") process.exit(1);
const lifetime = flag("--lifetime");
const answer = await fetch(BUILDKITE_AGENT_ENDPOINT + "/jobs/" + BUILDKITE_JOB_ID + "/oidc/tokens", {
  method: "POST",
  headers: { authorization: "Token " + BUILDKITE_AGENT_ACCESS_TOKEN, "content-type": "application/json" },
  body: JSON.stringify({ audience: flag("--audience"), ...(lifetime && { lifetime: Number(lifetime) }) }),
});
if (!answer.ok) {
  console.error("fatal: " + answer.status + " for " + BUILDKITE_AGENT_ACCESS_TOKEN + ": " + await answer.text());
  process.exit(1);
}
console.log((await answer.json()).token);
`;
