import { identityVariables, isRaw, sessionSource } from "./aws-credentials.ts";
import type { AwsOptions } from "./aws-options.ts";
import { homeUnknown, inFolder, isTheirs, text } from "./placement.ts";
import type { NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";
import { type SessionFiles, sessionFiles } from "./session-files.ts";
import { sessionProcess } from "./session-process.ts";
import {
  bringsRegion,
  profilePlace,
  staticKeyNotices,
  webIdentityProfile,
  webIdentitySource,
  webIdentityVariables,
} from "./web-identity.ts";

/**
 * The AWS CLI and SDKs, by a session in the files that they read without any variable: it ends within the hour, and can
 * be narrowed. The identity itself, which is the whole role for as long as its token lives, only where it is asked for.
 */
export const aws: Recipe<AwsOptions> = {
  name: "aws",
  summary: "the AWS CLI and SDKs, by a session of the job's role",
  optional: false,
  options: async () => (await import("./aws-options.ts")).awsOptions,
  readsHost: ["AWS_REGION", "AWS_DEFAULT_REGION", ...identityVariables],
  signs: [
    {
      run: /(?:^|[\s;&|(]|\/bin\/)aws\s+(?:--\S+\s+(?:[^-\s]\S*\s+)?)*?[a-z][a-z0-9-]+\s+[a-z][a-z0-9-]+/,
      says: "runs the AWS CLI",
    },
  ],
  serve,
};

/** The secret that a session comes from, unless the configuration declares it. */
const sessionSecret = "aws-session";

function serve(given: AwsOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const region =
    given.region ??
    (step.variable("AWS_REGION") || step.host("AWS_REGION") || step.host("AWS_DEFAULT_REGION") || undefined);
  const notices = [
    ...(region === undefined && !bringsRegion(step)
      ? ["no region is known: set `options: { region: … }` or AWS_REGION on the host"]
      : []),
    ...staticKeyNotices(step),
  ];
  if (isRaw(given, step)) return serveWebIdentity(given, step, region, notices);
  const files = session(given, step, isTheirs(step, "AWS_REGION", `${sessionSecret}-region`) ? undefined : region);
  if ("needs" in files) return files;
  return { ...files, brings: { [sessionSecret]: sessionSource({ ...given, region }, step, undefined) }, notices };
}

/** A container can outlive its session and is given the next one; a step's files are what they were when it began. */
function session(
  { form, home }: AwsOptions,
  step: Surroundings,
  region: string | undefined,
): SessionFiles | NeedsEnvMounts {
  const secret = sessionSecret;
  if ((form ?? (step.container === true ? "process" : undefined)) !== "process") {
    return sessionFiles(step, { secret, form: form === "process" ? undefined : form, home, region });
  }
  if (!step.envMounts) return { needs: "env-mounts", why: "`form: process` was asked for" };
  return sessionProcess(step, { secret, region });
}

function serveWebIdentity(
  given: AwsOptions,
  step: Surroundings,
  region: string | undefined,
  notices: readonly string[],
): Serving | NeedsEnvMounts {
  const home = given.home ?? step.home;
  // the CLI writes the sessions that it makes there (aws-cli, awscli/customizations/assumerole.py)
  const covers = step.user === "root" && home !== undefined ? [inFolder(home, ".aws/cli/cache")] : [];
  if (given.form === "variables") {
    if (!step.envMounts) return { needs: "env-mounts", why: "`form: variables` was asked for" };
    return {
      form: "variables",
      why: "asked for (`form: variables`)",
      mounts: webIdentityVariables(step, region),
      covers,
      brings: webIdentitySource(given.roleArn),
      notices,
    };
  }
  if (step.user === "root" && home !== undefined) {
    const why = given.form === "files" ? "asked for (`form: files`)" : "the AWS SDKs read it without any variable";
    const mounts = webIdentityProfile(step, profilePlace(step, home), region);
    return { form: "files", why, mounts, covers, brings: webIdentitySource(given.roleArn), notices };
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
    brings: webIdentitySource(given.roleArn),
    notices,
  };
}
