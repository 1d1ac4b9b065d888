import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Checked {
  /** The path that it was posted to: which step it was. */
  readonly step: string;
  readonly accepted: boolean;
  /** Seconds until its end, by this machine's clock. */
  readonly lifeLeft: number;
  /** The token's own id, which tells two tokens apart without a value. */
  readonly id: string;
}

export interface TokenChecker extends AsyncDisposable {
  readonly url: string;
  readonly checked: readonly Checked[];
  stop(): Promise<void>;
}

/** A server that a step posts its token to. Like any relying party it takes the issuer's published keys and verifies. */
export async function startTokenChecker(issuerUrl: string, audience: string): Promise<TokenChecker> {
  const checked: Checked[] = [];
  const { keys } = (await (await fetch(`${issuerUrl}/keys`)).json()) as { keys: (JsonWebKey & { kid: string })[] };

  const check = (step: string, token: string): Checked => {
    const [head = "", body = "", signature = ""] = token.split(".");
    const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
    const key = keys.find(({ kid }) => kid === read(head).kid);
    const { iss, aud, exp, jti } = read(body);
    const isSigned =
      key !== undefined &&
      verify(
        "sha256",
        Buffer.from(`${head}.${body}`),
        createPublicKey({ key, format: "jwk" }),
        Buffer.from(signature, "base64url"),
      );
    const lifeLeft = exp - Date.now() / 1000;
    const accepted = isSigned && iss === issuerUrl && [aud].flat().includes(audience) && lifeLeft > 0;
    return { step, accepted, lifeLeft, id: String(jti) };
  };

  const server = createServer(async (request, response) => {
    const result = check(request.url?.slice(1) ?? "", (await text(request)).trim());
    checked.push(result);
    response.writeHead(result.accepted ? 200 : 401).end(result.accepted ? "valid\n" : "refused\n");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    checked,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
