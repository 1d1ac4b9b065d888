import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Settings } from "../dockerfile/settings.ts";
import type { Step } from "../dockerfile/step.ts";
import type { PlanInput } from "../grant/plan.ts";
import type { Policy } from "../grant/policy.ts";
import type { GrantRequest } from "../grant/request.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { Change } from "./change.ts";
import type { MigrationName } from "./name.ts";

/** Changes what a Dockerfile says of credentials: an edit beyond inserting mounts, of what is certain alone. */
export type Migration = {
  readonly name: MigrationName;
  /** One line. */
  readonly summary: string;
  readonly find: (subject: MigrationSubject) => Found;
};

export type MigrationSubject = {
  readonly dockerfile: Dockerfile;
  readonly steps: readonly Step[];
  readonly settings: (step: Step) => Settings;
  /** Grants of the configuration: a recipe that it grants brings its options. */
  readonly requests: readonly GrantRequest[];
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly declared: ReadonlySet<string>;
  /** What the configuration's declarations say: a policy may pin it. */
  readonly sources?: PlanInput["sources"];
  readonly policy: Policy;
  readonly host: (name: string) => string | undefined;
  readonly envMounts: boolean;
  /** The id of the secret that a variable carries: that of buildseal.yaml, else made of the name. */
  readonly idFor: (variable: string) => string;
  /** Fixes that were asked for beside (`--also`). */
  readonly also: ReadonlySet<string>;
};

/** What a migration would do, and what it leaves to people. */
export type Found = {
  readonly changes: readonly Change[];
  readonly remarks: readonly Remark[];
  /** Ids that the new mounts take from secrets that are declared nowhere yet. */
  readonly secrets?: readonly string[];
};

/** `left`: it stays as it is, for it is not certain; `note`: done, or no part of it, and worth knowing. */
export type Remark = {
  readonly kind: "left" | "note";
  readonly line: number;
  readonly what: string;
  readonly remedy: string;
};
