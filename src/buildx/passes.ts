import type { BuildPlan } from "./build-plan.ts";
import { planWithBuilder } from "./builder-plan.ts";
import { planInEngine } from "./engine-plan.ts";
import { type PassesAsk, passAsAsked } from "./pass.ts";

/**
 * Plans the passes of a build, its argv included. Without a search it is the user's command with the rewritten Dockerfile
 * and our secrets.
 * @throws OUTPUT for a result that cannot be held back or searched
 */
export function planPasses(ask: PassesAsk): BuildPlan {
  const { command, builder, scan } = ask;
  if (scan === "off" || command.call !== "build") return { passes: [passAsAsked(ask)], publish: [], unsearched: [] };
  const plan = builder.store === "cache" ? planWithBuilder(ask) : planInEngine(ask);
  const unread = command.unknown.map(
    (name) => `The flag ${name} is not known to this version of buildseal: what it does is done before the search.`,
  );
  return { ...plan, unsearched: [...plan.unsearched, ...unread] };
}
