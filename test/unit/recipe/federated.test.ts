import { describe, expect, test } from "vitest";
import { azure } from "../../../src/recipe/azure.ts";
import { azureOptions } from "../../../src/recipe/azure-options.ts";
import { gcp } from "../../../src/recipe/gcp.ts";
import { gcpOptions } from "../../../src/recipe/gcp-options.ts";
import { filesOf, type Here, needs, serve, signOf, variablesOf } from "./surroundings.ts";

const provider = "projects/123/locations/global/workloadIdentityPools/ci/providers/job";
const place = "/root/.config/gcloud/application_default_credentials.json";
const token = "/run/secrets/gcp-identity-token";

describe("gcp", () => {
  test("gives root a file where every library looks, that names the token's file and holds nothing secret", () => {
    const serving = serve(gcp, { provider, serviceAccount: "a@b.iam.example.com", lifetimeSeconds: 900 });
    expect(JSON.parse(filesOf(serving)[place]!)).toEqual({
      type: "external_account",
      audience: `//iam.googleapis.com/${provider}`,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: "https://sts.googleapis.com/v1/token",
      credential_source: { file: token, format: { type: "text" } },
      service_account_impersonation_url:
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.iam.example.com:generateAccessToken",
      service_account_impersonation: { token_lifetime_seconds: 900 },
    });
    expect(filesOf(serving)[token]).toBe("(gcp-identity.token)");
    expect(variablesOf(serving)).toEqual({ CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: place });
    expect(serving.mounts.find(({ id }) => id === "gcp-credentials")?.content.kind).toBe("text");
  });

  test("brings the job's own identity for the provider's audience, or another that is told", () => {
    const audience = `https://iam.googleapis.com/${provider}`;
    expect(serve(gcp, { provider }).brings).toEqual({ "gcp-identity": { from: "identity", audience } });
    expect(serve(gcp, { provider, audience: "mine", identity: "github" }).brings).toEqual({
      "gcp-identity": { from: "identity", audience: "mine", identity: "github" },
    });
  });

  test("tells another user by variables, and follows the places that the Dockerfile sets", () => {
    const other = serve(gcp, { provider, project: "acme" }, { user: "other" });
    const elsewhere = "/run/secrets/gcp-credentials.json";
    expect(variablesOf(other)).toEqual({
      GOOGLE_APPLICATION_CREDENTIALS: elsewhere,
      CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: elsewhere,
      GOOGLE_CLOUD_PROJECT: "acme",
    });
    expect(needs(gcp, { provider }, { user: "other", envMounts: false })).toContain("not root");
    const inConfig = serve(gcp, { provider }, { step: { CLOUDSDK_CONFIG: "/cloud" } });
    expect(filesOf(inConfig)).toHaveProperty(["/cloud/application_default_credentials.json"]);
    const named = serve(gcp, { provider }, { step: { GOOGLE_APPLICATION_CREDENTIALS: "/etc/google.json" } });
    expect(filesOf(named)).toHaveProperty(["/etc/google.json"]);
    const old = serve(gcp, { provider }, { envMounts: false });
    expect([variablesOf(old), old.notices.join()]).toEqual([{}, expect.stringContaining("gcloud")]);
  });

  test("tells that the CLI keeps tokens in the image, unless its folder is in memory", () => {
    const notices = (here: Here) => serve(gcp, { provider }, here).notices.join();
    const body = "gcloud storage cp gs://a/b .";
    expect(notices({ body })).toContain("--mount=type=tmpfs,target=/root/.config/gcloud");
    expect(notices({ body, step: { CLOUDSDK_CONFIG: "/cloud" } })).toContain("target=/cloud");
    expect(notices({ body, user: "other" })).toContain("~/.config/gcloud");
    expect(notices({ body, tmpfs: "/root/.config/gcloud" })).toBe("");
    expect(notices({ body: `${body} && chown -R app ~`, tmpfs: "/root/.config/gcloud" })).toBe("");
    expect(notices({ body: "python fetch.py" })).toBe("");
  });

  test("does not say to remove the folder that the file lies in, and lays none into one that the step removes", () => {
    const at = (here: Here) => {
      const serving = serve(gcp, { provider }, here);
      return [Object.keys(filesOf(serving)).at(-1), serving.notices.join()];
    };
    const body = "gcloud storage cp gs://a/b .";
    const elsewhere = "/run/secrets/gcp-credentials.json";
    expect(at({ body })[1]).not.toContain("remove it");
    const apart = { GOOGLE_APPLICATION_CREDENTIALS: "/etc/google.json" };
    expect(at({ body, step: apart })[1]).toContain("or remove it in the same step");
    expect(at({ body: `${body} && rm -rf /root/.config/gcloud` })).toEqual([elsewhere, ""]);
    expect(at({ body: `${body} && rm -rf $CLOUDSDK_CONFIG`, step: { CLOUDSDK_CONFIG: "/g" } })).toEqual([
      elsewhere,
      "",
    ]);
    for (const home of ["~", "$HOME"]) {
      expect(at({ body: `${body} && rm -rf ${home}/.config`, user: "other" })).toEqual([elsewhere, ""]);
    }
  });

  test("lies in a known CLOUDSDK_CONFIG where the options name the home folder, whatever cannot be seen beside it", () => {
    const here = { unknown: ["GOOGLE_APPLICATION_CREDENTIALS"], step: { CLOUDSDK_CONFIG: "/g" } };
    expect(filesOf(serve(gcp, { provider, home: "/root" }, here))).toHaveProperty([
      "/g/application_default_credentials.json",
    ]);
    expect(filesOf(serve(gcp, { provider }, here))).toHaveProperty(["/run/secrets/gcp-credentials.json"]);
  });

  test("takes a declared secret whole, and needs a provider", () => {
    expect(filesOf(serve(gcp, { provider, secret: "mine" }))[token]).toBe("(mine.undefined)");
    expect(() => serve(gcp, {})).toThrow("`provider`");
  });

  test.each([
    [gcpOptions, { provider: "projects/acme/locations/global/workloadIdentityPools/ci/providers/job" }],
    [gcpOptions, { tokenUrl: "http://sts.example.com/token" }],
    [gcpOptions, { serviceAccount: "a@b/../c" }],
    [gcpOptions, { lifetimeSeconds: 10 }],
    [azureOptions, { clientId: "a b" }],
    [azureOptions, { authorityHost: "http://login.example.com" }],
    [azureOptions, { tenant: "t" }],
  ])("options that are none are refused (%#)", (schema, wrong) => {
    expect(schema.safeParse(wrong).success).toBe(false);
  });

  test.each(["gcloud storage cp gs://a/b .", "gsutil -m cp gs://a/b ."])("%j is chosen", (body) => {
    expect(signOf(gcp as never, body)).toBeDefined();
  });
  test.each(["pip install gcloud", "apt-get install -y google-cloud-cli", "echo gsutil"])("%j is not", (body) => {
    expect(signOf(gcp as never, body)).toBeUndefined();
  });
});

describe("azure", () => {
  const ids = { clientId: "client", tenantId: "tenant" };

  test("gives the token as a file and the rest, none of it secret, as variables, for every user", () => {
    for (const user of ["root", "other", "unknown"] as const) {
      const serving = serve(azure, ids, { user });
      expect(filesOf(serving)).toEqual({ "/run/secrets/azure-identity-token": "(azure-identity.token)" });
      expect(variablesOf(serving)).toEqual({
        AZURE_FEDERATED_TOKEN_FILE: "/run/secrets/azure-identity-token",
        AZURE_CLIENT_ID: "client",
        AZURE_TENANT_ID: "tenant",
      });
    }
    expect(needs(azure, ids, { envMounts: false })).toContain("variables");
    expect(serve(azure, ids).brings).toEqual({
      "azure-identity": { from: "identity", audience: "api://AzureADTokenExchange" },
    });
  });

  test("takes the ids of the Dockerfile, then of the host, and gives none that is there already", () => {
    const serving = serve(azure, {}, { step: { AZURE_CLIENT_ID: "c" }, host: { AZURE_TENANT_ID: "t" } });
    expect(variablesOf(serving)).toMatchObject({ AZURE_TENANT_ID: "t" });
    expect(variablesOf(serving)).not.toHaveProperty("AZURE_CLIENT_ID");
    expect(() => serve(azure, { clientId: "c" })).toThrow("`tenantId`");
  });

  test("covers what the CLI keeps where it logs in, or tells of it", () => {
    const body = 'az login --service-principal --federated-token "$(cat f)" && az storage blob download';
    expect(serve(azure, ids, { body }).covers).toEqual(["/root/.azure"]);
    expect(serve(azure, ids, { body, step: { AZURE_CONFIG_DIR: "/az" } }).covers).toEqual(["/az"]);
    expect(serve(azure, ids, { body: "python fetch.py" }).covers).toBeUndefined();
    const other = serve(azure, ids, { body, user: "other" });
    expect([other.covers, other.notices.join()]).toEqual([undefined, expect.stringContaining("tmpfs")]);
    for (const user of ["root", "other", "unknown"] as const) {
      const removed = serve(azure, ids, { body: `${body} && az logout && rm -rf ~/.azure`, user });
      expect([removed.covers, removed.notices], user).toEqual([undefined, []]);
    }
    const changed = serve(azure, ids, { body: `${body} && chown -R app ~/.azure` });
    expect([changed.covers, changed.notices]).toEqual([["/root/.azure"], []]);
    const part = serve(azure, ids, { body: `${body} && rm -rf ~/.azure/logs` });
    expect(part.covers).toEqual(["/root/.azure"]);
    const own = { body, user: "other" as const, step: { AZURE_CONFIG_DIR: "/az" }, tmpfs: "/az" };
    expect(serve(azure, ids, own).notices).toEqual([]);
    for (const [folder, step] of [
      ["/root/.azure", {}],
      ["/az", { AZURE_CONFIG_DIR: "/az" }],
      ["/root", {}],
    ] as const) {
      const { covers, notices } = serve(azure, ids, { body, step, cache: folder });
      expect([covers, notices.join()], folder).toEqual([undefined, expect.stringContaining("tmpfs mount")]);
    }
    expect(serve(azure, ids, { body, tmpfs: "/root/.azure", cache: "/root" }).notices).toEqual([]);
  });

  test("tells of a client secret that goes before", () => {
    expect(serve(azure, ids, { step: { AZURE_CLIENT_SECRET: "x" } }).notices.join()).toContain("goes before");
  });

  test("is chosen where a federated token is used for a login", () => {
    expect(signOf(azure as never, 'az login --service-principal --federated-token "$(cat f)"')).toBeDefined();
    expect(signOf(azure as never, "az login --identity")).toBeUndefined();
  });
});
