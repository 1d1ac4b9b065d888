import { z } from "zod";
import { home, secret, user } from "./option-schema.ts";

/** `options:` of the recipe gradle. */
export const gradleOptions = z.strictObject({
  /** A repository's name NAME gives the properties `NAMEUsername` and `NAMEPassword`, which Gradle looks for by itself. */
  repositories: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "not the name of a repository as `credentials` takes it"),
        secret: secret.optional(),
        user: user.optional(),
      }),
    )
    .min(1)
    .optional(),
  /** Other properties: name → secret. */
  properties: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, "not the name of a property"), secret).optional(),
  home: home.optional(),
});
export type GradleOptions = z.infer<typeof gradleOptions>;
