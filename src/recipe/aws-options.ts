import { z } from "zod";

/** `options:` of the recipe aws. */
export const awsOptions = z.strictObject({
  region: z.string().min(1).optional(),
  form: z.enum(["variables", "files"]).optional(),
  home: z.string().startsWith("/").optional(),
});
export type AwsOptions = z.infer<typeof awsOptions>;
