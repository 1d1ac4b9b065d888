import { type Mount, mountsOf } from "../dockerfile/mount.ts";
import { readStep } from "../dockerfile/shell/step-script.ts";
import type { Step } from "../dockerfile/step.ts";
import { signOf } from "../grant/sign.ts";
import { surroundingsOf } from "../grant/surroundings.ts";
import { objectionToIdentity } from "./aws-objection.ts";
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

// of an `aws.env` that a step reads in, too; not of an identity's token, a role or a region
const looksLikeKey =
  /aws[-_.]?(?:access[-_.]?key|secret[-_.]?access[-_.]?key|session[-_.]?token|keys?|secrets?|creds?|credentials?|env|auth)(?![a-z])|(?:^|[/._-])aws$/i;

/** Static keys become the job's web identity, by the recipe of what the step runs. */
export const staticAwsKeys: Migration = {
  name: "static-aws-keys",
  summary: "AWS access keys that steps mount, or have by ARG and ENV, become web identity mounts",
  find: (subject) =>
    moveCredential(subject, {
      names,
      file: { variable: "AWS_SHARED_CREDENTIALS_FILE", target: /\/\.aws\/credentials$/ },
      suspect,
      mayHold:
        /AWS_ACCESS_KEY_ID|AWS_SHARED_CREDENTIALS_FILE|\.aws\b|aws[-_.]?(?:secret[-_.]?)?(?:access[-_.]?)?key|aws[-_.]?(?:secret|cred|env\b|auth\b)|id=aws\b/i,
      what: "static AWS keys",
      objection: (way, step, script) => way.doubt ?? objectionToIdentity(way, step, subject.settings(step), script),
      silent: "compilers and installers",
      grant: (step, way, sure) => consumerOf(step, way, sure, subject),
      remedy:
        "Change it by hand, or write `# buildseal: with=aws` (or `with=sccache`) above the step and take the keys out",
    }),
};

function suspect({ type, id, env, target }: Mount): string | undefined {
  if (type === "bind" && /\/\.aws(?:\/|$)/.test(target ?? "")) {
    return `binds ${target}, which keys may lie in: a copy of them is in the build's context`;
  }
  const isOne = type === "secret" && (looksLikeKey.test(id ?? "") || looksLikeKey.test(env ?? target ?? ""));
  return isOne ? `mounts ${id ?? target}, and it is not seen how a program takes it` : undefined;
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
  const left = { body: rest, script: () => readStep({ ...step.run, body: rest }, { templates: false }) };
  const shows = (name: string) => {
    const recipe = recipes.get(name)!;
    return signOf(recipe, surroundingsOf(settings(step), own, left, recipe, host, envMounts), {}) !== undefined;
  };
  if (shows("sccache")) return "with=sccache";
  const isAws = shows("aws");
  if (!sure) return isAws ? "with=aws" : undefined;
  // a script of the team's that is named after it, or its settings in the step's environment
  const isSccache =
    /sccache/i.test(rest) ||
    own.some(({ env }) => env?.startsWith("SCCACHE_")) ||
    [...settings(step).variables().keys()].some((name) => /^SCCACHE_(?!NO_DAEMON)/.test(name));
  return isSccache && !isAws ? "with=sccache" : "with=aws";
}
