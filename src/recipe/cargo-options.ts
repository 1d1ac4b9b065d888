import { z } from "zod";
import { address, home, secret } from "./option-schema.ts";

/** `options:` of the recipe cargo. */
export const cargoOptions = z.strictObject({
  registries: z
    .array(
      z
        .strictObject({
          name: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "not the name of a registry in Cargo's configuration"),
          index: z
            .string()
            .refine((index) => address.safeParse(index.replace(/^sparse\+/, "")).success, "not a URL")
            .optional(),
          secret: secret.optional(),
        })
        .refine(({ name, index }) => name !== "crates-io" || index === undefined, "crates-io takes no `index`"),
    )
    .min(1)
    .optional(),
  home: home.optional(),
});
export type CargoOptions = z.infer<typeof cargoOptions>;
