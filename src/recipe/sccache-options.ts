import { z } from "zod";
import { credentialOptions, region } from "./aws-options.ts";
import { home } from "./option-schema.ts";

/** `options:` of the recipe sccache. */
export const sccacheOptions = z.strictObject({
  bucket: z
    .string()
    .regex(/^[A-Za-z0-9][\w.:/-]{2,}$/, "not a bucket's name")
    .optional(),
  region: region.optional(),
  endpoint: z
    .string()
    .regex(/^[\w.~:/[\]-]+$/, "not a host or URL of plain characters")
    .optional(),
  keyPrefix: z
    .string()
    .regex(/^[^\p{Cc}]+$/u, "not one line")
    .optional(),
  useSsl: z.boolean().optional(),
  mode: z.enum(["read-write", "read-only"]).optional(),
  form: z.enum(["variables", "files"]).optional(),
  home: home.optional(),
  ...credentialOptions,
});
export type SccacheOptions = z.infer<typeof sccacheOptions>;
