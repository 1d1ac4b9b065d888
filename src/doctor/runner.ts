import type { Environment } from "../identity/host.ts";
import { runnerLifeOf } from "../source/runner.ts";
import { type Check, fine, noted, odd } from "./check.ts";

/** What the files of this machine say of it. */
export type MachineSigns = {
  /** The file that Docker, Podman or a container runtime puts into a container. */
  readonly isContainer: boolean;
};

const id = "machine.runner";
const remedy =
  "Let a runner take one job and be thrown away (a pod, an ephemeral or just-in-time runner): what a job leaves on a machine that stays, the next one finds";

/**
 * Whether the machine is thrown away after the job, as far as its platform tells. Sources: GitHub's "Variables reference"
 * (RUNNER_ENVIRONMENT), GitLab's "Predefined CI/CD variables" (CI_DISPOSABLE_ENVIRONMENT, CI_SHARED_ENVIRONMENT), Buildkite's
 * "Environment variables" (BUILDKITE_COMPUTE_TYPE), Kubernetes' variables of services.
 */
export function runnerCheck(environment: Environment, { isContainer }: MachineSigns): Check {
  const has = (name: string) => (environment[name] ?? "") !== "";
  const inPod = has("KUBERNETES_SERVICE_HOST");
  if (environment["GITHUB_ACTIONS"] === "true") {
    if (environment["RUNNER_ENVIRONMENT"] === "github-hosted") return gone("a runner of GitHub's");
    const life = runnerLifeOf(environment);
    if (life === "ephemeral") return gone("a self-hosted GitHub runner for one job");
    if (life === "kept") return stays("a self-hosted GitHub runner that takes many jobs");
    return inPod ? pod("a self-hosted GitHub runner in a pod") : untold("a self-hosted GitHub runner", isContainer);
  }
  if (environment["GITLAB_CI"] === "true") {
    if (has("CI_SHARED_ENVIRONMENT"))
      return stays("a GitLab runner whose jobs share one machine (CI_SHARED_ENVIRONMENT)");
    if (has("CI_DISPOSABLE_ENVIRONMENT")) return gone("a GitLab job in an environment of its own");
    return inPod ? pod("a GitLab job in a pod") : untold("a GitLab runner", isContainer);
  }
  if (environment["BUILDKITE"] === "true") {
    if (environment["BUILDKITE_COMPUTE_TYPE"] === "hosted") return gone("an agent of Buildkite's");
    return inPod ? pod("a Buildkite agent in a pod") : untold("a self-hosted Buildkite agent", isContainer);
  }
  if (environment["CIRCLECI"] === "true")
    return noted(id, "a CircleCI job: its own machines are thrown away after it, runners of your own may stay");
  if (environment["CI"] === "true" || environment["CI"] === "1") {
    return inPod ? pod("a CI job in a pod") : untold("a CI job", isContainer);
  }
  if (inPod) return pod("a pod");
  return noted(id, isContainer ? "no CI job: a container" : "no CI job: a machine that stays");
}

function gone(what: string): Check {
  return fine(id, `${what}: thrown away after the job`);
}

/** A pod is mostly one job's; that nobody keeps it for the next one cannot be seen from within. */
function pod(what: string): Check {
  return fine(id, `${what}: looks ephemeral`);
}

function untold(what: string, isContainer: boolean): Check {
  const where = isContainer ? `${what} in a container` : what;
  return odd(id, `${where}: whether it is thrown away after the job cannot be seen`, remedy);
}

function stays(what: string): Check {
  return odd(id, `${what}: it stays after the job`, remedy);
}
