import { forkRule, type Policy } from "../grant/policy.ts";
import { type Check, fine, noted, odd } from "./check.ts";

export type RulesFacts = {
  readonly configPath: string | undefined;
  readonly policy: Policy;
  /** A clause, where the job is for a fork's pull request. */
  readonly fork: string | undefined;
};

/** Under which rules a build here runs. */
export function rulesChecks({ configPath, policy, fork }: RulesFacts): Check[] {
  return [
    configPath === undefined
      ? noted("rules.config", "no buildseal.yaml: recipes come by --with and by comments in the Dockerfile")
      : fine("rules.config", `configuration ${configPath}`),
    policy.length === 0
      ? noted("rules.policy", "no policy: built-in hosts and this machine only, no command from a checkout")
      : fine("rules.policy", `policy ${policy.map(({ path }) => path).join(" and ")}`),
    ...(fork === undefined ? [] : [forkCheck(fork, policy)]),
  ];
}

function forkCheck(fork: string, policy: Policy): Check {
  const gets =
    forkRule(policy) === "read-only"
      ? "it gets what its source narrows to reading"
      : "it gets no identity and no secret";
  return odd("rules.fork", `${fork}: ${gets}`, "Build it again from a branch of your own where it needs more");
}
