import { z } from "zod";
import { home, secret, user } from "./option-schema.ts";

/** `options:` of the recipe poetry. */
export const poetryOptions = z.strictObject({
  sources: z
    .array(
      z.strictObject({
        /** As `[[tool.poetry.source]]` of pyproject.toml has it. */
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, "not the name of a source (letters, digits, `_`, `-`)"),
        user: user.optional(),
        secret: secret.optional(),
      }),
    )
    .min(1)
    .optional(),
  home: home.optional(),
});
export type PoetryOptions = z.infer<typeof poetryOptions>;
