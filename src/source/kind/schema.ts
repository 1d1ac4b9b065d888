import * as z from "zod";
import type { SourceConfig } from "./kind.ts";

/** The keys of each kind of source. Loaded only where there is a configuration to read: zod takes 40 ms. */
export const sourceSchemas = {
  irsa: z.strictObject({
    from: z.literal("irsa"),
    tokenFile: z.string().optional(),
    roleArn: z.string().optional(),
    audience: z.string().min(1).optional(),
  }),
  env: z.strictObject({ from: z.literal("env"), name: z.string().min(1) }),
  file: z.strictObject({ from: z.literal("file"), path: z.string().min(1) }),
  exec: z.strictObject({
    from: z.literal("exec"),
    command: z.tuple([z.string().min(1)], z.string()),
    format: z.enum(["raw", "json", "credential-process", "kubernetes-exec"]).optional(),
    field: z.string().min(1).optional(),
    ttlSeconds: z.number().positive().optional(),
  }),
} satisfies { readonly [Kind in SourceConfig["from"]]: z.ZodType<Extract<SourceConfig, { from: Kind }>> };

export const sourceSchema = z.discriminatedUnion("from", [
  sourceSchemas.irsa,
  sourceSchemas.env,
  sourceSchemas.file,
  sourceSchemas.exec,
]);
