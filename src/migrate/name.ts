/** What `--migrate` takes. */
export const migrationNames = ["static-aws-keys", "arg-secrets", "hf-token"] as const;
export type MigrationName = (typeof migrationNames)[number];

/** What `--also` takes. */
export const removeConfigLog = "remove-config-log";
