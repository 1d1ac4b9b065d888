import { z } from "zod";
import { address, home, secret, user } from "./option-schema.ts";

const registry = z.strictObject({
  url: address,
  /** Packages of these scopes come from it. */
  scopes: z
    .array(z.string().regex(/^@[a-z0-9~-][a-z0-9._~-]*$/i, "not a scope (`@acme`)"))
    .min(1)
    .optional(),
  /** All packages that no scope sends elsewhere come from it. */
  default: z.boolean().optional(),
  secret: secret.optional(),
  /** Makes it a login by user and password in the place of a token. */
  user: user.optional(),
});

/** `options:` of the recipes npm, pnpm and yarn. */
export const npmOptions = z.strictObject({
  registries: z.array(registry).min(1).optional(),
  home: home.optional(),
});
export type NpmOptions = z.infer<typeof npmOptions>;
