import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, verify } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { answerJson, serve } from "../../identity/loopback.ts";

export type Access = Readonly<Record<string, string>>;

export type FakeInstallation = {
  readonly id: number;
  readonly account: string;
  readonly repositories: readonly string[];
  readonly permissions: Access;
  readonly suspended?: boolean;
};

export type IssuedToken = {
  readonly token: string;
  readonly installation: number;
  readonly repositories: readonly string[];
  readonly permissions: Access;
  readonly expiresMs: number;
};

/** An answer that a test puts in the place of the server's own; `sent` is what the request carried. */
export type Fault = (sent: { readonly bearer: string; readonly body: string }) => {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type GithubServer = AsyncDisposable & {
  readonly url: string;
  readonly clientId: string;
  readonly appId: number;
  /** PKCS#1, as GitHub gives it. */
  readonly pem: string;
  readonly privateKey: KeyObject;
  /** "POST /app/installations/7/access_tokens", in the order of coming. */
  readonly requests: string[];
  /** The bodies of what was posted, by the same order. */
  readonly bodies: unknown[];
  /** Every token that was given out, ended or not. */
  readonly issued: IssuedToken[];
  /** Those that are good for something now. */
  readonly living: () => readonly IssuedToken[];
  readonly runners: Map<number, { readonly name: string; readonly at: string; readonly body: unknown }>;
  /** The next request whose line has this in it is answered so, once. */
  readonly fail: (line: string, fault: Fault) => void;
  /** It gets half an answer, and the connection breaks. */
  readonly breakOff: (line: string) => void;
  /** The same, and this status, where what was asked for is done all the same. */
  readonly failAfter: (line: string, how: number | "half") => void;
  /** The next request whose line has this in it is not answered before this ends. */
  readonly hold: (line: string, until: Promise<unknown>) => void;
};

/** Made once for all servers of a process: that takes a while. */
let pair: { readonly privateKey: KeyObject } | undefined;
const longestJwtSeconds = 600;
const ranks = ["read", "write", "admin"];

/**
 * GitHub's REST API for one App, as far as tokens go, with what the real one checks: the App's signature, its times by the
 * server's own clock, where it is installed, what it was granted, one account per installation, and that a token that was
 * revoked is worth nothing. Every body is one of GitHub's own.
 *
 * @param now the server's clock, in milliseconds since 1970
 * @param lifeMs how long a token lives: GitHub's live an hour
 */
export async function startGithub(
  now: () => number,
  installations: readonly FakeInstallation[],
  lifeMs = 3_600_000,
): Promise<GithubServer> {
  pair ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { privateKey } = pair;
  const publicKey = createPublicKey(privateKey);
  const clientId = `Iv23li${randomBytes(7).toString("hex")}`;
  const appId = 424_242;
  const requests: string[] = [];
  const bodies: unknown[] = [];
  const issued: IssuedToken[] = [];
  const revoked = new Set<string>();
  const runners: GithubServer["runners"] = new Map();
  const halves: string[] = [];
  const faults: { readonly line: string; readonly fault: Fault }[] = [];
  const late: { readonly line: string; readonly how: number | "half" }[] = [];
  const held: { readonly line: string; readonly until: Promise<unknown> }[] = [];

  const living = (): readonly IssuedToken[] =>
    issued.filter(({ token, expiresMs }) => !revoked.has(token) && expiresMs > now());
  const tokenOf = (bearer: string): IssuedToken | undefined => living().find(({ token }) => token === bearer);

  /** Why the App is not who it says; the words are GitHub's. */
  function problemOf(jwt: string): readonly [status: number, message: string] | undefined {
    const [header = "", payload = "", signature = ""] = jwt.split(".");
    const undecodable = [401, "A JSON web token could not be decoded"] as const;
    let claims: { iss?: unknown; iat?: unknown; exp?: unknown };
    try {
      if (JSON.parse(Buffer.from(header, "base64url").toString()).alg !== "RS256") return undecodable;
      claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    } catch {
      return undecodable;
    }
    const { iss, iat, exp } = claims;
    if (iss !== clientId && iss !== String(appId)) return [404, "Integration not found"];
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify("sha256", signed, publicKey, Buffer.from(signature, "base64url"))) return undecodable;
    const seconds = now() / 1000;
    if (!Number.isInteger(iat) || (iat as number) > seconds) {
      return [401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"];
    }
    if (!Number.isInteger(exp) || (exp as number) <= seconds) {
      return [
        401,
        "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
      ];
    }
    if ((exp as number) > seconds + longestJwtSeconds) {
      return [401, "'Expiration time' claim ('exp') is too far in the future"];
    }
    return undefined;
  }

  function describe(installation: FakeInstallation): object {
    return {
      id: installation.id,
      account: { login: installation.account, type: "Organization" },
      repository_selection: "selected",
      permissions: { metadata: "read", ...installation.permissions },
      suspended_at: installation.suspended ? "2026-01-01T00:00:00Z" : null,
    };
  }

  function mint(installation: FakeInstallation, asked: { repositories?: string[]; permissions?: Access }) {
    const repositories = asked.repositories ?? installation.repositories;
    const permissions = asked.permissions ?? installation.permissions;
    if (installation.suspended) return [403, { message: "This installation has been suspended" }] as const;
    if (!repositories.every((name) => installation.repositories.includes(name))) {
      const message =
        "There is at least one repository that does not exist or is not accessible to the parent installation.";
      return [422, { message }] as const;
    }
    const has = (name: string) => ranks.indexOf(installation.permissions[name] ?? (name === "metadata" ? "read" : ""));
    if (!Object.entries(permissions).every(([name, access]) => has(name) >= ranks.indexOf(access))) {
      return [422, { message: "The permissions requested are not granted to this installation." }] as const;
    }
    // both forms are about: short ones, and long ones with a JWT inside
    const part = () => randomBytes(90).toString("base64url");
    const token =
      issued.length % 2 === 0
        ? `ghs_${randomBytes(40).toString("base64url").replaceAll(/[-_]/g, "x").slice(0, 36)}`
        : `ghs_${appId}_${Buffer.from('{"alg":"RS256"}').toString("base64url")}.${part()}.${part()}${part()}`;
    const all = { metadata: "read", ...permissions };
    const expiresMs = Math.floor(now() / 1000) * 1000 + lifeMs;
    issued.push({ token, installation: installation.id, repositories, permissions: all, expiresMs });
    return [
      201,
      {
        token,
        expires_at: new Date(expiresMs).toISOString().replace(".000", ""),
        permissions: all,
        repository_selection: asked.repositories === undefined ? "all" : "selected",
        ...(asked.repositories !== undefined && {
          repositories: repositories.map((name) => ({ name, full_name: `${installation.account}/${name}` })),
        }),
      },
    ] as const;
  }

  function asApp(line: string, body: string): readonly [number, unknown] {
    const [, id] = /^(?:GET|POST) \/app\/installations\/(\d+)/.exec(line) ?? [];
    const [, owner, repository] = /^GET \/repos\/([^/]+)\/([^/]+)\/installation$/.exec(line) ?? [];
    const [, organization] = /^GET \/orgs\/([^/]+)\/installation$/.exec(line) ?? [];
    const found = installations.find((one) =>
      id !== undefined
        ? one.id === Number(id)
        : one.account === (owner ?? organization) &&
          (repository === undefined || one.repositories.includes(repository)),
    );
    if (found === undefined) return [404, { message: "Not Found" }];
    return line.endsWith("/access_tokens") ? mint(found, JSON.parse(body || "{}")) : [200, describe(found)];
  }

  function asInstallation(line: string, body: string, bearer: string): readonly [number, unknown] {
    const token = tokenOf(bearer);
    if (token === undefined) return [401, { message: "Bad credentials" }];
    if (line === "DELETE /installation/token") {
      revoked.add(bearer);
      return [204, undefined];
    }
    const { account } = installations.find(({ id }) => id === token.installation)!;
    const [, at = "", what = ""] = /^\w+ \/(repos\/[^/]+\/[^/]+|orgs\/[^/]+)\/(.*)$/.exec(line) ?? [];
    const [kind, owner, repository = ""] = at.split("/");
    const reaches = owner === account && (kind === "orgs" || token.repositories.includes(repository));
    if (!reaches) return [404, { message: "Not Found" }];
    const permission = kind === "orgs" ? "organization_self_hosted_runners" : "administration";
    if (what === "contents") {
      const mayRead = token.permissions["contents"] !== undefined;
      return mayRead ? [200, []] : [403, { message: "Resource not accessible by integration" }];
    }
    if (token.permissions[permission] !== "write") return [403, { message: "Resource not accessible by integration" }];
    const expires_at = new Date(now() + lifeMs).toISOString();
    if (what === "actions/runners/registration-token") {
      return [201, { token: `A${randomBytes(14).toString("hex").toUpperCase()}`, expires_at }];
    }
    if (what === "actions/runners/generate-jitconfig") return jitConfig(at, JSON.parse(body));
    if (what === "actions/runners" && line.startsWith("GET")) {
      const all = [...runners].filter(([, one]) => one.at === at).map(([id, { name }]) => ({ id, name, busy: false }));
      return [200, { total_count: all.length, runners: all }];
    }
    const [, runner] = /^actions\/runners\/(\d+)$/.exec(what) ?? [];
    if (!line.startsWith("DELETE") || !runners.delete(Number(runner))) return [404, { message: "Not Found" }];
    return [204, undefined];
  }

  function jitConfig(at: string, asked: Record<string, unknown>): readonly [number, unknown] {
    const {
      name,
      runner_group_id: group,
      labels,
    } = asked as { name: string; runner_group_id: number; labels: unknown };
    if (typeof group !== "number") {
      return [422, { message: "Invalid input: object is missing required key: runner_group_id" }];
    }
    if (!Array.isArray(labels) || labels.length === 0) return [422, { message: "Invalid input: labels" }];
    if (group === 2) return [403, { message: "Resource not accessible by integration" }];
    if (group !== 1) return [404, { message: "Not Found" }];
    if ([...runners.values()].some((one) => one.name === name && one.at === at)) {
      return [409, { message: `Already exists - A runner with the name ${name} already exists.` }];
    }
    const id = runners.size + 1000 + Math.floor(Math.random() * 1e6);
    runners.set(id, { name, at, body: asked });
    const number = () => randomBytes(256).toString("base64");
    const file = (content: object) => Buffer.from(JSON.stringify(content)).toString("base64");
    const config = {
      ".runner": file({ AgentId: id, AgentName: name, Ephemeral: "True" }),
      ".credentials": file({ scheme: "OAuth", data: { clientId: randomBytes(16).toString("hex") } }),
      ".credentials_rsaparams": file({ d: number(), p: number(), q: number(), exponent: "AQAB", modulus: number() }),
    };
    return [201, { runner: { id, name, runner_group_id: group, labels: [] }, encoded_jit_config: file(config) }];
  }

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const line = `${request.method} ${url.pathname}`;
    const body = await text(request);
    const bearer = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    requests.push(line);
    bodies.push(body === "" ? undefined : JSON.parse(body));
    const date = new Date(now()).toUTCString();
    const breakOff = (): void => {
      response.writeHead(200, { date, "content-length": "500" }).write('{"id": 7, "tok');
      setImmediate(() => request.socket.destroy());
    };
    const wait = held.findIndex((one) => line.includes(one.line));
    if (wait >= 0) await held.splice(wait, 1)[0]!.until;
    const half = halves.findIndex((part) => line.includes(part));
    if (half >= 0) {
      halves.splice(half, 1);
      breakOff();
      return;
    }
    const at = faults.findIndex((one) => line.includes(one.line));
    if (at >= 0) {
      const { status, body: said, headers = {} } = faults.splice(at, 1)[0]!.fault({ bearer, body });
      answerJson(response, status, said, { date, ...headers });
      return;
    }
    const isApp = /\/installation$|^\w+ \/app\//.test(line);
    const problem = isApp ? problemOf(bearer) : undefined;
    const [status, said] =
      problem !== undefined
        ? [problem[0], { message: problem[1], documentation_url: "https://docs.github.com/rest" }]
        : isApp
          ? asApp(line, body)
          : asInstallation(line, body, bearer);
    const after = late.findIndex((one) => line.includes(one.line));
    const how = after < 0 ? undefined : late.splice(after, 1)[0]!.how;
    if (how === "half") breakOff();
    else if (how !== undefined) answerJson(response, how, { message: "Server Error" }, { date });
    else if (status === 204) response.writeHead(204, { date }).end();
    else answerJson(response, status, said, { date });
  }

  const server = await serve((request, response, url) => void answer(request, response, url));
  return {
    ...server,
    clientId,
    appId,
    pem: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    privateKey,
    requests,
    bodies,
    issued,
    living,
    runners,
    fail: (line, fault) => void faults.push({ line, fault }),
    breakOff: (line) => void halves.push(line),
    failAfter: (line, how) => void late.push({ line, how }),
    hold: (line, until) => void held.push({ line, until }),
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}
