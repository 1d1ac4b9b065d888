import type { Environment } from "./host.ts";

/**
 * Whether the job runs for a pull request from a fork, told as each platform tells it; the reason is a clause for the
 * user. Such a job's code is a stranger's: without a policy that says otherwise it gets no identity and no secret.
 *
 * @param readText the event's file on GitHub (`GITHUB_EVENT_PATH`)
 */
export async function forkOf(
  environment: Environment,
  readText: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  return (await forkOnGithub(environment, readText)) ?? forkOnGitlab(environment) ?? forkByRepository(environment);
}

type GithubEvent = {
  readonly pull_request?: {
    readonly head?: { readonly repo?: { readonly full_name?: string; readonly fork?: boolean } | null };
    readonly base?: { readonly repo?: { readonly full_name?: string } };
  };
};

/** `head.repo` is null where the fork was deleted. */
async function forkOnGithub(
  environment: Environment,
  readText: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const path = environment["GITHUB_EVENT_PATH"];
  if (!environment["GITHUB_EVENT_NAME"]?.startsWith("pull_request") || path === undefined || path === "")
    return undefined;
  const event = parseEvent(await readText(path));
  const head = event?.pull_request?.head?.repo;
  const base = event?.pull_request?.base?.repo?.full_name ?? environment["GITHUB_REPOSITORY"];
  if (event?.pull_request === undefined || head?.full_name === base) return undefined;
  return `this is GitHub's ${environment["GITHUB_EVENT_NAME"]} event for a pull request from ${head?.full_name ?? "a fork that is gone"}`;
}

function parseEvent(text: string | undefined): GithubEvent | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as GithubEvent);
  } catch {
    return undefined;
  }
}

function forkOnGitlab(environment: Environment): string | undefined {
  const source = environment["CI_MERGE_REQUEST_SOURCE_PROJECT_PATH"];
  const target = environment["CI_MERGE_REQUEST_PROJECT_PATH"] ?? environment["CI_PROJECT_PATH"];
  if (source === undefined || source === "" || source === target) return undefined;
  return `this is GitLab's pipeline for a merge request from ${source}`;
}

function forkByRepository(environment: Environment): string | undefined {
  const buildkite = environment["BUILDKITE_PULL_REQUEST_REPO"];
  if (buildkite !== undefined && buildkite !== "" && !sameRepository(buildkite, environment["BUILDKITE_REPO"] ?? "")) {
    return `this is Buildkite's build for a pull request from ${buildkite}`;
  }
  // CircleCI sets it for pull requests from forks alone
  const circle = environment["CIRCLE_PR_USERNAME"];
  if (circle !== undefined && circle !== "") return `this is CircleCI's job for a pull request from ${circle}`;
  return undefined;
}

/** The same path on the same host, whether by https, ssh or git. */
function sameRepository(a: string, b: string): boolean {
  const plain = (url: string) =>
    url
      .toLowerCase()
      .replace(/^\w+:\/\//, "")
      .replace(/^[^@/]*@/, "")
      .replace(":", "/")
      .replace(/\.git$/, "");
  return plain(a) === plain(b);
}
