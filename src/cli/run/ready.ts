import type { ContainerPlan } from "../../grant/container-plan.ts";
import type { Session } from "../build/session.ts";
import type { ContainerCommand } from "./container-command.ts";
import type { Given } from "./given.ts";
import type { RunSignals } from "./signals.ts";
import type { RunSite } from "./site.ts";
import type { RunTools } from "./tools.ts";

/** A run of which everything is known but the secrets. */
export type CarryOutAsk = {
  readonly plan: ContainerPlan;
  readonly given: Given;
  readonly command: ContainerCommand;
  readonly site: RunSite;
  readonly tools: RunTools;
  readonly session: Session;
  readonly signals: RunSignals;
};
