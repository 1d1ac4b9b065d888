import { z } from "zod";
import { home, secret, user } from "./option-schema.ts";

const endpoint = z
  .string()
  .regex(
    /^(?:https?|grpcs?):\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:\/[\w.~%+/@-]*)?$/,
    "not a URL (http, https, grpc, grpcs) without user and password",
  );

/** `options:` of the recipe bazel. */
export const bazelOptions = z.strictObject({
  cache: endpoint.optional(),
  executor: endpoint.optional(),
  secret: secret.optional(),
  /** Makes it Basic credentials in the place of a bearer token. */
  user: user.optional(),
  /** The header that the secret is sent in as it is, in the place of `Authorization: Bearer`. */
  header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, "not the name of a header")
    .optional(),
  mode: z.enum(["read-write", "read-only"]).optional(),
  home: home.optional(),
});
export type BazelOptions = z.infer<typeof bazelOptions>;
