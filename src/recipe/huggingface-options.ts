import { z } from "zod";
import { home, secret, secureAddress } from "./option-schema.ts";

/** `options:` of the recipe huggingface. */
export const huggingfaceOptions = z.strictObject({
  secret: secret.optional(),
  /** A repository or user whose trusted publisher the job is: the token is exchanged for the job's identity. */
  resource: z.string().min(1).optional(),
  endpoint: secureAddress.optional(),
  form: z.enum(["variables", "files"]).optional(),
  home: home.optional(),
});
export type HuggingfaceOptions = z.infer<typeof huggingfaceOptions>;
