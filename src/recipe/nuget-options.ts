import { z } from "zod";
import { address, home, secret, user } from "./option-schema.ts";

/** `options:` of the recipe nuget. */
export const nugetOptions = z.strictObject({
  sources: z
    .array(
      z.strictObject({
        /** As in the checkout's own nuget.config. */
        name: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, "not a source's name of letters, digits, `_`, `.` and `-`"),
        /** Where the checkout's own nuget.config does not have it. */
        url: address.optional(),
        secret: secret.optional(),
        user: user.optional(),
        /** Needs no login: the public source, as the file takes the place of the one in which NuGet would name it. */
        anonymous: z.boolean().optional(),
      }),
    )
    .min(1)
    .optional(),
  home: home.optional(),
});
export type NugetOptions = z.infer<typeof nugetOptions>;
