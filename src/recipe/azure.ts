import type { AzureOptions } from "./azure-options.ts";
import { runs } from "./command-sign.ts";
import { needsOption } from "./needs-option.ts";
import { isTheirs, text } from "./placement.ts";
import type { NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";

const tokenTarget = "/run/secrets/azure-identity-token";

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
    { run: /\baz\s+login\b[^;&|\n]*--federated-token\b/, says: "logs in to Azure by a federated token" },
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
    notices: secretNotices(step),
  };
}

function variable(step: Surroundings, id: string, name: string, value: string | undefined): RecipeMount[] {
  if (value === undefined || value === step.variable(name) || isTheirs(step, name, id)) return [];
  return [text(id, name, () => value)];
}

/** `EnvironmentCredential` stands before workload identity in the chain of every library. */
function secretNotices(step: Surroundings): string[] {
  const taken = ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"].filter(
    (name) => step.variable(name) || step.mounted(name) !== undefined,
  );
  return taken.map((name) => `the step has ${name}, which goes before the federated token: take it out`);
}
