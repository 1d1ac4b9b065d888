import { basename, dirname } from "node:path";
import { configName, isMisnamed } from "../../config/config-name.ts";
import type { PlaceOf } from "../../config/document.ts";
import { readPolicy } from "../../config/read-config.ts";
import { isDockerfileName } from "../../dockerfile/file-name.ts";
import { readTemplate } from "../../dockerfile/template/read-template.ts";
import type { Check } from "../../doctor/check.ts";
import { fine, noted, wrong } from "../../doctor/check.ts";
import { configChecks } from "../../doctor/policy/config-checks.ts";
import { broughtChecks, containerChecks, stepChecks } from "../../doctor/policy/grant-checks.ts";
import type { PolicyAsk } from "../../doctor/policy/judge.ts";
import { pinChecks, pinnedChecks } from "../../doctor/policy/pin-checks.ts";
import { standingChecks } from "../../doctor/policy/standing-checks.ts";
import { SealError } from "../../error.ts";
import { plural } from "../../report/amount.ts";
import { readSourceFile } from "../../system/source-file.ts";
import { exists, readText } from "../../system/text-file.ts";
import { findFiles } from "../../system/walk.ts";
import { printFailure } from "../failure.ts";
import { namedRecipes, readContainerRequests } from "../grant-requests.ts";
import { type Machine, openMachine } from "../machine.ts";
import { printReport } from "../print-report.ts";
import { asksForGrants, planFile } from "../rewrite/insert-grants.ts";
import { createRules, type Rules } from "../rewrite/rules.ts";
import { createWarn } from "../warn-once.ts";
import type { PolicyCommand } from "./arguments.ts";

const headings = {
  policy: "Policy",
  identity: "Identities",
  secret: "Secrets",
  grant: "Grants",
  gate: "Gate",
  builder: "Builders",
  fork: "Forks",
  unread: "Not read",
};

/** Looks at every configuration and every Dockerfile of a checkout. Gives the exit status. @throws SealError CONFIG, GRANT */
export async function runPolicyCheck(command: PolicyCommand): Promise<number> {
  const machine = openMachine();
  const { environment } = machine;
  const policy = await readPolicy(environment["BUILDSEAL_POLICY"], readText);
  const found = await lookAtFiles(command, machine, { policy, allowExec: command.allowExec });
  const paths = policy.map(({ path }) => path);
  const checks = [
    paths.length === 0
      ? noted("policy.file", "none: built-in hosts and this machine only, no command from a checkout")
      : fine("policy.file", paths.join(" and ")),
    ...found.checks,
    ...pinnedChecks(policy),
    ...standingChecks(policy),
    ...unreadChecks(found.failures.length),
  ];
  machine.print(printReport(checks, command.format, headings, machine));
  for (const failure of found.failures) {
    process.stderr.write(printFailure(failure, { stack: environment["BUILDSEAL_DEBUG"] === "1" }));
  }
  if (found.failures.length > 0) return 2;
  return checks.some(({ state }) => state === "error") ? 1 : 0;
}

type Looked = { readonly checks: readonly Check[]; readonly failures: readonly SealError[] };

async function lookAtFiles(command: PolicyCommand, machine: Machine, ask: PolicyAsk): Promise<Looked> {
  const { environment, folder } = machine;
  const rulesOf = createRules({
    named: command.config ?? (environment["BUILDSEAL_CONFIG"] || undefined),
    recipes: namedRecipes({ flag: "--with", names: command.recipes, variable: environment["BUILDSEAL_WITH"] }),
    readText,
    exists,
    warn: createWarn(machine),
  });
  const isConfig = (path: string) => basename(path) === configName || isMisnamed(path);
  const found = findFiles(command.paths, { folder, wanted: (path) => isDockerfileName(path) || isConfig(path) });
  const failures = found.skipped.map(({ what, why }) => unread(what, why));
  const checks: Check[] = [];
  const seen = new Set<string>();
  const lookAtRules = async (rules: Rules): Promise<void> => {
    const { config, configPath, placeOf: placeIn } = rules;
    if (config === undefined || configPath === undefined || placeIn === undefined || seen.has(configPath)) return;
    seen.add(configPath);
    const placeOf: PlaceOf = (way) => ({ ...placeIn(way), file: shorter(configPath, folder) });
    checks.push(...configChecks(config, placeOf, ask), ...pinChecks(config, placeOf, ask.policy));
    const requests = await readContainerRequests(rules, { names: [], origin: "" });
    checks.push(...containerChecks(requests, placeOf, (name) => environment[name], config.secrets ?? {}, ask));
  };
  for (const { shown, path, named } of found.files) {
    try {
      const rules = await rulesOf(dirname(path));
      await lookAtRules(rules);
      if (!isConfig(path)) checks.push(...lookAtDockerfile(shown, path, named, rules, machine, ask));
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      failures.push(error);
    }
  }
  // one broken configuration is beside many Dockerfiles
  const told = new Map(failures.map((failure) => [failure.message, failure]));
  return { checks, failures: [...told.values()] };
}

/** A list that is not whole must not look like one. */
function unreadChecks(count: number): Check[] {
  if (count === 0) return [];
  const says = `${plural(count, "error")} on the way: what is asked for there is not in this list`;
  return [wrong("unread.files", says, "Correct what stderr names, and look again")];
}

/** Planned as under no policy, so that all that is asked for is seen, and not only the first that is refused. */
function lookAtDockerfile(
  shown: string,
  path: string,
  named: boolean,
  rules: Rules,
  { environment, folder }: Machine,
  ask: PolicyAsk,
): Check[] {
  const bytes = readSourceFile(path, named);
  if ("why" in bytes) throw unread(shown, bytes.why);
  const dockerfile = readTemplate(bytes, shown);
  if (dockerfile.problem !== undefined) throw dockerfile.problem;
  if (!asksForGrants(dockerfile, rules)) return [];
  const plan = planFile(dockerfile, { rules, policy: [], host: (name) => environment[name] }, false);
  const { config, configPath } = rules;
  return [...broughtChecks(plan, shown, ask), ...stepChecks(plan, shown, config?.secrets ?? {}, ask)].map((check) =>
    configPath === undefined ? check : { ...check, says: check.says.replace(configPath, shorter(configPath, folder)) },
  );
}

function unread(what: string, why: string): SealError {
  return new SealError("DOCKERFILE", `${what} cannot be read: ${why}`, "See that it is there and may be read");
}

function shorter(path: string, folder: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}
