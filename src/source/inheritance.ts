import { gitlabTokenVariables } from "../identity/gitlab.ts";
import type { Environment } from "../identity/host.ts";
import type { Secret } from "../secret/secret.ts";

/** A variable that Docker does not inherit, and why: a name and a sentence, never a value. */
type Removed = { readonly name: string; readonly reason: string };

export type Inheritance = {
  readonly environment: Readonly<Record<string, string>>;
  readonly removed: readonly Removed[];
};

export type InheritanceAsk = {
  readonly environment: Environment;
  /** Every value that was issued. */
  readonly secrets: readonly Secret[];
  /** What the sources in use read or are powered by (`Source.variables`); one that ends with `*` is a prefix. */
  readonly sourceVariables: readonly string[];
  /** What the user names for Docker himself: `--secret id=…,env=NAME`, `--secret id=NAME`, `--build-arg NAME`. */
  readonly userNamed: readonly string[];
  /** Whether a `type=gha` cache is used, whose token is a variable. */
  readonly usesGithubCache: boolean;
};

/** Shorter values are in too many harmless ones. */
const shortestSearchedBytes = 8;

/** Without these nothing works, and they are no place for a secret. */
const indispensable = new Set(["PATH", "HOME", "PWD", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "TMPDIR"]);

/** What can mint a secret, or holds all of them, by the platform that sets it. An entry that ends with `*` is a prefix. */
const minting: readonly Removed[] = [
  { name: "ACTIONS_ID_TOKEN_REQUEST_TOKEN", reason: "asks GitHub for an identity token for any audience" },
  { name: "ACTIONS_ID_TOKEN_REQUEST_URL", reason: "is where GitHub gives identity tokens for any audience" },
  { name: "ALL_SECRETS", reason: "holds every secret of the workflow" },
  { name: "SECRET_*", reason: "holds a secret of the workflow" },
  { name: "SYSTEM_ACCESSTOKEN", reason: "asks Azure Pipelines for identity tokens, and is its API's key" },
  { name: "BUILDKITE_AGENT_ACCESS_TOKEN", reason: "asks Buildkite for identity tokens and secrets" },
  { name: "BUILDKITE_AGENT_JOB_API_TOKEN", reason: "reads and sets the environment of the Buildkite job" },
  { name: "CIRCLE_OIDC_TOKEN*", reason: "is the CircleCI job's identity" },
  { name: "CI_JOB_JWT*", reason: "is the GitLab job's identity" },
  { name: "BITBUCKET_STEP_OIDC_TOKEN", reason: "is the Bitbucket step's identity" },
  { name: "VAULT_ID_TOKEN", reason: "is the GitLab job's identity for Vault" },
];

/** Not secret's own sources, but a key to the runner's cache: for Docker only if it uses that cache. */
const githubCache: readonly Removed[] = [
  {
    name: "ACTIONS_RUNTIME_TOKEN",
    reason: "writes the caches and artifacts of the workflow, and no gha cache is used",
  },
];

/*
 * Kept on purpose:
 * - AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_CONTAINER_…, AWS_PROFILE, AWS_REGION and static AWS keys that are
 *   none of our secrets: docker-credential-ecr-login runs as Docker's child and pulls base images with them. What is
 *   behind a path is readable for this user with or without the variable.
 * - ACTIONS_CACHE_URL, ACTIONS_RESULTS_URL, ACTIONS_CACHE_SERVICE_V2: addresses, worth nothing without the token.
 * - DOCKER_…, BUILDX_…, BUILDKIT_…, DOCKER_AUTH_CONFIG, proxies, GOOGLE_APPLICATION_CREDENTIALS: Docker's own.
 * - CI_JOB_TOKEN, GITHUB_TOKEN, GH_TOKEN: Docker's git contexts and credential helpers use them, and they mint nothing;
 *   where one of them is a secret of ours its value says so.
 */

/** What Docker, and every helper it starts, gets to see of our environment. */
export function environmentForDocker(ask: InheritanceAsk): Inheritance {
  const needles = ask.secrets.flatMap(searchedForms);
  const rules = [...minting, ...tokensOfGitlab(ask.environment), ...(ask.usesGithubCache ? [] : githubCache)];
  const named = new Set(ask.userNamed);
  const environment: Record<string, string> = {};
  const removed: Removed[] = [];
  for (const [name, value] of Object.entries(ask.environment)) {
    if (value === undefined) continue;
    const reason =
      named.has(name) || indispensable.has(name) ? undefined : reasonAgainst(name, value, rules, needles, ask);
    if (reason === undefined) environment[name] = value;
    else removed.push({ name, reason });
  }
  return { environment, removed };
}

type Needle = { readonly secret: string; readonly text: string };

function reasonAgainst(
  name: string,
  value: string,
  rules: readonly Removed[],
  needles: readonly Needle[],
  ask: InheritanceAsk,
): string | undefined {
  const rule = rules.find((one) => isNamed(one.name, name));
  if (rule !== undefined) return rule.reason;
  if (ask.sourceVariables.some((one) => isNamed(one, name))) return "is what a secret of this build is had from";
  const needle = needles.find(({ text }) => value.includes(text));
  return needle === undefined ? undefined : `holds the value of the secret ${needle.secret}`;
}

/** `id_tokens:` gives them any name. */
function tokensOfGitlab(environment: Environment): readonly Removed[] {
  return gitlabTokenVariables(environment).map((name) => ({ name, reason: "is the GitLab job's identity" }));
}

function isNamed(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** As it is, without the blanks around it, and as it stands in JSON (a list of secrets in one variable). */
function searchedForms(secret: Secret): readonly Needle[] {
  const text = secret.exposeText();
  const forms = new Set([text, text.trim(), JSON.stringify(text.trim()).slice(1, -1)]);
  return [...forms]
    .filter((form) => Buffer.byteLength(form) >= shortestSearchedBytes)
    .map((form) => ({ secret: secret.name, text: form }));
}
