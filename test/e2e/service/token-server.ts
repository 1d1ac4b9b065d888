import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createCertificate } from "./certificate.ts";
import type { RegistryAuth } from "./registry.ts";
import { createStateFolder } from "./state-folder.ts";

export interface TokenServer extends AsyncDisposable {
  /** What a registry is told to trust it. */
  readonly auth: RegistryAuth;
  /** What it was asked, without what it was asked with. */
  readonly asked: readonly {
    readonly method: string;
    readonly scope: string | null;
    readonly by: "nobody" | "password" | "refresh token";
  }[];
  stop(): Promise<void>;
}

export interface TokenServerOptions {
  readonly user: string;
  readonly password: string;
  readonly refreshToken: string;
  /** Repositories that anybody may read. */
  readonly open?: (repository: string) => boolean;
}

/**
 * A registry's token server (distribution, "Token Authentication Specification" and "OAuth2 Token Authentication"): it
 * signs tokens that the real registry verifies, and gives none for what the asker may not do.
 */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const state = createStateFolder("tokens");
  const names = { service: "registry.test", issuer: "tokens.test" };
  const { certificate, key, caFile } = await createCertificate(state.path, [names.issuer]);
  const chain = [certificate.replaceAll(/-----[^-]+-----|\s/g, "")];
  const asked: { method: string; scope: string | null; by: "nobody" | "password" | "refresh token" }[] = [];

  const tokenFor = (scope: string | null, isKnown: boolean): string => {
    const [type = "", repository = "", actions = ""] = scope?.split(":") ?? [];
    const mayRead = isKnown || options.open?.(repository);
    const allowed = actions.split(",").filter((action) => isKnown || (mayRead && action === "pull"));
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: names.issuer, aud: names.service, sub: isKnown ? options.user : "" },
      ...{ iat: now, nbf: now - 5, exp: now + 300, jti: randomUUID() },
      access: scope === null ? [] : [{ type, name: repository, actions: allowed }],
    };
    const words = [{ typ: "JWT", alg: "ES256", x5c: chain }, claims].map((each) =>
      Buffer.from(JSON.stringify(each)).toString("base64url"),
    );
    const data = Buffer.from(words.join("."));
    const signature = sign("sha256", data, { key: createPrivateKey(key), dsaEncoding: "ieee-p1363" });
    return `${data.toString()}.${signature.toString("base64url")}`;
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const form = request.method === "POST" ? new URLSearchParams(await text(request)) : url.searchParams;
    const scope = form.get("scope");
    const basic = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString("base64")}`;
    const by =
      form.get("grant_type") === "refresh_token"
        ? ("refresh token" as const)
        : request.headers.authorization === undefined
          ? ("nobody" as const)
          : ("password" as const);
    asked.push({ method: request.method ?? "", scope, by });
    const isRight =
      by === "refresh token"
        ? form.get("refresh_token") === options.refreshToken
        : request.headers.authorization === basic;
    if (by !== "nobody" && !isRight) {
      response.writeHead(401).end();
      return;
    }
    const token = tokenFor(scope, isRight && by !== "nobody");
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(by === "refresh token" ? { access_token: token } : { token, expires_in: 300 }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    state.remove();
  };
  return {
    auth: { token: { realm: `http://127.0.0.1:${address.port}/token`, ...names, rootcertbundle: caFile } },
    asked,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
