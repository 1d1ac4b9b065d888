import { type NotHere, SealError } from "../../error.ts";
import { Secret } from "../../secret/secret.ts";

/** What signs requests to AWS. Without a session token they are a user's own and do not end by themselves. */
export type AwsCredentials = {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret | undefined;
  readonly expiresAt: Date | undefined;
};

export type CredentialTexts = {
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
  readonly sessionToken?: string | undefined;
  readonly expiresAt?: Date | undefined;
};

/** Credentials that the machine has of its own: not in variables, those are in the environment. */
export type AmbientAws = {
  /** Why the policy does not allow them: a clause. */
  readonly refusal: string | undefined;
  /** A profile's, by AWS's own SDK: keys, SSO, a process, a role. A reason without any value where there are none. */
  readonly profile: (ask: { readonly signal: AbortSignal | undefined }) => Promise<CredentialTexts | NotHere>;
};

/**
 * Boxes credentials that were read or answered.
 *
 * @param place a noun phrase that begins a sentence
 * @throws SOURCE if a part is missing, or cannot stand in an ini file on one line
 */
export function boxCredentials(name: string, texts: CredentialTexts, place: string): AwsCredentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = texts;
  const parts = [accessKeyId, secretAccessKey, sessionToken].filter((part) => part !== undefined && part !== "");
  if (!accessKeyId || !secretAccessKey || !parts.every((part) => /^[\x21-\x7e]+$/.test(part!))) {
    const message = `${place} gave no whole set of AWS credentials.`;
    throw new SealError(
      "SOURCE",
      message,
      "See that it is what it should be: an STS, or what gives a container its credentials.",
    );
  }
  if (expiresAt !== undefined && Number.isNaN(expiresAt.getTime())) {
    throw new SealError(
      "SOURCE",
      `${place} gave AWS credentials whose end is not a time.`,
      "See that it is what it should be.",
    );
  }
  return {
    accessKeyId: new Secret(`${name}-access-key-id`, accessKeyId),
    secretAccessKey: new Secret(`${name}-secret-access-key`, secretAccessKey),
    sessionToken: sessionToken ? new Secret(`${name}-session-token`, sessionToken) : undefined,
    expiresAt,
  };
}

/** The secret parts by their field's name, as `exec`'s credential-process has them. */
export function fieldsOf({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): Map<string, Secret | string> {
  return new Map<string, Secret | string>([
    ["access-key-id", accessKeyId],
    ["secret-access-key", secretAccessKey],
    ...(sessionToken === undefined ? [] : [["session-token", sessionToken] as const]),
  ]);
}

/** A shared-credentials file (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html). */
export function credentialsFile(name: string, credentials: AwsCredentials): Secret {
  const lines = ["[default]"];
  for (const [field, value] of fieldsOf(credentials)) {
    if (value instanceof Secret) lines.push(`aws_${field.replaceAll("-", "_")} = ${value.exposeText()}`);
  }
  return new Secret(name, `${lines.join("\n")}\n`);
}

export function secretsOfCredentials({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: AwsCredentials): readonly Secret[] {
  return [accessKeyId, secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])];
}
