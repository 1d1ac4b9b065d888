import type { AzureOptions } from "./azure-options.ts";
import { runs, starts } from "./command-sign.ts";
import { asSaid, isRemoved, namedBy, placeOf } from "./home-file.ts";
import { needsOption } from "./needs-option.ts";
import { doesWrite } from "./own-writes.ts";
import { inFolder, isTheirs, text } from "./placement.ts";
import type { NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";

const tokenTarget = "/run/secrets/azure-identity-token";

const logsIn = starts(
  "az",
  (words) => words.includes("login") && words.some((word) => /^--federated-token\b/.test(word)),
);

/**
 * Azure by workload identity: the job's own token as a file, and the variables by which every Azure library
 * (`WorkloadIdentityCredential`, in `DefaultAzureCredential`) finds it. They have no file for them; nothing in them is secret.
 */
export const azure: Recipe<AzureOptions> = {
  name: "azure",
  summary: "Azure's libraries, by workload identity federation",
  optional: false,
  options: async () => (await import("./azure-options.ts")).azureOptions,
  readsHost: ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_AUTHORITY_HOST"],
  signs: [
    {
      run: logsIn,
      says: "logs in to Azure by a federated token",
    },
    { run: runs("azcopy", "copy|cp|sync|list|remove|rm"), says: "runs azcopy" },
  ],
  serve,
};

function serve(given: AzureOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const known = (option: string | undefined, variable: string) =>
    option ?? (step.variable(variable) || step.host(variable) || undefined);
  const clientId = known(given.clientId, "AZURE_CLIENT_ID");
  const tenantId = known(given.tenantId, "AZURE_TENANT_ID");
  const missing = clientId === undefined ? "clientId" : tenantId === undefined ? "tenantId" : undefined;
  if (missing !== undefined) throw needsOption("azure", missing, "options: { clientId: …, tenantId: … }");
  if (!step.envMounts) return { needs: "env-mounts", why: "Azure's libraries are told by variables alone" };
  const token: RecipeMount = {
    kind: "file",
    id: "azure-identity-token",
    target: tokenTarget,
    content: {
      kind: "secret",
      secret: given.secret ?? "azure-identity",
      ...(given.secret === undefined ? { field: "token" } : {}),
    },
  };
  const authority = known(given.authorityHost, "AZURE_AUTHORITY_HOST");
  return {
    form: "a file, its path and the ids as variables",
    why: "Azure's libraries are told by variables alone",
    mounts: [
      token,
      text("azure-token-file", "AZURE_FEDERATED_TOKEN_FILE", () => tokenTarget),
      ...variable(step, "azure-client-id", "AZURE_CLIENT_ID", clientId),
      ...variable(step, "azure-tenant-id", "AZURE_TENANT_ID", tenantId),
      ...variable(step, "azure-authority-host", "AZURE_AUTHORITY_HOST", authority),
    ],
    brings: {
      "azure-identity": {
        from: "identity",
        audience: given.audience ?? "api://AzureADTokenExchange",
        ...(given.identity !== undefined && { identity: given.identity }),
      },
    },
    ...cliFolder(step),
  };
}

function variable(step: Surroundings, id: string, name: string, value: string | undefined): RecipeMount[] {
  if (value === undefined || value === step.variable(name) || isTheirs(step, name, id)) return [];
  return [text(id, name, () => value)];
}

/** The CLI keeps there what it got for the token (azure-cli-core, `GLOBAL_CONFIG_DIR`), which nobody here could mask or find. */
function cliFolder(step: Surroundings): Pick<Serving, "covers" | "notices"> {
  const notices = secretNotices(step);
  if (!doesWrite(step, logsIn)) return { notices };
  const named = asSaid(namedBy(step, "AZURE_CONFIG_DIR"));
  const place = placeOf(step, { path: ".azure", home: undefined, named, ofMemory: true });
  const folder = named ?? (step.home === undefined ? "~/.azure" : inFolder(step.home, ".azure"));
  if (typeof folder === "string" && (step.isInMemory?.(folder) || isRemoved(step, place, folder))) return { notices };
  // nothing is laid over a mount that the step has at the very place
  const isKept = "at" in place && step.keptUnder?.(inFolder(place.at, "token")) !== undefined;
  if ("at" in place && !isKept) return { covers: [place.at], notices };
  return {
    notices: [
      ...notices,
      `\`az login\` keeps its tokens in \`~/.azure\` (or AZURE_CONFIG_DIR), which stays ${isKept ? "in the step's own mount there: let that be a tmpfs mount" : "in the image: put a tmpfs mount over that folder"}, or run \`az logout && rm -rf ~/.azure\` in the same step`,
    ],
  };
}

/** `EnvironmentCredential` stands before workload identity in the chain of every library. */
function secretNotices(step: Surroundings): string[] {
  const taken = ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"].filter(
    (name) => step.variable(name) || step.mounted(name) !== undefined,
  );
  return taken.map((name) => `the step has ${name}, which goes before the federated token: take it out`);
}
