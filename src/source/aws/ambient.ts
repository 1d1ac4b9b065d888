import { NotHere, SealError } from "../../error.ts";
import type { Environment } from "../../identity/host.ts";
import type { Secret } from "../../secret/secret.ts";
import type { SourceHost } from "../source.ts";
import { containerCredentials, containerPlace } from "./container.ts";
import { type AwsCredentials, boxCredentials, type CredentialTexts } from "./credentials.ts";

/** `holder` is a noun phrase: "the keys in AWS_ACCESS_KEY_ID"; `token` is what they were had for. */
export type Held = {
  readonly credentials: AwsCredentials;
  readonly holder: string;
  readonly token?: Secret | undefined;
};

/**
 * What a machine has without an identity: keys in variables, a container's credentials, a profile; the first that is
 * there, in the order of AWS's SDKs. The node's own role (IMDS) is never asked unless AWS_EC2_METADATA_DISABLED is
 * `false`: it is not the job's, and where there is none the asking hangs.
 *
 * @throws SOURCE for half a pair of keys
 */
export async function ambientCredentials(
  name: string,
  host: SourceHost,
  signal: AbortSignal | undefined,
): Promise<Held | NotHere> {
  const { ambientAws, environment } = host;
  if (ambientAws?.refusal !== undefined) return new NotHere(`ambient: ${ambientAws.refusal}`);
  const keys = keysIn(environment);
  if (keys !== undefined) {
    return {
      credentials: boxCredentials(name, keys, "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"),
      holder: "the keys in AWS_ACCESS_KEY_ID",
    };
  }
  const place = await containerPlace(name, host);
  if (place !== undefined) {
    return {
      credentials: await containerCredentials(name, place, host, signal),
      holder: "the container's credentials",
      token: place.token,
    };
  }
  const texts = (await ambientAws?.profile({ signal })) ?? new NotHere("no profile gives credentials");
  if (texts instanceof NotHere)
    return new NotHere(`ambient: AWS_ACCESS_KEY_ID is not set, no container gives credentials, ${texts.reason}`);
  return { credentials: boxCredentials(name, texts, "The profile"), holder: "the profile's credentials" };
}

/** Empty ones count as not set: a CI system sets a variable to nothing where it has no value for it. */
function keysIn(environment: Environment): CredentialTexts | undefined {
  const of = (variable: string) => environment[variable]?.trim() || undefined;
  const [accessKeyId, secretAccessKey] = [of("AWS_ACCESS_KEY_ID"), of("AWS_SECRET_ACCESS_KEY")];
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { accessKeyId, secretAccessKey, sessionToken: of("AWS_SESSION_TOKEN") };
  }
  const [there, missing] =
    accessKeyId === undefined
      ? ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"]
      : ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
  throw new SealError("SOURCE", `${there} is set, and ${missing} is not.`, "Set both, or neither.");
}
