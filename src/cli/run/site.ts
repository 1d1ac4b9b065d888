import type { Config } from "../../config/config.ts";
import { readConfig, readPolicy } from "../../config/read-config.ts";
import type { Policy } from "../../grant/policy.ts";
import type { GrantRequest } from "../../grant/request.ts";
import { exists, readText } from "../../system/text-file.ts";
import { namedRecipes, readContainerRequests } from "../grant-requests.ts";
import type { Machine } from "../machine.ts";
import { isOn } from "../switch.ts";
import { createWarn } from "../warn-once.ts";
import type { ContainerCommand } from "./container-command.ts";

/** What is asked for, and under which rules. */
export type RunSite = {
  readonly config: Config | undefined;
  readonly policy: Policy;
  readonly requests: readonly GrantRequest[];
  readonly requireIdentity: boolean;
  readonly allowExec: boolean;
};

/**
 * Reads the configuration, from the working directory upwards, and the policy from outside the checkout.
 *
 * @throws SealError CONFIG, GRANT
 */
export async function readRunSite({ own }: ContainerCommand, machine: Machine): Promise<RunSite> {
  const { environment, folder } = machine;
  const named = own.config ?? (environment["BUILDSEAL_CONFIG"] || undefined);
  const [policy, found] = await Promise.all([
    readPolicy(environment["BUILDSEAL_POLICY"], readText),
    readConfig({ named, start: folder }, { readText, exists, warn: createWarn(machine) }),
  ]);
  return {
    config: found?.config,
    policy,
    requests: await readContainerRequests(
      { config: found?.config, placeOf: found?.placeOf },
      namedRecipes({ flag: "--seal-with", names: own.with, variable: environment["BUILDSEAL_WITH"] }),
    ),
    requireIdentity: own.requireIdentity || isOn(environment["BUILDSEAL_REQUIRE_IDENTITY"]),
    allowExec: own.allow.includes("exec"),
  };
}
