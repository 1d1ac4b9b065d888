import { z } from "zod";
import { netrcUser } from "./netrc-options.ts";
import { address, home, secret } from "./option-schema.ts";

/** `options:` of the recipes pip and uv. */
export const pythonIndexOptions = z.strictObject({
  indexes: z
    .array(
      z.strictObject({
        url: address,
        /** All packages come from it, unless the step says otherwise. */
        default: z.boolean().optional(),
        user: netrcUser.optional(),
        secret: secret.optional(),
      }),
    )
    .min(1)
    .optional(),
  home: home.optional(),
});
export type PythonIndexOptions = z.infer<typeof pythonIndexOptions>;
