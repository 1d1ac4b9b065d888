import { argSecrets } from "./arg-secrets.ts";
import { hfToken } from "./hf-token.ts";
import type { Migration } from "./migration.ts";
import type { MigrationName } from "./name.ts";
import { staticAwsKeys } from "./static-aws-keys.ts";

/** Every migration, by its name. */
export const migrations: ReadonlyMap<MigrationName, Migration> = new Map(
  [staticAwsKeys, argSecrets, hfToken].map((migration) => [migration.name, migration]),
);
