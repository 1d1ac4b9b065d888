import { z } from "zod";
import { credentialOptions } from "./aws-options.ts";

/** `options:` of the recipe sccache. */
export const sccacheOptions = z.strictObject({
  bucket: z.string().min(3).optional(),
  region: z.string().min(1).optional(),
  endpoint: z.string().min(1).optional(),
  keyPrefix: z.string().min(1).optional(),
  useSsl: z.boolean().optional(),
  mode: z.enum(["read-write", "read-only"]).optional(),
  form: z.enum(["variables", "files"]).optional(),
  home: z.string().startsWith("/").optional(),
  ...credentialOptions,
});
export type SccacheOptions = z.infer<typeof sccacheOptions>;
