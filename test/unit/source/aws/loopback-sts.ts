import { createHash, createHmac, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export type Keys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Who they are: `user`, or the ARN of the role. */
  readonly who: string;
};

export type Role = {
  readonly arn: string;
  /** What a token must say, or whose credentials may assume it. */
  readonly trusts: { readonly subject: string } | { readonly who: string };
  readonly maxSeconds: number;
};

/** An answer that is given in place of the real one; `echo` puts the token, or the signature's header, into it. */
export type Instead =
  | {
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      readonly headers?: Record<string, string>;
      readonly echo?: boolean;
    }
  | { readonly raw: string; readonly status: number; readonly type?: string }
  | "half"
  | "closed";

export type Asked = { readonly action: string; readonly form: URLSearchParams; readonly headers: IncomingHttpHeaders };

class No extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const sha256 = (data: string) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Uint8Array, data: string) => createHmac("sha256", key).update(data).digest();
const escaped = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** An STS that checks what the real one checks, with an issuer's key of its own. */
export async function startSts(given: { audience?: string; roles: readonly Role[]; users?: readonly Keys[] }) {
  const issuer = "https://issuer.example/id/1";
  const published = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keys = new Map<string, Keys>((given.users ?? []).map((user) => [user.accessKeyId, user]));
  const asked: Asked[] = [];
  const instead: Instead[] = [];
  const sts = { clockAheadMs: 0 };
  const nowMs = () => Date.now() + sts.clockAheadMs;

  function issue(claims: Record<string, unknown> = {}, by: "published" | "other" = "published"): string {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const all = {
      iss: issuer,
      aud: "sts.amazonaws.com",
      sub: "repo:us/it:ref:refs/heads/main",
      iat: now,
      exp: now + 300,
      jti: randomBytes(12).toString("hex"),
      ...claims,
    };
    const signed = `${part({ alg: "RS256", kid: "1", typ: "JWT" })}.${part(all)}`;
    const { privateKey } = by === "published" ? published : other;
    return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  }

  function claimsOf(token: string): { sub: string } {
    if (token.length < 4 || token.length > 20_000)
      throw new No(400, "ValidationError", "1 validation error detected: webIdentityToken");
    const [head = "", body = "", signature = ""] = token.split(".");
    const isSigned = verify(
      "sha256",
      Buffer.from(`${head}.${body}`),
      published.publicKey,
      Buffer.from(signature, "base64url"),
    );
    if (!isSigned)
      throw new No(
        400,
        "InvalidIdentityToken",
        "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
      );
    const { iss, aud, sub, iat, exp } = JSON.parse(Buffer.from(body, "base64url").toString());
    if (iss !== issuer)
      throw new No(400, "InvalidIdentityToken", `No OpenIDConnect provider found in your account for ${iss}`);
    if (![aud].flat().includes(given.audience ?? "sts.amazonaws.com"))
      throw new No(400, "InvalidIdentityToken", "Incorrect token audience");
    if (exp * 1000 < nowMs())
      throw new No(
        400,
        "ExpiredTokenException",
        `Token expired: current date/time ${nowMs()} must be before the expiration date/time ${exp}`,
      );
    if (iat * 1000 > nowMs() + 300_000)
      throw new No(400, "InvalidIdentityToken", "The ID Token provided is not valid yet: issued in the future");
    return { sub };
  }

  /** Signature Version 4, as a server verifies it. */
  function callerOf({ headers }: Pick<Asked, "headers">, body: string): Keys {
    const parts =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/([\w-]+)\/sts\/aws4_request), SignedHeaders=([\w;-]+), Signature=(\w+)$/.exec(
        headers.authorization ?? "",
      );
    if (parts === null) throw new No(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
    const [, id = "", scope = "", , names = "", signature] = parts;
    const caller = keys.get(id);
    if (caller === undefined)
      throw new No(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    const time = String(headers["x-amz-date"]);
    const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
    if (Math.abs(at - nowMs()) > 15 * 60_000)
      throw new No(403, "SignatureDoesNotMatch", `Signature expired: ${time} is now earlier than the server's`);
    if ((caller.sessionToken ?? "") !== (headers["x-amz-security-token"] ?? ""))
      throw new No(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    const canonical = [
      "POST",
      "/",
      "",
      ...names.split(";").map((name) => `${name}:${String(headers[name]).trim()}`),
      "",
      names,
      sha256(body),
    ].join("\n");
    const key = scope
      .split("/")
      .reduce<string | Buffer>((previous, word) => hmac(previous, word), `AWS4${caller.secretAccessKey}`);
    const own = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString("hex");
    if (own !== signature)
      throw new No(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided.",
      );
    return caller;
  }

  function checkPolicy(policy: string | null): void {
    if (policy === null) return;
    if (policy.length > 2048)
      throw new No(
        400,
        "ValidationError",
        "Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048",
      );
    let statement: unknown;
    try {
      statement = JSON.parse(policy).Statement;
    } catch {}
    if (!Array.isArray(statement) || statement.length === 0)
      throw new No(400, "MalformedPolicyDocument", "This policy contains invalid Json");
  }

  function checkDuration(form: URLSearchParams, most: number, why: string): number {
    const seconds = Number(form.get("DurationSeconds") ?? 3600);
    if (seconds < 900)
      throw new No(
        400,
        "ValidationError",
        "Value at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
      );
    if (seconds > most) throw new No(400, "ValidationError", why);
    return seconds;
  }

  function credentialsFor(who: string, seconds: number): string {
    const made = {
      accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(200).toString("base64"),
      who,
    };
    keys.set(made.accessKeyId, made);
    const end = new Date(Math.floor(nowMs() / 1000) * 1000 + seconds * 1000).toISOString();
    return `<Credentials><AccessKeyId>${made.accessKeyId}</AccessKeyId><SecretAccessKey>${made.secretAccessKey}</SecretAccessKey><SessionToken>${made.sessionToken}</SessionToken><Expiration>${end}</Expiration></Credentials>`;
  }

  function answer({ action, form, headers }: Asked, body: string): string {
    if (form.get("Version") !== "2011-06-15")
      throw new No(400, "NoSuchVersion", "The requested version is not supported");
    if (action === "GetSessionToken") {
      const caller = callerOf({ headers }, body);
      if (caller.sessionToken !== undefined)
        throw new No(403, "AccessDenied", "Cannot call GetSessionToken with session credentials");
      return credentialsFor(caller.who, checkDuration(form, 129_600, "too long"));
    }
    const caller = action === "AssumeRole" ? callerOf({ headers }, body) : undefined;
    const claims = action === "AssumeRoleWithWebIdentity" ? claimsOf(form.get("WebIdentityToken") ?? "") : undefined;
    if (caller === undefined && headers.authorization !== undefined)
      throw new No(400, "ValidationError", "this request is not to be signed");
    if (!/^[\w+=,.@-]{2,64}$/.test(form.get("RoleSessionName") ?? ""))
      throw new No(400, "ValidationError", "Value at 'roleSessionName' failed to satisfy constraint");
    checkPolicy(form.get("Policy"));
    const role = given.roles.find(({ arn }) => arn === form.get("RoleArn"));
    const isTrusted =
      role !== undefined &&
      ("subject" in role.trusts ? role.trusts.subject === claims?.sub : role.trusts.who === caller?.who);
    if (!isTrusted) throw new No(403, "AccessDenied", `Not authorized to perform sts:${action}`);
    const isChained = caller?.sessionToken !== undefined;
    const most = isChained ? Math.min(3600, role.maxSeconds) : role.maxSeconds;
    const why = isChained
      ? "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
      : "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    return credentialsFor(role.arn, checkDuration(form, most, why));
  }

  function refuse(
    response: ServerResponse,
    status: number,
    code: string,
    message: string,
    headers: Record<string, string> = {},
  ): void {
    const body = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`;
    response
      .writeHead(status, { "content-type": "text/xml", date: new Date(nowMs()).toUTCString(), ...headers })
      .end(body);
  }

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const form = new URLSearchParams(body);
    const one = { action: form.get("Action") ?? "", form, headers: request.headers };
    asked.push(one);
    const other = instead.shift();
    if (other === "closed") return void request.socket.destroy();
    if (other === "half") {
      response.writeHead(200, { "content-type": "text/xml", "content-length": 500 });
      response.write("<AssumeRole", () => request.socket.destroy());
      return;
    }
    if (other !== undefined && "raw" in other)
      return void response.writeHead(other.status, { "content-type": other.type ?? "text/xml" }).end(other.raw);
    if (other !== undefined) {
      const echo =
        form.get("WebIdentityToken") ?? `${request.headers.authorization} ${request.headers["x-amz-security-token"]}`;
      return refuse(
        response,
        other.status,
        other.code,
        `${other.message ?? ""}${other.echo ? ` ${echo}` : ""}`,
        other.headers,
      );
    }
    try {
      const result = answer(one, body);
      response.writeHead(200, { "content-type": "text/xml", date: new Date(nowMs()).toUTCString() });
      response.end(
        `<${one.action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${one.action}Result>${result}</${one.action}Result></${one.action}Response>`,
      );
    } catch (error) {
      if (!(error instanceof No)) throw error;
      refuse(response, error.status, error.code, error.message);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return Object.assign(sts, {
    url,
    issuer,
    issue,
    /** Every set of keys that it gave out, by its id. */
    keys,
    asked,
    /** What it answers next, in turn, in place of the real thing. */
    instead,
    async stop(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

export type LoopbackSts = Awaited<ReturnType<typeof startSts>>;
