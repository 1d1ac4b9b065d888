import type { Environment } from "../identity/host.ts";

/**
 * Whether the machine that a GitHub job runs on goes with it: `ephemeral`, it does; `kept`, it was set up to stay;
 * `unknown`, it is somebody's own, and nothing says; `undefined`, it is no GitHub job. GitHub itself tells the job only
 * whose the machine is (`RUNNER_ENVIRONMENT`). Of the usual ways to run one's own, these leave a sign: Actions Runner
 * Controller (`RUNNER_EPHEMERAL`; its scale sets name themselves in the runner's user agent, and are always ephemeral) and
 * the container image that takes `EPHEMERAL`.
 */
export function runnerLifeOf(environment: Environment): "ephemeral" | "kept" | "unknown" | undefined {
  const of = (name: string) => environment[name] ?? "";
  if (of("RUNNER_ENVIRONMENT") === "github-hosted") return "ephemeral";
  if (of("RUNNER_ENVIRONMENT") === "" && of("GITHUB_ACTIONS") === "") return undefined;
  const told = of("RUNNER_EPHEMERAL") || of("EPHEMERAL");
  if (/^(?:true|1)$/i.test(told)) return "ephemeral";
  if (/^(?:false|0)$/i.test(told)) return "kept";
  if (of("GITHUB_ACTIONS_RUNNER_EXTRA_USER_AGENT").startsWith("actions-runner-controller/")) return "ephemeral";
  return "unknown";
}
