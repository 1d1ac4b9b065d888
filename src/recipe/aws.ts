import { identityVariables, isRaw, sessionSource } from "./aws-credentials.ts";
import type { AwsOptions } from "./aws-options.ts";
import { defaultRegion } from "./aws-region.ts";
import { starts } from "./command-sign.ts";
import { isRemoved } from "./home-file.ts";
import { inFolder, isTheirs, plainPath, text } from "./placement.ts";
import type { NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";
import { ownPlace, type SessionFiles, sessionFiles } from "./session-files.ts";
import { sessionProcess } from "./session-process.ts";
import {
  bringsRegion,
  staticKeyNotices,
  webIdentityProfile,
  webIdentitySecret,
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
  signs: [{ run: starts("aws", asksAServer), says: "runs the AWS CLI" }],
  serve,
};

/** What is no region's name is none: it would stand in a file of lines. */
function regionIn(step: Surroundings): string | undefined {
  const names = ["AWS_REGION", "AWS_DEFAULT_REGION"];
  const region = [...names.map(step.variable), ...names.map(step.host)].find((said) => said);
  return region && /^[\w-]+$/.test(region) ? region : undefined;
}

/** The CLI's own options that take the next word ("Command line options in the AWS CLI"). */
const valued =
  /^--(?:region|profile|output|endpoint-url|ca-bundle|query|color|cli-(?:read-timeout|connect-timeout|binary-format))$/;

/** `aws SERVICE OPERATION` with a login, whatever options stand among them; `aws configure` writes a file. */
function asksAServer(words: readonly string[]): boolean {
  if (words.includes("--no-sign-request")) return false;
  const names = words.filter((word, at) => /^[a-z][a-z0-9-]+$/.test(word) && !valued.test(words[at - 1] ?? ""));
  const isHelp = names.length <= 3 && names.at(-1) === "help";
  return names.length > 1 && !isHelp && !names.slice(0, 2).includes("configure");
}

/** The secret that a session comes from, unless the configuration declares it. */
const sessionSecret = "aws-session";

function serve(given: AwsOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const region = given.region ?? regionIn(step);
  const remarks = {
    notices: staticKeyNotices(step),
    // who asks nothing that is in a region needs none, and who does is told so by AWS
    notes:
      region === undefined && !bringsRegion(step)
        ? ["no region is known: set `options: { region: … }` or AWS_REGION on the host"]
        : [],
  };
  if (isRaw(given, step)) return serveWebIdentity(given, step, region, remarks);
  const files = session(given, step, isTheirs(step, "AWS_REGION", `${sessionSecret}-region`) ? undefined : region);
  if ("needs" in files) return files;
  return {
    ...files,
    brings: { [sessionSecret]: sessionSource({ ...given, region }, step, undefined) },
    notices: [...remarks.notices, ...files.notices],
    notes: remarks.notes,
  };
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
  remarks: Required<Pick<Serving, "notices" | "notes">>,
): Serving | NeedsEnvMounts {
  const shared = {
    // the CLI writes the sessions that it makes there (aws-cli, awscli/customizations/assumerole.py)
    covers: cliCache(given.home ?? step.home, step),
    brings: webIdentitySource(given.roleArn),
    ...remarks,
  };
  if (given.form === "variables") {
    if (!step.envMounts) return { needs: "env-mounts", why: "`form: variables` was asked for" };
    const why = "asked for (`form: variables`)";
    const mounts = [
      ...webIdentityVariables(step, region),
      ...(bringsRegion(step) ? [] : defaultRegion(step, webIdentitySecret, region)),
    ];
    return { form: "variables", why, mounts, ...shared };
  }
  const { place, notices } = ownPlace(step, given.home, "AWS_CONFIG_FILE", "config", "aws-identity-profile");
  const told = { ...shared, notices: [...shared.notices, ...notices] };
  if ("at" in place) {
    const why = given.form === "files" ? "asked for (`form: files`)" : "the AWS SDKs read it without any variable";
    return { form: "files", why, mounts: webIdentityProfile(step, place.at, region), ...told };
  }
  if (!step.envMounts) return { needs: "env-mounts", why: place.unfit };
  const target = "/run/secrets/aws-identity-profile";
  return {
    form: "files",
    why: `the profile's path as a variable, for ${place.unfit}`,
    mounts: [
      ...webIdentityProfile(step, target, region),
      text("aws-identity-profile-path", "AWS_CONFIG_FILE", () => target),
    ],
    ...told,
  };
}

/** Nothing is to lie over it where the step removes it: a mount cannot be removed. */
function cliCache(home: string | undefined, step: Surroundings): string[] {
  const folder = home === undefined || step.user !== "root" ? undefined : inFolder(home, ".aws/cli/cache");
  if (folder === undefined || !plainPath.test(folder)) return [];
  return isRemoved(step, { at: folder }, folder) ? [] : [folder];
}
