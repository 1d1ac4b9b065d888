import type { Environment } from "./host.ts";

/**
 * What this run is called where its issuer keeps records: `buildseal-PLATFORM-RUN`, in the characters that STS takes for
 * a RoleSessionName (2 to 64 of `[\w+=,.@-]`, AssumeRoleWithWebIdentity, API reference).
 */
export function runNameOf(environment: Environment, nowMs: number): string {
  const of = (name: string) => environment[name] || undefined;
  const run =
    joined("github", of("GITHUB_RUN_ID"), of("GITHUB_RUN_ATTEMPT")) ??
    joined("gitlab", of("CI_JOB_ID")) ??
    joined("buildkite", of("BUILDKITE_JOB_ID")) ??
    joined("circleci", of("CIRCLE_WORKFLOW_JOB_ID") ?? of("CIRCLE_BUILD_NUM")) ??
    joined("run", Math.floor(nowMs / 1000).toString(36));
  return `buildseal-${run}`.replaceAll(/[^\w+=,.@-]/g, "-").slice(0, 64);
}

function joined(platform: string, id: string | undefined, more?: string): string | undefined {
  return id === undefined ? undefined : [platform, id, ...(more === undefined ? [] : [more])].join("-");
}
