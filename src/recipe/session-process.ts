import { SealError } from "../error.ts";
import { profilesIn } from "./aws-profile.ts";
import { regionVariables } from "./aws-region.ts";
import { text } from "./placement.ts";
import type { RecipeMount, Surroundings } from "./recipe.ts";
import type { SessionFiles } from "./session-files.ts";

/**
 * A session that is renewed where it is read again. No SDK reads a shared-credentials file a second time; what a
 * profile's `credential_process` prints is asked for anew before the `Expiration` in it
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html). The process is `cat` (some SDKs run it by `sh -c`), of a file
 * that is put in the old one's place at each renewal. The profile is in the credentials file, which every SDK reads
 * without AWS_SDK_LOAD_CONFIG.
 */
export function sessionProcess(
  step: Surroundings,
  { secret, region }: { readonly secret: string; readonly region: string | undefined },
): SessionFiles {
  const keys: RecipeMount = {
    kind: "file",
    id: secret,
    target: `/run/secrets/${secret}`,
    content: {
      kind: "document",
      secrets: [secret],
      render: (value, fact) => processOutput(value(secret), fact(secret, "expiration"), secret),
    },
  };
  const named: RecipeMount = {
    kind: "file",
    id: `${secret}-profile`,
    target: `/run/secrets/${secret}-profile`,
    content: {
      kind: "text",
      render: () =>
        profilesIn(step)
          .map((profile) => `[${profile}]\ncredential_process = cat ${keys.target}\n`)
          .join(""),
    },
  };
  return {
    form: "process",
    why: "a profile whose keys are read again before they end",
    mounts: [
      keys,
      named,
      text(`${secret}-path`, "AWS_SHARED_CREDENTIALS_FILE", () => named.target),
      ...regionVariables(step, secret, region),
    ],
    notices: [],
  };
}

/** @throws SealError GRANT if a secret of the user's own is no shared-credentials file */
function processOutput(file: string, expiration: string, secret: string): string {
  const read = (key: string): string | undefined => new RegExp(`^\\s*${key}\\s*=\\s*(\\S+)\\s*$`, "m").exec(file)?.[1];
  const [id, key, token] = [read("aws_access_key_id"), read("aws_secret_access_key"), read("aws_session_token")];
  if (id === undefined || key === undefined) {
    throw new SealError(
      "GRANT",
      `Secret ${secret} is no shared-credentials file of AWS, which recipe aws takes`,
      "Declare it with `from: aws-session`, or grant it as a file of its own",
    );
  }
  return `${JSON.stringify({
    Version: 1,
    AccessKeyId: id,
    SecretAccessKey: key,
    ...(token !== undefined && { SessionToken: token }),
    ...(expiration !== "" && { Expiration: expiration }),
  })}\n`;
}
