import { z } from "zod";
import { address, home, secret, user } from "./option-schema.ts";

const id = z.string().regex(/^[\w.-]+$/, "not the id of a repository or mirror");

/** `options:` of the recipe maven. */
export const mavenOptions = z.strictObject({
  servers: z
    .array(
      z
        .strictObject({
          id,
          secret: secret.optional(),
          user: user.optional(),
          /** The secret goes in this header, and there is no user. */
          header: z
            .string()
            .regex(/^[A-Za-z][A-Za-z0-9-]*$/, "not the name of a header")
            .optional(),
        })
        .refine(({ user, header }) => user === undefined || header === undefined, "takes `user` or `header`, not both"),
    )
    .min(1)
    .optional(),
  mirrors: z
    .array(z.strictObject({ id, url: address, of: z.string().regex(/^[\w.*!:,-]+$/, "not what `mirrorOf` takes") }))
    .min(1)
    .optional(),
  home: home.optional(),
});
export type MavenOptions = z.infer<typeof mavenOptions>;
