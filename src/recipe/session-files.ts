import { type AwsFile, configureNotices } from "./aws-configure.ts";
import { configSection, profilesIn } from "./aws-profile.ts";
import { regionVariables } from "./aws-region.ts";
import { namedBy, placeToTell } from "./home-file.ts";
import { text } from "./placement.ts";
import type { NeedsEnvMounts, RecipeMount, Surroundings } from "./recipe.ts";

export type SessionFiles = {
  readonly form: "files" | "variables" | "process";
  readonly why: string;
  readonly mounts: readonly RecipeMount[];
  readonly notices: readonly string[];
};

export type SessionFilesAsk = {
  /** The secret, from `aws-session`; its ids begin with it. */
  readonly secret: string;
  readonly form: "files" | "variables" | undefined;
  readonly home: string | undefined;
  /** For a consumer that looks for it in AWS's own files; never a region that is not known. */
  readonly region: string | undefined;
};

/**
 * A session's keys as the shared-credentials file that every AWS SDK reads, and sccache with them: at its default place,
 * so that nothing of it is in the environment, or by a variable that names it. The values themselves are in no variable.
 */
export function sessionFiles(step: Surroundings, ask: SessionFilesAsk): SessionFiles | NeedsEnvMounts {
  const { secret, form } = ask;
  const content = contentFor(profilesIn(step), secret);
  const target = `/run/secrets/${secret}`;
  const { place, notices: ofKeys } = ownPlace(step, ask.home, "AWS_SHARED_CREDENTIALS_FILE", "credentials", secret);
  const region = regionMounts(step, ask);
  if ("needs" in region) return region;
  const notices = [...ofKeys, ...region.notices];
  if (form !== "variables" && "at" in place) {
    const file: RecipeMount = { kind: "file", id: secret, target: place.at, content };
    const why =
      form === "files" ? "asked for (`form: files`)" : "in AWS's own file, which is read without any variable";
    return { form: "files", why, mounts: [file, ...region.mounts], notices };
  }
  if (!step.envMounts) {
    return { needs: "env-mounts", why: "at" in place ? "`form: variables` was asked for" : place.unfit };
  }
  return {
    form: "variables",
    why: "at" in place ? "asked for (`form: variables`)" : `the file's path as a variable, for ${place.unfit}`,
    mounts: [
      { kind: "file", id: secret, target, content },
      text(`${secret}-path`, "AWS_SHARED_CREDENTIALS_FILE", () => target),
      ...region.mounts,
    ],
    notices,
  };
}

/** Where the SDKs look for one of their two files: where its variable says, else in the home folder. */
export function ownPlace(step: Surroundings, home: string | undefined, variable: string, name: AwsFile, id: string) {
  const path = `.aws/${name}`;
  const wanted = { home, path, named: namedBy(step, variable), end: path };
  const { place, notices } = placeToTell(step, wanted, id, { variable, target: `/run/secrets/${id}` });
  return { place, notices: [...notices, ...configureNotices(step, name, variable)] };
}

/** The source's own file has the profile `default`; another one that the step asks for gets the same. */
function contentFor(profiles: readonly string[], secret: string): RecipeMount["content"] {
  const [, ...others] = profiles;
  if (others.length === 0) return { kind: "secret", secret };
  return {
    kind: "document",
    secrets: [secret],
    render: (value) => {
      const keys = /^\[default\]([^[]*)/.exec(value(secret))?.[1];
      const sections = keys === undefined ? [] : others.map((profile) => `[${profile}]${keys.trimEnd()}`);
      return `${[value(secret), ...sections].join("\n\n")}\n`;
    },
  };
}

/** As variables, or, where there can be none, in AWS's configuration: which hides what the image has there. */
function regionMounts(
  step: Surroundings,
  { secret, region, home }: SessionFilesAsk,
): Pick<SessionFiles, "mounts" | "notices"> | NeedsEnvMounts {
  if (step.envMounts) return { mounts: regionVariables(step, secret, region), notices: [] };
  if (region === undefined || region === step.variable("AWS_REGION")) return { mounts: [], notices: [] };
  const id = `${secret}-config`;
  const { place, notices } = ownPlace(step, home, "AWS_CONFIG_FILE", "config", id);
  if ("unfit" in place) return { needs: "env-mounts", why: place.unfit };
  const lines = profilesIn(step).flatMap((profile) => [configSection(profile), `region = ${region}`]);
  const content = { kind: "text" as const, render: () => `${lines.join("\n")}\n` };
  return { mounts: [{ kind: "file", id, target: place.at, content }], notices };
}
