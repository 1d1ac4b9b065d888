/** Options with which a recipe makes all of its mounts, beside what the step's surroundings change: by the recipe's name. */
const inForms = (options: object) => [undefined, "files", "variables"].map((form) => ({ ...options, form }));

const bucket = { bucket: "bucket", region: "r", endpoint: "e", keyPrefix: "k", useSsl: true, mode: "read-only" };
const acme = { name: "acme", secret: "token" };
const host = "example.com";

export const everyOption: Readonly<Record<string, readonly object[]>> = {
  sccache: [...inForms(bucket), ...inForms({ ...bucket, credentials: "session" })],
  aws: [...inForms({ region: "r" }), ...inForms({ region: "r", credentials: "web-identity" })],
  git: inForms({ hosts: [{ host }], fromSsh: true, cargo: true }),
  cargo: [{ registries: [{ ...acme, index: `sparse+https://${host}/` }] }],
  go: [{ hosts: [{ host }], proxy: `https://${host}`, private: host, noSumDb: host }],
  maven: [{ servers: [{ id: "acme" }] }],
  gradle: [{ repositories: [acme] }],
  nuget: [{ sources: [acme] }],
  "docker-config": [{ registries: [{ host }] }],
  gcp: [{ provider: "projects/1/locations/global/workloadIdentityPools/ci/providers/job", project: "acme" }],
  azure: [{ clientId: "c", tenantId: "t", authorityHost: `https://${host}` }],
  npm: [{ registries: [{ url: `https://${host}` }] }],
  pnpm: [{ registries: [{ url: `https://${host}` }] }],
  yarn: [{ registries: [{ url: `https://${host}` }] }],
  pip: [{ indexes: [{ url: `https://${host}`, default: true }] }],
  uv: [{ indexes: [{ url: `https://${host}`, default: true }] }],
  poetry: [{ sources: [acme] }],
  netrc: [{ hosts: [{ host, user: "ci" }] }],
  huggingface: inForms({ endpoint: `https://${host}` }),
  ccache: [{ url: `https://${host}` }],
  bazel: [{ cache: `https://${host}` }],
};
