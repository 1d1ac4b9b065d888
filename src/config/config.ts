import { z } from "zod";
import { grantSchema } from "../grant/request-schema.ts";
import { identitySchema } from "../identity/schema.ts";
import { ignoreListSchema } from "../scan/ignore-schema.ts";
import { sourceSchema } from "../source/kind/schema.ts";

/** A secret's name is its BuildKit id, and part of a file's name. */
const secretName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "not a name of letters, digits, `.`, `_`, `-`");

/** buildseal.yaml. */
export const configSchema = z.strictObject({
  version: z.literal(1),
  identities: z.record(secretName, identitySchema).optional(),
  secrets: z.record(secretName, sourceSchema).optional(),
  grants: z.array(grantSchema).optional(),
  scan: z
    .strictObject({
      mode: z.enum(["gate", "warn", "off"]).optional(),
      cached: z.enum(["warn", "rerun", "refuse"]).optional(),
      /** Paths are from the file's own folder on. */
      baseline: z.string().optional(),
      /** A file, or the list itself. */
      ignore: z.union([z.string(), ignoreListSchema]).optional(),
      /** By id; that every id is a rule is checked where the rules are known. */
      only: z.array(z.string()).min(1).optional(),
      skipPaths: z.array(z.string().min(1)).optional(),
      /** Files of rules. */
      rules: z.array(z.string()).optional(),
      failOn: z.enum(["error", "warning", "info", "never"]).optional(),
    })
    .optional(),
  lint: z
    .strictObject({
      /** By id; that every id is a rule is checked where the rules are known (`checkRuleNames`). */
      rules: z.record(z.string(), z.enum(["error", "warning", "info", "off"])).optional(),
      /** Globs, from the file's own folder on. */
      ignore: z.array(z.string()).optional(),
      baseline: z.string().optional(),
    })
    .optional(),
});
export type Config = z.infer<typeof configSchema>;
