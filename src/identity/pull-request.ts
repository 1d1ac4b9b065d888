import { originOnGithub, type ReadText } from "./github-event.ts";
import type { Environment } from "./host.ts";

/**
 * Whether the job runs for a pull request, a fork's or not: its code was not merged by anybody yet.
 *
 * @param readText the event's file on GitHub (`GITHUB_EVENT_PATH`)
 */
export async function isPullRequest(environment: Environment, readText: ReadText): Promise<boolean> {
  const of = (name: string) => environment[name] ?? "";
  return (
    (await originOnGithub(environment, readText)).kind !== "own" ||
    of("CI_MERGE_REQUEST_IID") !== "" ||
    of("CI_EXTERNAL_PULL_REQUEST_IID") !== "" ||
    !/^(?:false)?$/.test(of("BUILDKITE_PULL_REQUEST")) ||
    of("CIRCLE_PULL_REQUEST") !== "" ||
    of("CIRCLE_PR_NUMBER") !== "" ||
    of("SYSTEM_PULLREQUEST_PULLREQUESTID") !== "" ||
    of("CHANGE_ID") !== "" ||
    of("ghprbPullId") !== "" ||
    of("gitlabMergeRequestIid") !== "" ||
    of("BITBUCKET_PR_ID") !== ""
  );
}
