import { randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import type { Certificate } from "./certificate.ts";
import { type GuardedServer, startGuardedServer } from "./guarded-server.ts";

export interface FederationServer extends GuardedServer {
  /** Tokens that were exchanged. */
  exchanged(): number;
  /** Why others were not. */
  readonly refusals: readonly string[];
}

export interface FederationOptions {
  /** Verifies a token's signature, issuer, audience and expiry; why it does not hold, or nothing. */
  readonly objection: (token: string, audience: string) => Promise<string | undefined>;
  readonly audience: string;
  readonly tls?: Certificate;
}

/**
 * Google's token exchange (RFC 8693, as google.aip.dev/auth/4117 has it) at `/v1/token`, with `provider` as its audience.
 */
export function startGoogleSts(options: FederationOptions & { readonly provider: string }): Promise<FederationServer> {
  return start(options, async (path, form) => {
    if (path !== "/v1/token") return { status: 404, body: {} };
    const wanted = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      audience: `//iam.googleapis.com/${options.provider}`,
    };
    for (const [name, value] of Object.entries(wanted)) {
      if (form.get(name) !== value) return refuse("invalid_request", `${name} is not as it must be`);
    }
    const objection = await options.objection(form.get("subject_token") ?? "", options.audience);
    if (objection !== undefined) return refuse("invalid_grant", objection);
    const body = {
      access_token: `ya29.${randomBytes(20).toString("base64url")}`,
      issued_token_type: wanted.requested_token_type,
      ...{ token_type: "Bearer", expires_in: 3600 },
    };
    return { status: 200, body };
  });
}

/** Azure's login for one tenant: OpenID's configuration, and the token endpoint with a client assertion (RFC 7523). */
export function startAzureLogin(
  options: FederationOptions & { readonly tenantId: string; readonly clientId: string },
): Promise<FederationServer> {
  return start(options, async (path, form, url) => {
    const tenant = `/${options.tenantId}`;
    if (path === `${tenant}/v2.0/.well-known/openid-configuration`) {
      const body = {
        ...{ issuer: `${url}${tenant}/v2.0`, authorization_endpoint: `${url}${tenant}/oauth2/v2.0/authorize` },
        token_endpoint: `${url}${tenant}/oauth2/v2.0/token`,
      };
      return { status: 200, body };
    }
    if (path !== `${tenant}/oauth2/v2.0/token`) return { status: 404, body: {} };
    const wanted = {
      grant_type: "client_credentials",
      client_id: options.clientId,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    };
    for (const [name, value] of Object.entries(wanted)) {
      if (form.get(name) !== value) return refuse("invalid_request", `${name} is not as it must be`);
    }
    const objection = await options.objection(form.get("client_assertion") ?? "", options.audience);
    if (objection !== undefined) return refuse("invalid_client", objection);
    return {
      status: 200,
      body: { token_type: "Bearer", expires_in: 3599, access_token: randomBytes(20).toString("base64url") },
    };
  });
}

type Answer = { readonly status: number; readonly body: object };

const refuse = (error: string, description: string): Answer => ({
  status: 400,
  body: { error, error_description: description },
});

async function start(
  { tls }: FederationOptions,
  answer: (path: string, form: URLSearchParams, url: string) => Promise<Answer>,
): Promise<FederationServer> {
  let exchanged = 0;
  const refusals: string[] = [];
  const server: GuardedServer = await startGuardedServer({
    authorization: "",
    challenge: "",
    isOpen: () => true,
    ...(tls && { tls }),
    answer: async (request, response) => {
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      const form = new URLSearchParams(request.method === "POST" ? await text(request) : "");
      const { status, body } = await answer(url.pathname, form, `https://${request.headers.host}`);
      if (request.method === "POST" && status === 200) exchanged++;
      if (status === 400) refusals.push(JSON.stringify(body));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    },
  });
  return { ...server, exchanged: () => exchanged, refusals };
}
