import { runs, starts } from "./command-sign.ts";
import type { GcpOptions } from "./gcp-options.ts";
import { asSaid, isRemoved, layFile, namedBy, namedByFirst, placeOf } from "./home-file.ts";
import { needsOption } from "./needs-option.ts";
import { doesWrite } from "./own-writes.ts";
import { isTheirs, text } from "./placement.ts";
import type { NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";

const tokenTarget = "/run/secrets/gcp-identity-token";

/**
 * Google Cloud by workload identity federation: the job's own token as a file, and beside it a configuration that holds
 * no secret and says where it is to be exchanged (google.aip.dev/auth/4117), at the place where every Google library looks
 * for default credentials. The gcloud CLI looks there for nothing: it gets a variable with the path.
 */
export const gcp: Recipe<GcpOptions> = {
  name: "gcp",
  summary: "Google Cloud's libraries and CLI, by workload identity federation",
  optional: false,
  options: async () => (await import("./gcp-options.ts")).gcpOptions,
  readsHost: [],
  signs: [
    {
      run: runs(
        "gcloud",
        "(?:(?:alpha|beta) )?(?:storage|compute|artifacts|auth print-access-token|builds|container|run|secrets|functions|kms)",
      ),
      says: "runs gcloud",
    },
    { run: runs("gsutil", "cp|rsync|ls|cat|mv|rm|du|stat"), says: "runs gsutil" },
    { run: runs("bq", "query|load|extract|ls|show|cp"), says: "runs bq" },
  ],
  serve,
};

function serve(given: GcpOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const { provider } = given;
  if (provider === undefined) {
    throw needsOption(
      "gcp",
      "provider",
      "options: { provider: projects/123456789012/locations/global/workloadIdentityPools/ci/providers/my-provider }",
    );
  }
  const secret = given.secret ?? "gcp-identity";
  const token: RecipeMount = {
    kind: "file",
    id: "gcp-identity-token",
    target: tokenTarget,
    content: { kind: "secret", secret, ...(given.secret === undefined ? { field: "token" } : {}) },
  };
  const elsewhere = "/run/secrets/gcp-credentials.json";
  const wellKnown = "application_default_credentials.json";
  const laid = layFile(step, {
    id: "gcp-credentials",
    content: { kind: "text", render: () => credentialFile(given, provider) },
    path: `.config/gcloud/${wellKnown}`,
    home: given.home,
    named: namedByFirst(step, given.home, ["GOOGLE_APPLICATION_CREDENTIALS"], ["CLOUDSDK_CONFIG", wellKnown]),
    end: `gcloud/${wellKnown}`,
    elsewhere: { variable: "GOOGLE_APPLICATION_CREDENTIALS", target: elsewhere, value: elsewhere },
  });
  if ("needs" in laid) return laid;
  const place = laid.mounts.find((mount) => mount.kind === "file")!.target;
  return {
    ...laid,
    mounts: [token, ...laid.mounts, ...(step.envMounts ? variables(given, place, step) : [])],
    brings: {
      "gcp-identity": {
        from: "identity",
        audience: given.audience ?? `https://iam.googleapis.com/${provider}`,
        ...(given.identity !== undefined && { identity: given.identity }),
      },
    },
    notices: [
      ...(step.envMounts
        ? []
        : [
            "gcloud, gsutil and bq need a variable with the file's path: use a newer frontend (`# syntax=docker/dockerfile:1`)",
          ]),
      ...laid.notices,
      ...cliNotices(given, place, step),
    ],
  };
}

/**
 * Tried: what gcloud 528 prints of a token stands in its logs, and by its documentation access tokens in a database beside
 * them. An empty folder over all of that would hide the settings of earlier steps too, so it is for the user to mount.
 */
function cliNotices({ home }: GcpOptions, ours: string, step: Surroundings): string[] {
  if (!doesWrite(step, starts("gcloud|gsutil|bq"))) return [];
  const named = asSaid(namedBy(step, "CLOUDSDK_CONFIG"));
  const place = placeOf(step, { path: ".config/gcloud", home, named, ofMemory: true });
  const folder = "at" in place ? place.at : typeof named === "string" ? named : undefined;
  const shown = folder ?? "~/.config/gcloud";
  if (step.isInMemory?.(shown) || isRemoved(step, place, shown)) return [];
  // what lies in it as a mount cannot be removed
  const removal = folder !== undefined && ours.startsWith(`${folder}/`) ? "" : ", or remove it in the same step";
  return [
    `gcloud keeps tokens in ${shown}, which stays in the image: put a tmpfs mount over it (\`--mount=type=tmpfs,target=${folder ?? "…"}\`)${removal}`,
  ];
}

function credentialFile({ serviceAccount, lifetimeSeconds, tokenUrl, iamUrl }: GcpOptions, provider: string): string {
  const iam = (iamUrl ?? "https://iamcredentials.googleapis.com").replace(/\/$/, "");
  const file = {
    type: "external_account",
    audience: `//iam.googleapis.com/${provider}`,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: tokenUrl ?? "https://sts.googleapis.com/v1/token",
    credential_source: { file: tokenTarget, format: { type: "text" } },
    ...(serviceAccount !== undefined && {
      service_account_impersonation_url: `${iam}/v1/projects/-/serviceAccounts/${serviceAccount}:generateAccessToken`,
      ...(lifetimeSeconds !== undefined && {
        service_account_impersonation: { token_lifetime_seconds: lifetimeSeconds },
      }),
    }),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function variables({ project }: GcpOptions, place: string, step: Surroundings): RecipeMount[] {
  const override = "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE";
  return [
    ...(isTheirs(step, override, "gcp-gcloud") ? [] : [text("gcp-gcloud", override, () => place)]),
    ...(project === undefined || isTheirs(step, "GOOGLE_CLOUD_PROJECT", "gcp-project")
      ? []
      : [text("gcp-project", "GOOGLE_CLOUD_PROJECT", () => project)]),
  ];
}
