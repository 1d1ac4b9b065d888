import { mountsOf } from "../dockerfile/mount.ts";
import type { Step } from "../dockerfile/step.ts";
import { signOf } from "../grant/plan.ts";
import { surroundingsOf } from "../grant/surroundings.ts";
import type { CredentialWay } from "./credential-way.ts";
import type { Migration, MigrationSubject } from "./migration.ts";
import { moveCredential } from "./move-credential.ts";

const names = new Set([
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_SHARED_CREDENTIALS_FILE",
]);

const looksLikeKey = /aws[-_.]?(?:access[-_.]?key|secret[-_.]?(?:access[-_.]?)?key|session[-_.]?token)/i;

/** Static keys become the job's web identity, by the recipe of what the step runs. */
export const staticAwsKeys: Migration = {
  name: "static-aws-keys",
  summary: "AWS access keys that steps mount, or have by ARG and ENV, become web identity mounts",
  find: (subject) =>
    moveCredential(subject, {
      names,
      file: { variable: "AWS_SHARED_CREDENTIALS_FILE", target: /\/\.aws\/credentials$/ },
      looks: ({ id, env, target }) => looksLikeKey.test(id ?? "") || looksLikeKey.test(env ?? target ?? ""),
      mayHold:
        /AWS_ACCESS_KEY_ID|AWS_SHARED_CREDENTIALS_FILE|\.aws\/credentials|aws[-_.]?(?:secret[-_.]?)?access[-_.]?key/i,
      what: "static AWS keys",
      lacks: ({ provided, rest }, step) => lackOf(provided, rest, step, subject),
      grant: (step, way, sure) => consumerOf(step, way, sure, subject),
      remedy:
        "Change it by hand, or write `# buildseal: with=aws` (or `with=sccache`) above the step and take the keys out",
    }),
};

function lackOf(
  provided: ReadonlySet<string>,
  rest: string,
  step: Step,
  { settings }: MigrationSubject,
): string | undefined {
  const isFile = provided.has("AWS_SHARED_CREDENTIALS_FILE");
  if (!isFile && !(provided.has("AWS_ACCESS_KEY_ID") && provided.has("AWS_SECRET_ACCESS_KEY"))) {
    return `of the pair it has only ${[...provided].join(", ")}`;
  }
  const profile = settings(step).variable("AWS_PROFILE");
  if (/--profile\b|\bAWS_(?:DEFAULT_)?PROFILE\b/.test(rest) || (profile.known && profile.value)) {
    return "it asks for a profile, which may mean keys of another account";
  }
  return undefined;
}

/** sccache where the step compiles through it, else the AWS CLI and SDKs. */
function consumerOf(
  step: Step,
  { mounts, rest }: CredentialWay,
  sure: boolean,
  subject: MigrationSubject,
): string | undefined {
  const { recipes, settings, host, envMounts } = subject;
  const own = mountsOf(step.run, settings(step).expand).filter(
    (mount) => !mounts.some(({ flag }) => flag === mount.flag),
  );
  const shows = (name: string) => {
    const recipe = recipes.get(name)!;
    return (
      signOf(recipe, { ...step, body: rest }, surroundingsOf(settings(step), own, recipe, host, envMounts)) !==
      undefined
    );
  };
  if (shows("sccache")) return "with=sccache";
  const isAws = shows("aws");
  if (!sure) return isAws ? "with=aws" : undefined;
  // a script of the team's that is named after it, or its settings in the step's environment
  const isSccache =
    /sccache/i.test(rest) || [...settings(step).variables().keys()].some((name) => /^SCCACHE_(?!NO_DAEMON)/.test(name));
  return isSccache && !isAws ? "with=sccache" : "with=aws";
}
