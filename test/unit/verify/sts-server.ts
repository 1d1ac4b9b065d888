import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { IssuedKey } from "../../../src/scan/rule.ts";

/** What AWS knows of a key. */
export type Known = { readonly key: IssuedKey; readonly arn: string; readonly expired?: boolean };

export type StsServer = {
  readonly url: string;
  /** The ids that were asked with, in their order. */
  readonly asked: string[];
  /** Answers the next requests instead; undefined: AWS itself does. */
  readonly misbehave: (...answers: readonly Misbehaviour[]) => void;
  readonly mostAtOnce: () => number;
  readonly close: () => Promise<void>;
};

export type Misbehaviour =
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  | "hang up"
  | "drip";

/**
 * STS as far as GetCallerIdentity goes: it takes a request's signature apart and makes it again, by WebCrypto and by the
 * list of steps in AWS's own words, so that it shares nothing with what it is to judge.
 */
export async function startSts(
  known: readonly Known[],
  { delayMs = 0, clock = () => Date.now() } = {},
): Promise<StsServer> {
  const asked: string[] = [];
  const queue: Misbehaviour[] = [];
  let running = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    most = Math.max(most, ++running);
    const body = await text(request);
    asked.push(/Credential=([A-Z0-9]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "");
    if (delayMs > 0) await new Promise((done) => setTimeout(done, delayMs));
    running--;
    const instead = queue.shift();
    if (instead === "hang up") {
      request.socket.destroy();
      return;
    }
    if (instead === "drip") {
      response.writeHead(200);
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
      return;
    }
    const answer = instead ?? (await judge(request, body, known, clock()));
    response.writeHead(answer.status, { "content-type": "text/xml", ...answer.headers });
    response.end(answer.body ?? "");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    misbehave: (...answers) => void queue.push(...answers),
    mostAtOnce: () => most,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

type Reply = { readonly status: number; readonly body: string; readonly headers?: Record<string, string> };

async function judge(request: IncomingMessage, body: string, known: readonly Known[], now: number): Promise<Reply> {
  const { authorization = "" } = request.headers;
  const parts =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/(\w+)\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (parts === null) return refusal(403, "IncompleteSignature", "not a signature");
  const [, id, day, region, service, names, signature] = parts as unknown as string[];
  const entry = known.find(({ key }) => key.id === id);
  if (entry === undefined)
    return refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
  const token = entry.key.token?.exposeText();
  if (request.headers["x-amz-security-token"] !== token)
    return refusal(403, "InvalidClientTokenId", "The token is invalid.");
  const mustBeSigned = ["host", "x-amz-date", ...(token === undefined ? [] : ["x-amz-security-token"])];
  if (!mustBeSigned.every((name) => names!.split(";").includes(name)))
    return refusal(403, "IncompleteSignature", "too little");

  // 1. the canonical request
  const [path, query = ""] = request.url!.split("?");
  let canonical = `${request.method}\n${path}\n${query}\n`;
  for (const name of names!.split(";")) canonical += `${name}:${String(request.headers[name]).trim()}\n`;
  canonical += `\n${names}\n${await sha256(body)}`;
  // 2. the string to sign
  const date = String(request.headers["x-amz-date"]);
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${day}/${region}/${service}/aws4_request\n${await sha256(canonical)}`;
  // 3. the key, 4. the signature
  let key: Uint8Array = new TextEncoder().encode(`AWS4${entry.key.secret.exposeText()}`);
  for (const part of [day!, region!, service!, "aws4_request"]) key = await hmac(key, part);
  if (hex(await hmac(key, toSign)) !== signature || service !== "sts" || !date.startsWith(day!)) {
    return refusal(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.");
  }
  const sentAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Math.abs(now - sentAt) > 15 * 60_000) {
    return refusal(403, "SignatureDoesNotMatch", `Signature expired: ${date} is now earlier than it may be`);
  }
  if (entry.expired) return refusal(403, "ExpiredToken", "The security token included in the request is expired");
  if (new URLSearchParams(body).get("Action") !== "GetCallerIdentity") return refusal(400, "InvalidAction", "no");
  const account = /::(\d{12}):/.exec(entry.arn)![1]!;
  return {
    status: 200,
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>${entry.arn}</Arn>
    <UserId>AIDA</UserId>
    <Account>${account}</Account>
  </GetCallerIdentityResult>
</GetCallerIdentityResponse>`,
  };
}

function refusal(status: number, code: string, message: string): Reply {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  return { status, body };
}

async function sha256(value: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value))));
}

async function hmac(key: Uint8Array, value: string): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey(
    "raw",
    Uint8Array.from(key),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(value)));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
