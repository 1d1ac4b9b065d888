import { z } from "zod";
import { home, secret, secureAddress } from "./option-schema.ts";

/** `options:` of the recipe gcp. */
export const gcpOptions = z.strictObject({
  provider: z
    .string()
    .regex(
      /^projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+$/,
      "not `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`",
    )
    .optional(),
  serviceAccount: z
    .string()
    .regex(/^[a-z0-9-]+@[a-z0-9.-]+$/, "not a service account's address")
    .optional(),
  lifetimeSeconds: z.number().int().min(600).max(43_200).optional(),
  project: z
    .string()
    .regex(/^[a-z0-9:.-]+$/, "not a project's id")
    .optional(),
  audience: z.string().min(1).optional(),
  identity: z.string().min(1).optional(),
  secret: secret.optional(),
  tokenUrl: secureAddress.optional(),
  iamUrl: secureAddress.optional(),
  home: home.optional(),
});
export type GcpOptions = z.infer<typeof gcpOptions>;
