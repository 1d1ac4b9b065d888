import type { BuildCommand } from "../../buildx/build-command.ts";
import type { BuildPlan } from "../../buildx/build-plan.ts";
import type { Exposure } from "../../buildx/progress/clean-progress.ts";
import type { Step } from "../../dockerfile/index.ts";
import type { Plan } from "../../grant/plan.ts";
import type { Secret } from "../../secret/secret.ts";
import type { Issued } from "../secret/issue.ts";
import type { Builder } from "./docker.ts";
import type { Granted } from "./grants.ts";
import type { Wishes } from "./requests.ts";
import type { Session } from "./session.ts";
import type { Site } from "./site.ts";
import type { Searched } from "./subject.ts";
import type { Tools } from "./tools.ts";

/** A build of which everything is known but the secrets. */
export type CarryOutAsk = {
  readonly command: BuildCommand;
  readonly site: Site;
  readonly wishes: Wishes;
  readonly granted: Granted | undefined;
  readonly builder: Builder | undefined;
  readonly tools: Tools;
  readonly session: Session;
  readonly readText: (path: string) => Promise<string | undefined>;
};

/** A build that has everything it needs. */
export type Ready = Omit<CarryOutAsk, "readText"> & {
  readonly issued: Issued | undefined;
  /** The grants that hold: without what there is no identity for. */
  readonly plan: Plan | undefined;
  /** Nothing where the Dockerfile stays as it is. */
  readonly rewritten: Uint8Array | undefined;
  /** Every value that must not be in the result: issued ones, renewals included, and the user's own. */
  readonly values: () => readonly Secret[];
};

/** Granted steps as they ran: whether each came from the cache, undefined while it was not seen. */
export type StepRuns = Map<Step, { cached: boolean | undefined }>;

/** What came of a pass. */
export type PassResult = {
  readonly status: number;
  readonly found: readonly Searched[];
  /** Values that the mask hid, and where: `step` is the granted step's label where it was one. */
  readonly exposures: readonly Exposure[];
};

/** A build whose passes are over. */
export type Outcome = {
  readonly ready: Ready;
  readonly plan: BuildPlan;
  readonly runs: StepRuns;
  /** Of each pass that ran. */
  readonly results: readonly PassResult[];
};
