import * as z from "zod";

/** The keys of an entry of `identities:`, by kind. Loaded only where there is a configuration to read. */
const audience = z.string().min(1).optional();

const irsaIdentitySchema = z.strictObject({
  from: z.literal("irsa"),
  tokenFile: z.string().optional(),
  roleArn: z.string().optional(),
  audience,
});
const envIdentitySchema = z.strictObject({ from: z.literal("env"), name: z.string().min(1), audience });
const fileIdentitySchema = z.strictObject({ from: z.literal("file"), path: z.string().min(1), audience });
const execIdentitySchema = z.strictObject({
  from: z.literal("exec"),
  command: z.tuple([z.string().min(1)], z.string()),
  audience,
});

export const identitySchema = z.discriminatedUnion("from", [
  irsaIdentitySchema,
  envIdentitySchema,
  fileIdentitySchema,
  execIdentitySchema,
]);
