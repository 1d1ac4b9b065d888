import * as z from "zod";
import type { SourceConfig } from "./kind.ts";

/** The keys of each kind of source. Loaded only where there is a configuration to read: zod takes 40 ms. */
const text = z.string().min(1);
const url = z.url({ protocol: /^https?$/, error: "not a URL (https://HOST/…)" });
const roleArn = z.string().regex(/^arn:/, "not an ARN");
/** The name of an entry of `identities:`. */
const identity = text.optional();

const plainSchemas = {
  env: z.strictObject({ from: z.literal("env"), name: text }),
  file: z.strictObject({ from: z.literal("file"), path: text }),
  exec: z.strictObject({
    from: z.literal("exec"),
    command: z.tuple([text], z.string()),
    format: z.enum(["raw", "json", "credential-process", "kubernetes-exec"]).optional(),
    field: text.optional(),
    ttlSeconds: z.number().positive().optional(),
  }),
};
const plainSchema = z.discriminatedUnion("from", [plainSchemas.env, plainSchemas.file, plainSchemas.exec]);

const bucketPolicy = z.strictObject({
  bucket: z.string().min(3),
  prefix: text.optional(),
  access: z.enum(["read", "read-write"]).optional(),
  list: z.enum(["prefix", "bucket"]).optional(),
});

export const sourceSchemas = {
  irsa: z.strictObject({
    from: z.literal("irsa"),
    tokenFile: z.string().optional(),
    roleArn: z.string().optional(),
    audience: text.optional(),
  }),
  identity: z.strictObject({ from: z.literal("identity"), audience: text, identity }),
  "aws-session": z.strictObject({
    from: z.literal("aws-session"),
    roleArn: roleArn.optional(),
    chain: z.array(roleArn).min(1).optional(),
    identity,
    audience: text.optional(),
    region: text.optional(),
    stsEndpoint: url.optional(),
    /** STS's own bounds (AssumeRole, API reference). */
    durationSeconds: z.number().int().min(900).max(43_200).optional(),
    sessionName: z
      .string()
      .regex(/^[\w+=,.@-]{2,64}$/, "not 2 to 64 letters, digits or +=,.@-")
      .optional(),
    policy: z.union([text, bucketPolicy]).optional(),
  }),
  huggingface: z.strictObject({
    from: z.literal("huggingface"),
    resource: text,
    identity,
    endpoint: url.optional(),
  }),
  "github-app": z
    .strictObject({
      from: z.literal("github-app"),
      clientId: text.optional(),
      appId: z.number().int().positive().optional(),
      privateKeyFile: text.optional(),
      privateKey: plainSchema.optional(),
      installationId: z.number().int().positive().optional(),
      repository: z
        .string()
        .regex(/^[^/\s]+\/[^/\s]+$/, "not OWNER/NAME")
        .optional(),
      organization: text.optional(),
      repositories: z.array(text).min(1).optional(),
      permissions: z.record(z.string(), z.enum(["read", "write", "admin"])).optional(),
      mint: z.enum(["installation", "registration", "jit"]).optional(),
      runner: z
        .strictObject({
          name: text.optional(),
          labels: z.array(text).min(1).optional(),
          groupId: z.number().int().positive().optional(),
          workFolder: text.optional(),
        })
        .optional(),
      apiUrl: url.optional(),
    })
    .refine(({ clientId, appId }) => (clientId === undefined) !== (appId === undefined), {
      error: "needs `clientId` or `appId`, and not both",
    })
    .refine(({ privateKeyFile, privateKey }) => (privateKeyFile === undefined) !== (privateKey === undefined), {
      error: "needs `privateKeyFile` or `privateKey`, and not both",
    })
    .refine(({ repository, organization }) => repository === undefined || organization === undefined, {
      error: "takes `repository` or `organization`, not both",
    }),
  "octo-sts": z.strictObject({
    from: z.literal("octo-sts"),
    scope: text,
    identityName: z.string().regex(/^[\w.-]+$/, "not the name of a trust policy"),
    identity,
    endpoint: url.optional(),
  }),
  nosana: z
    .strictObject({
      from: z.literal("nosana"),
      endpoint: url,
      key: text,
      prefix: text.optional(),
      walletFile: text.optional(),
      wallet: plainSchema.optional(),
      job: text.optional(),
    })
    .refine(({ walletFile, wallet }) => (walletFile === undefined) !== (wallet === undefined), {
      error: "needs `walletFile` or `wallet`, and not both",
    }),
  "actions-secrets": z.strictObject({
    from: z.literal("actions-secrets"),
    names: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, "not the name of a secret")).min(1),
  }),
  ...plainSchemas,
} satisfies { readonly [Kind in SourceConfig["from"]]: z.ZodType<Extract<SourceConfig, { from: Kind }>> };

export const sourceSchema = z.discriminatedUnion("from", [
  sourceSchemas.irsa,
  sourceSchemas.identity,
  sourceSchemas["aws-session"],
  sourceSchemas.huggingface,
  sourceSchemas["github-app"],
  sourceSchemas["octo-sts"],
  sourceSchemas.nosana,
  sourceSchemas["actions-secrets"],
  sourceSchemas.env,
  sourceSchemas.file,
  sourceSchemas.exec,
]);
