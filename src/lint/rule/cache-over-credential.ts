import { posix } from "node:path";
import type { Mount } from "../../dockerfile/mount.ts";
import type { DockerfileSubject, LintedStep, LintRule, Problem } from "../rule.ts";
import { stageKey } from "../written-command.ts";

export const cacheOverCredential: LintRule = {
  id: "cache-over-credential",
  severity: "warning",
  title: "A cache mount lies over a place where credentials are kept",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A `--mount=type=cache` whose target is a home folder, or a folder that a tool keeps its credentials in (`.aws`, `.docker`, `.ssh`, `.config/gcloud`, `.azure`, `.kube`, `.gnupg`, `/run/secrets` …), or the very file of a secret mount of the same step. The caches of package managers (`.cache`, `.npm`, `.m2`, `.cargo/registry` …) are left alone.",
    why: "What a tool writes there (a login, a session it minted) stays in the builder's cache and comes back in every later build that mounts the same cache: of other branches, of other people, of a pull request from a fork. No scan of the image sees it.",
    example:
      "FROM amazon/aws-cli\nRUN --mount=type=cache,target=/root/.aws --mount=type=secret,id=aws,target=/root/.aws/config,required=true \\\n    aws s3 cp s3://acme/models /models",
    instead:
      "FROM amazon/aws-cli\nRUN --mount=type=tmpfs,target=/root/.aws/cli/cache --mount=type=secret,id=aws,target=/root/.aws/config,required=true \\\n    aws s3 cp s3://acme/models /models",
  },
  *check(subject) {
    for (const step of subject.steps) {
      let secrets: ReadonlyMap<string, Mount> | undefined;
      for (const mount of step.mounts) {
        if (mount.type !== "cache" || mount.target === undefined || mount.problem !== undefined) continue;
        secrets ??= secretsByTarget(step);
        const problem = judge(subject, step, mount, mount.target, secrets);
        if (problem !== undefined) yield problem;
      }
    }
  },
};

/** The first of those that lie at one place. */
function secretsByTarget({ secrets }: LintedStep): ReadonlyMap<string, Mount> {
  const byTarget = new Map<string, Mount>();
  for (const secret of secrets) {
    if (secret.target === undefined) continue;
    const target = posix.normalize(secret.target);
    if (!byTarget.has(target)) byTarget.set(target, secret);
  }
  return byTarget;
}

function judge(
  { settings }: DockerfileSubject,
  step: LintedStep,
  mount: Mount,
  written: string,
  secrets: ReadonlyMap<string, Mount>,
): Problem | undefined {
  const target = posix.normalize(written).replace(/(?<=.)\/$/, "");
  const home = () => {
    const found = settings(step.step).home;
    return found.known ? found.value.replace(/(?<=.)\/$/, "") : undefined;
  };
  const why = whyCredential(target) ?? (isHome(target, home) ? "which is a home folder" : undefined);
  const secret = secrets.get(target);
  if (why === undefined && secret === undefined) return undefined;
  return {
    start: mount.flag.start,
    end: mount.flag.end,
    message:
      secret === undefined
        ? `A cache mount lies over ${target}, ${why}: what is written there comes back in other builds`
        : `A cache mount lies over ${target}, where the step mounts the secret ${secret.id}`,
    remedy:
      "Let the cache begin deeper, at the folder that is worth keeping; for what must not be kept take type=tmpfs.",
    key: `${stageKey(step.step.stage)} ${target}`,
  };
}

function isHome(target: string, home: () => string | undefined): boolean {
  if (/^\/(?:root|home\/[^/]+|home)$/.test(target)) return true;
  return target !== "/" && target.split("/").length <= 4 && target === home();
}

/** Folders that hold credentials, and little else that is worth a cache. */
const CREDENTIAL_FOLDERS: readonly (readonly [ending: RegExp, what: string])[] = [
  [/\/\.aws(?:\/(?:sso|cli)(?:\/cache)?)?$/, "where the AWS CLI and SDKs keep credentials and sessions"],
  [/\/\.docker$/, "where Docker keeps its logins"],
  [/\/\.ssh$/, "where ssh keeps its keys"],
  [/\/\.gnupg(?:\/private-keys-v1\.d)?$/, "where GnuPG keeps private keys"],
  [/\/\.config$/, "where many tools keep their logins"],
  [
    /\/\.config\/(?:gcloud|gh|glab-cli|op|containers|doctl|hub|sops|age|rclone|heroku|configstore|stripe|pypoetry)$/,
    "where a tool keeps its login",
  ],
  [
    /\/\.(?:azure|kube|oci|bluemix|databricks|vault-token|password-store|gem|pulumi|terraform\.d|git-credential-cache)$/,
    "where a tool keeps its login",
  ],
  [/^\/(?:var\/)?run\/secrets(?:\/.*)?$/, "where secrets are mounted"],
  [/\/\.(?:npmrc|netrc|git-credentials|pypirc)$/, "which holds a login"],
];

function whyCredential(target: string): string | undefined {
  return CREDENTIAL_FOLDERS.find(([ending]) => ending.test(target))?.[1];
}
