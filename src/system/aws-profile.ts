import { NotHere } from "../error.ts";
import { hideUnknown } from "../identity/hidden.ts";
import type { Environment, Host } from "../identity/host.ts";
import { plain } from "../identity/quoted.ts";
import type { AmbientAws } from "../source/aws/credentials.ts";

/** Longer than a profile's own process, or its role, takes. */
const limitMs = 20_000;
const imdsVariable = "AWS_EC2_METADATA_DISABLED";

/**
 * A profile's credentials by AWS's own SDK, as its default chain finds them: keys, SSO, a process, a role. It reads the
 * process's own variables and the files under HOME, each time anew, and asks its servers by itself.
 *
 * The last of that chain is the node's role (IMDS), which is not the job's, and which is waited for where there is none:
 * it is left out unless AWS_EC2_METADATA_DISABLED is `false`. The SDK takes that from this process's own environment
 * alone; what we start gets the one that we read before.
 */
export function createProfileReader(host: Pick<Host, "environment" | "mask">): AmbientAws["profile"] {
  const { environment } = host;
  return async ({ signal }) => {
    const { STSClient } = await import("@aws-sdk/client-sts");
    if (!/^false$/i.test(environment[imdsVariable] ?? "")) process.env[imdsVariable] = "true";
    try {
      const client = new STSClient({ region: regionOf(environment), maxAttempts: 1, ignoreCache: true } as never);
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

/** The SDK's own sentence ("… run aws sso login"), but for that on a process, which repeats its command. */
function reasonIn(error: unknown, host: Pick<Host, "environment" | "mask">): string {
  if (!(error instanceof Error) || !/^(?:Credentials|Token)ProviderError$/.test(error.name)) return "";
  if (/^Command failed|disabled$|any providers$/.test(error.message)) return "";
  return ` (${plain(hideUnknown(error.message.split("\n")[0] ?? "", host), 160)})`;
}

function regionOf(environment: Environment): string {
  return environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || "us-east-1";
}

async function within<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  const limit = AbortSignal.timeout(limitMs);
  const end = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(new Error("no profile in time"));
  end.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([promise, stopped.promise]);
  } finally {
    end.removeEventListener("abort", stop);
  }
}
