import { originOnGithub, type ReadText } from "./github-event.ts";
import type { Environment } from "./host.ts";
import { plain } from "./quoted.ts";
import { isSameRepository } from "./same-repository.ts";

/**
 * Whether the job runs for a pull request from a fork, told as each platform tells it; the reason is a clause for the
 * user. Such a job's code is a stranger's: without a policy that says otherwise it gets no identity and no secret. A pull
 * request whose origin the platform would tell, but did not, counts as a fork's.
 *
 * Bitbucket Pipelines runs nothing for a fork, so nothing has to be told there. CircleCI tells nothing where it builds by
 * its GitHub App: see docs/identities.md.
 *
 * @param readText the event's file on GitHub (`GITHUB_EVENT_PATH`)
 */
export async function forkOf(environment: Environment, readText: ReadText): Promise<string | undefined> {
  const onGithub = await originOnGithub(environment, readText);
  const why = onGithub.kind === "fork" ? onGithub.why : forkElsewhere((name) => environment[name] ?? "");
  return why === undefined ? undefined : plain(why, 300);
}

/** A variable's value; empty is the same as none. */
type Variable = (name: string) => string;

function forkElsewhere(of: Variable): string | undefined {
  for (const tell of [onGitlab, onBuildkite, onCircleci, onAzure, onJenkins]) {
    const why = tell(of);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** A pipeline for a fork's merge request runs in the fork, or in the project itself if a member starts it there. */
function onGitlab(of: Variable): string | undefined {
  const source = of("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH");
  const target = of("CI_MERGE_REQUEST_PROJECT_PATH") || of("CI_PROJECT_PATH");
  if (of("CI_MERGE_REQUEST_IID") !== "" && source === "") {
    return "this is GitLab's pipeline for a merge request, and it does not tell which project that is from";
  }
  if (source !== "" && source !== target) return `this is GitLab's pipeline for a merge request from ${source}`;
  // a project whose repository is on GitHub
  const external = of("CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY");
  if (external === "" || external === of("CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY")) return undefined;
  return `this is GitLab's pipeline for a pull request from ${external}`;
}

function onBuildkite(of: Variable): string | undefined {
  const source = of("BUILDKITE_PULL_REQUEST_REPO");
  if (source !== "") {
    if (isSameRepository(source, of("BUILDKITE_REPO"))) return undefined;
    return `this is Buildkite's build for a pull request from ${withoutLogin(source)}`;
  }
  if (!/^\d+$/.test(of("BUILDKITE_PULL_REQUEST"))) return undefined;
  return "this is Buildkite's build for a pull request, and it does not tell which repository that is from";
}

/** All three are set for a fork's pull request alone, where CircleCI builds by OAuth or for Bitbucket. */
function onCircleci(of: Variable): string | undefined {
  const [owner, repository] = [of("CIRCLE_PR_USERNAME"), of("CIRCLE_PR_REPONAME")];
  if (owner === "" && repository === "" && of("CIRCLE_PR_NUMBER") === "") return undefined;
  const source = [owner, repository].filter((part) => part !== "").join("/");
  return `this is CircleCI's job for a pull request from ${source || "a fork"}`;
}

function onAzure(of: Variable): string | undefined {
  const isFork = of("SYSTEM_PULLREQUEST_ISFORK").toLowerCase();
  if (isFork === "true") return "this is Azure Pipelines' run for a pull request from a fork";
  if (isFork === "false" || of("SYSTEM_PULLREQUEST_PULLREQUESTID") === "") return undefined;
  return "this is Azure Pipelines' run for a pull request, and it does not tell whether that is from a fork";
}

/**
 * Branch sources (GitHub, GitLab, Bitbucket, Gitea) set CHANGE_FORK for a fork's alone (scm-api, SCMHeadOrigin); the older
 * plugins for one job name both repositories.
 */
function onJenkins(of: Variable): string | undefined {
  const fork = of("CHANGE_FORK");
  if (fork !== "") return `this is Jenkins' build for a pull request from ${fork}`;
  if (of("ghprbPullId") !== "") {
    const source = of("ghprbAuthorRepoGitUrl");
    if (source !== "" && isSameRepository(source, `https://${hostOf(source)}/${of("ghprbGhRepository")}`)) {
      return undefined;
    }
    return `this is Jenkins' build for a pull request from ${withoutLogin(source) || "a repository that it does not tell"}`;
  }
  if (of("gitlabMergeRequestIid") !== "") {
    const source = of("gitlabSourceRepoHttpUrl");
    if (source !== "" && isSameRepository(source, of("gitlabTargetRepoHttpUrl"))) return undefined;
    return `this is Jenkins' build for a merge request from ${withoutLogin(source) || "a project that it does not tell"}`;
  }
  return undefined;
}

function hostOf(address: string): string {
  return URL.parse(address)?.host ?? "";
}

/** An address may have a login in it, which is not to be shown. */
function withoutLogin(address: string): string {
  return address.replace(/^(\w+:\/\/)?[^@/]*@/, "$1");
}
