import type { AwsSessionSourceOptions } from "../source/kind/aws-session.ts";
import type { SourceConfig } from "../source/kind/kind.ts";
import type { Surroundings } from "./recipe.ts";

/** What of AWS's a recipe gives: a session, or the identity itself, of which the consumer makes sessions. */
export type Credentials = "session" | "web-identity";

/** What a recipe for AWS takes of these. */
export type CredentialOptions = {
  readonly credentials?: Credentials | undefined;
  readonly roleArn?: string | undefined;
  readonly durationSeconds?: number | undefined;
};

const ownCredentials = [
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
];

/** What tells which identity a job has: none of it is secret, and of what holds a value only that it is there counts. */
export const identityVariables: readonly string[] = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", ...ownCredentials];

/** Where the identity itself is to be: a file that others build too, and a step that has it mounted already. */
export function isRaw(given: CredentialOptions, step: Surroundings): boolean {
  return (given.credentials ?? (isWritten(step) ? "web-identity" : "session")) === "web-identity";
}

function isWritten({ written, hasMount }: Surroundings): boolean {
  return written === true || hasMount?.("aws-identity-token") === true;
}

/**
 * For a consumer that outlives a session if it can make its own: the web identity where the job has its file, a session
 * where it names a role without that, or has credentials of its own.
 */
export function lastingCredentials(given: CredentialOptions, step: Surroundings): Credentials {
  if (given.credentials !== undefined) return given.credentials;
  if (isWritten(step) || isSet(step, "AWS_WEB_IDENTITY_TOKEN_FILE")) return "web-identity";
  return hasRole(given, step) || hasOwn(step) ? "session" : "web-identity";
}

/** Whether a web identity was chosen only because no role is named, with which any identity of the job's would do. */
export function lacksRole(given: CredentialOptions, step: Surroundings): boolean {
  const isChosen = given.credentials === undefined && !isWritten(step) && !isSet(step, "AWS_WEB_IDENTITY_TOKEN_FILE");
  return isChosen && !hasRole(given, step) && !hasOwn(step);
}

function hasRole({ roleArn }: CredentialOptions, step: Surroundings): boolean {
  return roleArn !== undefined || isSet(step, "AWS_ROLE_ARN");
}

/** A source for a session, narrowed where that can be: credentials that are there already need a role for it. */
export function sessionSource(
  given: CredentialOptions & { readonly region?: string | undefined },
  step: Surroundings,
  policy: AwsSessionSourceOptions["policy"],
): SourceConfig {
  const { roleArn, durationSeconds, region } = given;
  const canNarrow = roleArn !== undefined || isSet(step, "AWS_WEB_IDENTITY_TOKEN_FILE") || !hasOwn(step);
  return {
    from: "aws-session",
    ...(roleArn !== undefined && { roleArn }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    // a store of one's own has regions that STS has not (`auto`)
    ...(region !== undefined && /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/.test(region) && { region }),
    ...(policy !== undefined && canNarrow && { policy }),
  };
}

function hasOwn(step: Surroundings): boolean {
  return ownCredentials.some((name) => isSet(step, name));
}

function isSet(step: Surroundings, name: string): boolean {
  return (step.host(name) ?? "") !== "";
}
