import { z } from "zod";

/** What recipes for AWS share: how the consumer gets at it. */
export const credentialOptions = {
  credentials: z.enum(["session", "web-identity"]).optional(),
  roleArn: z.string().startsWith("arn:", "not an ARN").optional(),
  durationSeconds: z.number().int().min(900).max(43_200).optional(),
};

/** `options:` of the recipe aws. */
export const awsOptions = z
  .strictObject({
    region: z.string().min(1).optional(),
    form: z.enum(["variables", "files", "process"]).optional(),
    home: z.string().startsWith("/").optional(),
    ...credentialOptions,
  })
  .refine(({ form, credentials }) => form !== "process" || credentials !== "web-identity", {
    error: "`process` is a session's form: a web identity is read again by itself",
    path: ["form"],
  });
export type AwsOptions = z.infer<typeof awsOptions>;
