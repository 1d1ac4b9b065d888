import { type ContainerPlan, planContainer } from "../../grant/container-plan.ts";
import type { Machine } from "../machine.ts";
import type { ContainerCommand } from "./container-command.ts";
import type { Given } from "./given.ts";
import { readImageVariables } from "./image.ts";
import type { RunSite } from "./site.ts";
import { containerSurroundings } from "./surroundings.ts";
import type { RunTools } from "./tools.ts";

/**
 * Plans what the container gets. The image is looked at only where a recipe wants to know it, and not for `--seal-print`
 * if it would have to be pulled.
 *
 * @returns undefined where the image cannot be had: Docker has said why
 * @throws SealError GRANT, POLICY
 */
export async function planRun(
  command: ContainerCommand,
  given: Given,
  site: RunSite,
  tools: RunTools,
  { environment }: Machine,
): Promise<ContainerPlan | undefined> {
  const { image = "" } = command;
  const usesRecipe = site.requests.some(({ kind }) => kind === "recipe");
  const pull = command.own.print ? "never" : command.pull;
  const variables = usesRecipe ? await readImageVariables({ ...command, image, pull }, tools) : new Map();
  if (variables === undefined) return undefined;
  const facts = { image: variables, given: given.variables };
  return planContainer({
    requests: site.requests,
    declared: new Set(Object.keys(site.config?.secrets ?? {})),
    sources: site.config?.secrets,
    surroundings: ({ recipe }) => containerSurroundings(facts, recipe, environment),
    isGiven: (variable) => facts.given.has(variable),
    policy: site.policy,
  });
}
