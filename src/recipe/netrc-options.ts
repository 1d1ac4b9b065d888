import { z } from "zod";
import { home, secret, user } from "./option-schema.ts";

/** A user's name that every reader of a netrc file takes as it is. */
export const netrcUser = user.regex(/^[^"'\\#][^"'\\]*$/, "not a user's name without quotes and backslashes");

/** `options:` of the recipe netrc. */
export const netrcOptions = z.strictObject({
  hosts: z
    .array(
      z.strictObject({
        host: z
          .string()
          .regex(
            /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
            "not a host without scheme and port (`example.com`): a netrc file knows no others",
          ),
        user: netrcUser,
        secret: secret.optional(),
      }),
    )
    .min(1)
    .optional(),
  home: home.optional(),
});
export type NetrcOptions = z.infer<typeof netrcOptions>;
