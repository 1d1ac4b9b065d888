import type { SourceConfig } from "../source/kind/kind.ts";
import { configSection, profilesIn } from "./aws-profile.ts";
import { sets } from "./home-file.ts";
import { isTheirs, text } from "./placement.ts";
import type { RecipeMount, Surroundings } from "./recipe.ts";

/**
 * AWS web identity as mounts, in the two forms that consumers take. The secret is declared as `aws-identity`
 * (`from: irsa`); its fields give the ids `aws-identity-token` and `aws-identity-role-arn`.
 *
 * Variables (a path, a role ARN, a region: no secret) are taken by every AWS SDK and by sccache 0.10 and later;
 * the profile in ~/.aws/config by the SDKs and by sccache up to 0.17 (tried with 0.16, 0.17 and 0.19).
 */
export const webIdentitySecret = "aws-identity";

/** Where it comes from unless the configuration says otherwise. */
export function webIdentitySource(roleArn: string | undefined): Readonly<Record<string, SourceConfig>> {
  return { [webIdentitySecret]: { from: "irsa", ...(roleArn !== undefined && { roleArn }) } };
}

const tokenTarget = "/run/secrets/aws-identity-token";

export const tokenFile: RecipeMount = {
  kind: "file",
  id: "aws-identity-token",
  content: { kind: "secret", secret: webIdentitySecret, field: "token" },
  target: tokenTarget,
};

/** Whether the user says the region by a mount, or in the step. */
export function bringsRegion(step: Surroundings): boolean {
  return isTheirs(step, "AWS_REGION", "aws-identity-region");
}

/** The token's file and the variables that name it. A region that is not known gives no variable: never an empty one. */
export function webIdentityVariables(step: Surroundings, region: string | undefined): RecipeMount[] {
  return [
    tokenFile,
    text("aws-identity-token-file", "AWS_WEB_IDENTITY_TOKEN_FILE", () => tokenTarget),
    text("aws-identity-role-arn", "AWS_ROLE_ARN", (fact) => fact(webIdentitySecret, "role-arn")),
    text("aws-identity-sts", "AWS_STS_REGIONAL_ENDPOINTS", () => "regional"),
    ...(region === undefined || bringsRegion(step) ? [] : [text("aws-identity-region", "AWS_REGION", () => region)]),
  ];
}

/** The token's file and a profile at `target` that names it: `default`, and the same for another that the step asks for. */
export function webIdentityProfile(step: Surroundings, target: string, region: string | undefined): RecipeMount[] {
  return [
    tokenFile,
    {
      kind: "file",
      id: "aws-identity-profile",
      target,
      content: {
        kind: "text",
        render: (fact) =>
          profilesIn(step)
            .flatMap((profile) => [
              configSection(profile),
              `role_arn = ${fact(webIdentitySecret, "role-arn")}`,
              `web_identity_token_file = ${tokenTarget}`,
              "role_session_name = buildseal",
              "sts_regional_endpoints = regional",
              ...(region === undefined ? [] : [`region = ${region}`]),
              "",
            ])
            .join("\n"),
      },
    },
  ];
}

/** Every AWS SDK takes keys from the environment before all else, and sccache with them. */
export function staticKeyNotices(step: Surroundings): string[] {
  const name = "AWS_ACCESS_KEY_ID";
  if (step.mounted(name) !== undefined)
    return [`a mount that the step has already gives it ${name}, which goes before what buildseal gives: take it out`];
  const setter = step.variable(name) ? "the Dockerfile" : sets(step, name) ? "the step" : undefined;
  return setter === undefined ? [] : [`${setter} sets ${name}, which goes before what buildseal gives: take it out`];
}
