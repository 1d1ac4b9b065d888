import { homeUnknown, inFolder, text } from "./placement.ts";
import type { NeedsEnvMounts, RecipeMount, Surroundings } from "./recipe.ts";

export type SessionFiles = {
  readonly form: "files" | "variables" | "process";
  readonly why: string;
  readonly mounts: readonly RecipeMount[];
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
  const { secret, form, region } = ask;
  const home = ask.home ?? step.home;
  const content = contentFor(step.variable("AWS_PROFILE") || "default", secret);
  if (form !== "variables" && step.user === "root" && home !== undefined) {
    const file: RecipeMount = { kind: "file", id: secret, target: credentialsPlace(step, home), content };
    const why =
      form === "files" ? "asked for (`form: files`)" : "in AWS's own file, which is read without any variable";
    return { form: "files", why, mounts: [file, ...regionFile(step, home, secret, region)] };
  }
  const why =
    form === "variables" ? "asked for (`form: variables`)" : `the file's path as a variable, for ${homeUnknown(step)}`;
  if (!step.envMounts)
    return { needs: "env-mounts", why: form === "variables" ? "`form: variables` was asked for" : homeUnknown(step) };
  const target = `/run/secrets/${secret}`;
  return {
    form: "variables",
    why,
    mounts: [
      { kind: "file", id: secret, target, content },
      text(`${secret}-path`, "AWS_SHARED_CREDENTIALS_FILE", () => target),
      ...(region === undefined ? [] : [text(`${secret}-region`, "AWS_REGION", () => region)]),
    ],
  };
}

/** The source's own file has the profile `default`; for another one the step's AWS_PROFILE asks. */
function contentFor(profile: string, secret: string): RecipeMount["content"] {
  if (profile === "default") return { kind: "secret", secret };
  return {
    kind: "document",
    secrets: [secret],
    render: (value) => `${value(secret).replace(/^\[default\]/, () => `[${profile}]`)}\n`,
  };
}

function regionFile(step: Surroundings, home: string, secret: string, region: string | undefined): RecipeMount[] {
  if (region === undefined) return [];
  const profile = step.variable("AWS_PROFILE") || "default";
  const named = step.variable("AWS_CONFIG_FILE");
  const target = named?.startsWith("/") ? named : inFolder(home, ".aws/config");
  const lines = [profile === "default" ? "[default]" : `[profile ${profile}]`, `region = ${region}`, ""];
  return [{ kind: "file", id: `${secret}-config`, target, content: { kind: "text", render: () => lines.join("\n") } }];
}

/** Where the SDKs look for keys: AWS_SHARED_CREDENTIALS_FILE, else the home folder. */
function credentialsPlace(step: Surroundings, home: string): string {
  const named = step.variable("AWS_SHARED_CREDENTIALS_FILE");
  return named?.startsWith("/") ? named : inFolder(home, ".aws/credentials");
}
