import type { AwsOptions } from "./aws-options.ts";
import type { NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";
import {
  bringsRegion,
  homeUnknown,
  profilePlace,
  staticKeyNotices,
  text,
  webIdentityProfile,
  webIdentitySecret,
  webIdentityVariables,
} from "./web-identity.ts";

/** The AWS CLI and SDKs: a profile in ~/.aws/config that names the token's file, so that no variable is needed. */
export const aws: Recipe<AwsOptions> = {
  name: "aws",
  summary: "the AWS CLI and SDKs, by web identity",
  optional: false,
  options: async () => (await import("./aws-options.ts")).awsOptions,
  secrets: { [webIdentitySecret]: { from: "irsa" } },
  readsHost: ["AWS_REGION", "AWS_DEFAULT_REGION"],
  signs: [
    {
      run: /(?:^|[\s;&|(]|\/bin\/)aws\s+(?:--\S+\s+(?:[^-\s]\S*\s+)?)*?[a-z][a-z0-9-]+\s+[a-z][a-z0-9-]+/,
      says: "runs the AWS CLI",
    },
  ],
  serve,
};

function serve(given: AwsOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const region =
    given.region ??
    (step.variable("AWS_REGION") || step.host("AWS_REGION") || step.host("AWS_DEFAULT_REGION") || undefined);
  const home = given.home ?? step.home;
  const notices = [
    ...(region === undefined && !bringsRegion(step)
      ? ["no region is known: set `options: { region: … }` or AWS_REGION on the host"]
      : []),
    ...staticKeyNotices(step),
  ];

  if (given.form === "variables") {
    if (!step.envMounts) return { needs: "env-mounts", why: "`form: variables` was asked for" };
    return {
      form: "variables",
      why: "asked for (`form: variables`)",
      mounts: webIdentityVariables(step, region),
      notices,
    };
  }
  if (step.user === "root" && home !== undefined) {
    const why = given.form === "files" ? "asked for (`form: files`)" : "the AWS SDKs read it without any variable";
    return { form: "files", why, mounts: webIdentityProfile(step, profilePlace(step, home), region), notices };
  }
  const reason = homeUnknown(step);
  if (!step.envMounts) return { needs: "env-mounts", why: reason };
  const target = "/run/secrets/aws-identity-profile";
  return {
    form: "files",
    why: `the profile's path as a variable, for ${reason}`,
    mounts: [
      ...webIdentityProfile(step, target, region),
      text("aws-identity-profile-path", "AWS_CONFIG_FILE", () => target),
    ],
    notices,
  };
}
