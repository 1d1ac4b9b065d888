import { z } from "zod";
import { address, home, secret, user } from "./option-schema.ts";

const redis = z
  .string()
  .regex(
    /^rediss?:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:\/\d+)?$/,
    "not a URL of a Redis server without user and password",
  );

/** `options:` of the recipe ccache. */
export const ccacheOptions = z.strictObject({
  url: z.union([address, redis]).optional(),
  secret: secret.optional(),
  /** Makes it Basic credentials in the place of a bearer token; for Redis the user of its ACL. */
  user: user.optional(),
  mode: z.enum(["read-write", "read-only"]).optional(),
  layout: z.enum(["subdirs", "flat", "bazel"]).optional(),
  remoteOnly: z.boolean().optional(),
  /** Other lines of ccache's configuration, which the file would else take the place of. */
  settings: z
    .record(
      z.string().regex(/^[a-z_]+$/, "not a key of ccache's"),
      z.string().regex(/^[^\n\r$]*$/, "not one line without `$`"),
    )
    .optional(),
  home: home.optional(),
});
export type CcacheOptions = z.infer<typeof ccacheOptions>;
