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

type Repository = { readonly full_name?: string } | null;
type GithubEvent = {
  readonly pull_request?: {
    readonly head?: { readonly repo?: Repository };
    readonly base?: { readonly repo?: Repository };
  };
  readonly workflow_run?: { readonly event?: string; readonly head_repository?: Repository };
};

/**
 * The event's file names the repository that the code is from; it is null where the fork was deleted. A pull request of
 * which nothing can be read counts as a fork's: in doubt a stranger gets nothing.
 */
async function forkOnGithub(
  environment: Environment,
  readText: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const name = environment["GITHUB_EVENT_NAME"] ?? "";
  const isPullRequest = name.startsWith("pull_request");
  if (!isPullRequest && name !== "workflow_run") return undefined;
  const path = environment["GITHUB_EVENT_PATH"];
  const event = path === undefined || path === "" ? undefined : parseEvent(await readText(path));
  const run = event?.workflow_run;
  const own = event?.pull_request?.base?.repo?.full_name ?? environment["GITHUB_REPOSITORY"];
  if (isPullRequest && event?.pull_request === undefined) {
    return `this is GitHub's ${name} event, and the event's file does not tell where its code is from`;
  }
  if (!isPullRequest && !run?.event?.startsWith("pull_request")) return undefined;
  const head = isPullRequest ? event?.pull_request?.head?.repo : run?.head_repository;
  if (head?.full_name !== undefined && head.full_name === own) return undefined;
  return `this is GitHub's ${name} event for a pull request from ${head?.full_name ?? "a fork that is gone"}`;
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
  if (/^true$/i.test(environment["SYSTEM_PULLREQUEST_ISFORK"] ?? "")) {
    return "this is Azure Pipelines' run for a pull request from a fork";
  }
  // Jenkins sets it for pull requests from forks alone (GitHub Branch Source)
  const jenkins = environment["CHANGE_FORK"];
  if (jenkins !== undefined && jenkins !== "") return `this is Jenkins' build for a pull request from ${jenkins}`;
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
