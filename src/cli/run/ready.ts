import type { Session } from "../build/session.ts";
import type { ContainerCommand } from "./container-command.ts";
import type { PlannedRun } from "./plan.ts";
import type { RunSignals } from "./signals.ts";
import type { RunSite } from "./site.ts";
import type { RunTools } from "./tools.ts";

/** A run of which everything is known but the secrets. */
export type CarryOutAsk = PlannedRun & {
  readonly command: ContainerCommand;
  readonly site: RunSite;
  readonly tools: RunTools;
  readonly session: Session;
  readonly signals: RunSignals;
};
