import { z } from "zod";
import { home, origin, secret, user } from "./option-schema.ts";

/** `options:` of the recipe git. */
export const gitOptions = z.strictObject({
  hosts: z
    .array(z.strictObject({ host: origin, secret: secret.optional(), user: user.optional() }))
    .min(1)
    .optional(),
  fromSsh: z.boolean().optional(),
  cargo: z.boolean().optional(),
  form: z.enum(["variables", "files"]).optional(),
  home: home.optional(),
});
export type GitOptions = z.infer<typeof gitOptions>;
