import { z } from "zod";
import { secret, secureAddress } from "./option-schema.ts";

const id = z.string().regex(/^[A-Za-z0-9.-]+$/, "not an id");

/** `options:` of the recipe azure. */
export const azureOptions = z.strictObject({
  clientId: id.optional(),
  tenantId: id.optional(),
  authorityHost: secureAddress.optional(),
  audience: z.string().min(1).optional(),
  identity: z.string().min(1).optional(),
  secret: secret.optional(),
});
export type AzureOptions = z.infer<typeof azureOptions>;
