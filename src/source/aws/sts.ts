import { skewMsOf } from "../../identity/exchange/answer.ts";
import type { ExchangeAnswer } from "../../identity/exchange/exchange.ts";
import type { Host } from "../../identity/host.ts";
import type { Secret } from "../../secret/secret.ts";
import { askIssuer } from "../issuer.ts";
import { type AwsCredentials, boxCredentials, type CredentialTexts } from "./credentials.ts";
import { ownRequest, type SdkRequest, sdkResponse } from "./sdk-request.ts";
import { stsCodeOf } from "./sts-answer.ts";
import type { StsPlace } from "./sts-place.ts";

export type RoleAsk = {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly policy: string | undefined;
  /** Left out: STS's own hour. */
  readonly durationSeconds: number | undefined;
};

/** What STS gave, and how far this machine's clock is ahead of its own. */
export type StsSession = { readonly credentials: AwsCredentials; readonly skewMs: number | undefined };

/** STS said no: what to make of it is in `refusal.ts`. The answer may repeat what it was sent: never show it. */
export class StsRefused extends Error {
  override readonly name = "StsRefused";
  readonly #answer: ExchangeAnswer;
  readonly code: string;

  constructor(answer: ExchangeAnswer) {
    super("STS refused");
    this.#answer = answer;
    this.code = stsCodeOf(answer) ?? "";
  }

  /** What it says, for `wordsOf` and nobody else. */
  get answer(): ExchangeAnswer {
    return this.#answer;
  }
}

export type Sts = {
  readonly withWebIdentity: (ask: RoleAsk & { readonly token: Secret }) => Promise<StsSession>;
  readonly withCredentials: (ask: RoleAsk & { readonly credentials: AwsCredentials }) => Promise<StsSession>;
  /** A session of a user's own, of his long-lived keys. */
  readonly ofUser: (ask: {
    readonly credentials: AwsCredentials;
    readonly durationSeconds: number | undefined;
  }) => Promise<StsSession>;
};

export type StsPorts = {
  readonly host: Pick<Host, "exchange" | "now">;
  readonly place: StsPlace;
  /** That of the secret, for the parts of it and for sentences. */
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  /** How far this machine's clock is ahead, as far as it is known: STS takes no signature that is older than 15 minutes. */
  readonly skewMs?: number | undefined;
};

/**
 * STS by AWS's own SDK, which is loaded here and not before: it signs, writes and reads. It sends nothing by itself: each
 * request goes through `host.exchange`, with its rules for hosts, redirects, proxies and retries; it looks for no
 * credentials, regions or endpoints.
 *
 * @throws by its functions: StsRefused; SealError SOURCE, POLICY
 */
export async function openSts(ports: StsPorts): Promise<Sts> {
  const sdk = await import("@aws-sdk/client-sts");
  const { name, place } = ports;

  async function ask<Output extends { readonly Credentials?: SdkCredentials | undefined }>(
    credentials: AwsCredentials | undefined,
    send: (client: InstanceType<typeof sdk.STSClient>) => Promise<Output>,
  ): Promise<StsSession> {
    let last: ExchangeAnswer | undefined;
    let stopped: unknown;
    const client = new sdk.STSClient({
      ...quiet,
      region: place.region,
      endpoint: place.url,
      credentials: async () => exposed(credentials),
      systemClockOffset: -(ports.skewMs ?? 0),
      requestHandler: {
        handle: async (request: SdkRequest) => {
          try {
            last = await sendBy(ports, request);
            return { response: sdkResponse(last) };
          } catch (error) {
            stopped = error;
            throw new Error("no answer");
          }
        },
      } as never,
    });
    let output: Output | undefined;
    try {
      output = await send(client);
    } catch {
      // the SDK's errors repeat what STS said
      if (stopped !== undefined) throw stopped;
      if (last !== undefined && last.status >= 300) throw new StsRefused(last);
    }
    return {
      credentials: boxCredentials(name, textsOf(output?.Credentials), place.host),
      skewMs: last && skewMsOf(last, ports.host.now()),
    };
  }

  return {
    withWebIdentity: ({ token, ...role }) =>
      ask(undefined, (client) =>
        client.send(
          new sdk.AssumeRoleWithWebIdentityCommand({ ...inputOf(role), WebIdentityToken: token.exposeText() }),
        ),
      ),
    withCredentials: ({ credentials, ...role }) =>
      ask(credentials, (client) => client.send(new sdk.AssumeRoleCommand(inputOf(role)))),
    ofUser: ({ credentials, durationSeconds }) =>
      ask(credentials, (client) =>
        client.send(
          new sdk.GetSessionTokenCommand(durationSeconds === undefined ? {} : { DurationSeconds: durationSeconds }),
        ),
      ),
  };
}

/** Settings that the SDK would else look for in variables and in files under HOME. */
const quiet = {
  maxAttempts: 1,
  retryMode: "standard",
  defaultsMode: "standard",
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  useGlobalEndpoint: false,
  authSchemePreference: [] as string[],
  sigv4aSigningRegionSet: [] as string[],
  userAgentAppId: async () => undefined,
} as const;

type SdkCredentials = {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
  readonly Expiration?: Date | undefined;
};

function inputOf({ roleArn, sessionName, policy, durationSeconds }: RoleAsk) {
  return {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    ...(policy !== undefined && { Policy: policy }),
    ...(durationSeconds !== undefined && { DurationSeconds: durationSeconds }),
  };
}

function exposed(credentials: AwsCredentials | undefined) {
  if (credentials === undefined) throw new Error("this request is not signed");
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return {
    accessKeyId: accessKeyId.exposeText(),
    secretAccessKey: secretAccessKey.exposeText(),
    ...(sessionToken && { sessionToken: sessionToken.exposeText() }),
  };
}

async function sendBy({ host, place, name, signal }: StsPorts, request: SdkRequest): Promise<ExchangeAnswer> {
  const { url, method, headers, body } = ownRequest(request);
  return askIssuer(host, `The secret ${name} could not be had`, {
    url: url.href,
    method,
    headers,
    ...(body !== undefined && { body }),
    namedBy: place.namedBy,
    purpose: "sts",
    signal,
    isPassing,
  });
}

const passing =
  /^(?:IDPCommunicationError|InvalidIdentityToken|Throttl\w*|RequestLimitExceeded|RequestThrottled\w*|TooManyRequests\w*)$/;

/** An identity token may be called invalid where the issuer's keys could not be fetched (aws-sdk-go-v2, credentials/stscreds). */
function isPassing(answer: ExchangeAnswer): boolean {
  return passing.test(stsCodeOf(answer) ?? "");
}

function textsOf(credentials: SdkCredentials | undefined): CredentialTexts {
  return {
    accessKeyId: credentials?.AccessKeyId,
    secretAccessKey: credentials?.SecretAccessKey,
    sessionToken: credentials?.SessionToken,
    expiresAt: credentials?.Expiration,
  };
}
