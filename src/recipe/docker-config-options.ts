import { z } from "zod";
import { home, host, secret, user } from "./option-schema.ts";

/** `options:` of the recipe docker-config. */
export const dockerConfigOptions = z.strictObject({
  registries: z
    .array(
      z.strictObject({
        host,
        secret: secret.optional(),
        user: user.optional(),
        /** The secret is an OAuth2 refresh token, which a registry's token server takes. */
        identityToken: z.boolean().optional(),
      }),
    )
    .min(1)
    .optional(),
  home: home.optional(),
});
export type DockerConfigOptions = z.infer<typeof dockerConfigOptions>;
