import { z } from "zod";
import { home } from "./option-schema.ts";

/** As AWS names regions, or a store of one's own (`auto`). */
export const region = z.string().regex(/^[A-Za-z0-9][\w-]*$/, "not a region's name (`us-west-2`)");

/** What recipes for AWS share: how the consumer gets at it. */
export const credentialOptions = {
  credentials: z.enum(["session", "web-identity"]).optional(),
  roleArn: z
    .string()
    .regex(/^arn:[\w+=,.@:/-]+$/, "not an ARN")
    .optional(),
  durationSeconds: z.number().int().min(900).max(43_200).optional(),
};

/** `options:` of the recipe aws. */
export const awsOptions = z
  .strictObject({
    region: region.optional(),
    form: z.enum(["variables", "files", "process"]).optional(),
    home: home.optional(),
    ...credentialOptions,
  })
  .refine(({ form, credentials }) => form !== "process" || credentials !== "web-identity", {
    error: "`process` is a session's form: a web identity is read again by itself",
    path: ["form"],
  });
export type AwsOptions = z.infer<typeof awsOptions>;
