import type { MigrationName } from "../../migrate/name.ts";

export type MigrationAsk = {
  readonly migrate: MigrationName;
  readonly also: readonly string[];
};
