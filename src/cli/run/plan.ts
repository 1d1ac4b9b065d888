import { type ContainerPlan, planContainer } from "../../grant/container-plan.ts";
import { readText } from "../../system/text-file.ts";
import type { Machine } from "../machine.ts";
import type { ContainerCommand } from "./container-command.ts";
import { readImageVariables } from "./image.ts";
import type { RunSite } from "./site.ts";
import { containerSurroundings, givenVariables } from "./surroundings.ts";
import type { RunTools } from "./tools.ts";

/** `given`: the variables that the command line gives the container. */
export type PlannedRun = { readonly plan: ContainerPlan; readonly given: ReadonlyMap<string, string> };

/**
 * Plans what the container gets. The image is looked at only where a recipe wants to know it, and not for `--seal-print`
 * if it would have to be pulled.
 *
 * @returns undefined where the image cannot be had: Docker has said why
 * @throws SealError GRANT, POLICY
 */
export async function planRun(
  command: ContainerCommand,
  site: RunSite,
  tools: RunTools,
  { environment }: Machine,
): Promise<PlannedRun | undefined> {
  const { image = "" } = command;
  const usesRecipe = site.requests.some(({ kind }) => kind === "recipe");
  const pull = command.own.print ? "never" : command.pull;
  const [variables, files] = await Promise.all([
    usesRecipe ? readImageVariables({ ...command, image, pull }, tools) : new Map<string, string>(),
    // one that is not there Docker refuses itself
    Promise.all(command.envFiles.map((path) => readText(path).catch(() => undefined))),
  ]);
  if (variables === undefined) return undefined;
  const texts = files.filter((text) => text !== undefined);
  const facts = { image: variables, given: givenVariables(command, texts, environment) };
  const plan = planContainer({
    requests: site.requests,
    declared: new Set(Object.keys(site.config?.secrets ?? {})),
    surroundings: ({ recipe }) => containerSurroundings(facts, recipe, environment),
    isGiven: (variable) => facts.given.has(variable),
    policy: site.policy,
  });
  return { plan, given: facts.given };
}
