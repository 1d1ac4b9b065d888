import { z } from "zod";
import { home, host, secret, user } from "./option-schema.ts";

/** Module path patterns and proxy lists as Go has them (`go help environment`): no blanks, no user and password. */
const list = z.string().regex(/^[\w.~*?/:,|+[\]-]+$/, "not a list as Go takes it, or it has a user and password in it");

/** `options:` of the recipe go. */
export const goOptions = z.strictObject({
  hosts: z
    .array(z.strictObject({ host, secret: secret.optional(), user: user.optional() }))
    .min(1)
    .optional(),
  proxy: list.optional(),
  private: list.optional(),
  noSumDb: list.optional(),
  home: home.optional(),
});
export type GoOptions = z.infer<typeof goOptions>;
