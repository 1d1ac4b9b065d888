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

const podIdentitySchema = z.strictObject({ from: z.literal("pod-identity"), audience });
const githubIdentitySchema = z.strictObject({ from: z.literal("github"), audience });
const gitlabIdentitySchema = z.strictObject({
  from: z.literal("gitlab"),
  name: z.string().min(1).optional(),
  audience,
});
const buildkiteIdentitySchema = z.strictObject({
  from: z.literal("buildkite"),
  audience,
  lifetimeSeconds: z.number().int().positive().optional(),
});
const circleciIdentitySchema = z.strictObject({ from: z.literal("circleci"), audience });

export const identitySchema = z.discriminatedUnion("from", [
  irsaIdentitySchema,
  podIdentitySchema,
  githubIdentitySchema,
  gitlabIdentitySchema,
  buildkiteIdentitySchema,
  circleciIdentitySchema,
  envIdentitySchema,
  fileIdentitySchema,
  execIdentitySchema,
]);
