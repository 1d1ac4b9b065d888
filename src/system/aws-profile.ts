import { NotHere } from "../error.ts";
import type { Send } from "../identity/exchange/exchange.ts";
import { hideUnknown } from "../identity/hidden.ts";
import type { Environment, Host } from "../identity/host.ts";
import { plain } from "../identity/quoted.ts";
import type { AmbientAws } from "../source/aws/credentials.ts";
import { ownRequest, type SdkRequest, sdkResponse } from "../source/aws/sdk-request.ts";
import { homeFolder } from "./home.ts";

/** Longer than a profile's own process, or its role, takes. */
const limitMs = 20_000;
const imdsVariable = "AWS_EC2_METADATA_DISABLED";

/**
 * A profile's credentials by AWS's own SDK, as its default chain finds them: keys, SSO, a process, a role. It reads the
 * process's own variables and the files under HOME, each time anew; what it asks of servers goes out by `send`, through
 * proxies where they are set.
 *
 * The last of that chain is the node's role (IMDS), which is not the job's, and which is waited for where there is none:
 * it is left out unless AWS_EC2_METADATA_DISABLED is `false`. The SDK takes that, and HOME, from this process's own
 * environment alone; what we start gets the one that we read before.
 */
export function createProfileReader(host: Pick<Host, "environment" | "mask">, send: Send): AmbientAws["profile"] {
  const { environment } = host;
  return async ({ signal: end }) => {
    const limit = AbortSignal.timeout(limitMs);
    const signal = end === undefined ? limit : AbortSignal.any([limit, end]);
    const requestHandler = { handle: (request: SdkRequest) => handle(request, send, signal) };
    const { STSClient } = await import("@aws-sdk/client-sts");
    if (!/^false$/i.test(environment[imdsVariable] ?? "")) process.env[imdsVariable] = "true";
    setHome(homeFolder(environment));
    try {
      // the clients of the profile's own steps (SSO, a role) are made with `clientConfig`
      const settings = { region: regionOf(environment), maxAttempts: 1, ignoreCache: true };
      const client = new STSClient({ ...settings, requestHandler, clientConfig: { requestHandler } } as never);
      const found = await within(client.config.credentials(), signal);
      return {
        accessKeyId: found.accessKeyId,
        secretAccessKey: found.secretAccessKey,
        sessionToken: found.sessionToken,
        expiresAt: found.expiration,
      };
    } catch (error) {
      const profile = plain(environment["AWS_PROFILE"] || "default", 60);
      return new NotHere(`the profile ${profile} gives none${reasonIn(error, host)}`);
    }
  };
}

/** With an empty HOME the SDK would take the checkout's own `.aws/config`, and run the process that it names. */
function setHome(home: string | undefined): void {
  if (home === undefined) delete process.env["HOME"];
  else process.env["HOME"] = home;
}

async function handle(request: SdkRequest, send: Send, signal: AbortSignal) {
  const { url, method, headers, body } = ownRequest(request);
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { response: sdkResponse(await send({ url, method, headers, body: bytes, signal })) };
}

/** The SDK's own sentence ("… run aws sso login"), but for that on a process, which repeats its command. */
function reasonIn(error: unknown, host: Pick<Host, "environment" | "mask">): string {
  if (!(error instanceof Error) || !/^(?:Credentials|Token)ProviderError$/.test(error.name)) return "";
  if (/^Command failed|disabled$|any providers$/.test(error.message)) return "";
  return ` (${plain(hideUnknown(error.message.split("\n")[0] ?? "", host), 160)})`;
}

function regionOf(environment: Environment): string {
  return environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || "us-east-1";
}

async function within<Result>(promise: Promise<Result>, end: AbortSignal): Promise<Result> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(new Error("no profile in time"));
  end.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([promise, stopped.promise]);
  } finally {
    end.removeEventListener("abort", stop);
  }
}
