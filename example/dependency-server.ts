// The demo's outer world in one process: an issuer whose token the "job" has (a file that is renewed, as in a runner
// pod), and a server that hands out a header only to who shows a valid one.
//
// Usage: node dependency-server.ts FOLDER   writes FOLDER/token and FOLDER/url, serves until it is ended
import { createPublicKey, createSign, createVerify, generateKeyPairSync } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const folder = process.argv[2] ?? ".";
const audience = "sts.amazonaws.com";
const lifeSeconds = 60;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicKey = createPublicKey(privateKey);

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const now = (): number => Math.floor(Date.now() / 1000);

function issue(): string {
  const head = encode({ alg: "RS256", typ: "JWT", kid: "demo" });
  const claims = {
    iss: "http://127.0.0.1/demo",
    aud: [audience],
    sub: "system:serviceaccount:demo:runner",
    iat: now(),
    exp: now() + lifeSeconds,
  };
  const signed = `${head}.${encode(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
}

function accepts(authorization: string): boolean {
  const [head, body, signature] = authorization.replace(/^Bearer /, "").split(".");
  if (head === undefined || body === undefined || signature === undefined) return false;
  const valid = createVerify("RSA-SHA256").update(`${head}.${body}`).verify(publicKey, signature, "base64url");
  if (!valid) return false;
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as { aud: string[]; exp: number };
  return claims.aud.includes(audience) && claims.exp > now();
}

/** Renewed as the kubelet does it: a whole new file takes the old one's place. */
function writeToken(): void {
  writeFileSync(join(folder, "token.new"), issue(), { mode: 0o600 });
  renameSync(join(folder, "token.new"), join(folder, "token"));
}

writeToken();
setInterval(writeToken, (lifeSeconds * 1000) / 3);

const server = createServer((request, response) => {
  if (!accepts(request.headers.authorization ?? "")) {
    response.writeHead(401).end("a valid token is wanted\n");
  } else {
    response.end('#pragma once\nconstexpr auto greeting = "built with a token that nobody stored";\n');
  }
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  writeFileSync(join(folder, "url"), `http://127.0.0.1:${address.port}`);
});
