import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createMask } from "../../../../src/secret/mask.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import { weaknessOf } from "../../../../src/secret/weak.ts";
import { type ExecFormat, readOutput } from "../../../../src/source/kind/exec-format.ts";
import type { Output } from "../../../../src/source/kind/exec-output.ts";
import { now } from "../../identity/fake-host.ts";

function read(output: unknown, format: ExecFormat, field?: string): Output {
  const text = typeof output === "string" ? output : JSON.stringify(output);
  const reading = { name: "it", place: "The command", format, field, nowMs: now };
  return readOutput(new TextEncoder().encode(text), reading);
}

function partsOf({ fields, keys = [] }: Output): readonly Secret[] {
  return [...[...fields.values()].filter((field) => field instanceof Secret), ...keys];
}

/** The paths of what is searched for beside the whole. */
function searched(output: unknown, format: ExecFormat): readonly string[] {
  const strong = partsOf(read(output, format)).filter((one) => weaknessOf(one) === undefined);
  return strong.map(({ name }) => name.replace(/^it-/, "")).sort();
}

function isMasked(output: Output, text: string): boolean {
  const mask = createMask();
  for (const one of [output.value, ...partsOf(output)]) mask.add(one);
  return !mask.text(`the log says ${text} here`).includes(text);
}

const random = () => `x1Y${randomBytes(24).toString("hex")}`;
const time = "2026-03-01T08:00:00.123456Z";
const pem = (kind: string) => `-----BEGIN ${kind}-----\n${randomBytes(90).toString("base64")}\n-----END ${kind}-----\n`;

/** What programs print, with everything in it that is ordinary; and the paths of what is not. */
const printed: readonly (readonly [program: string, output: object, searched: readonly string[]])[] = [
  [
    "gcloud iam service-accounts keys create",
    {
      type: "service_account",
      project_id: "acme-prod",
      private_key_id: randomBytes(20).toString("hex"),
      private_key: pem("PRIVATE KEY"),
      client_email: "ci@acme-prod.iam.example.com",
      client_id: "112233445566778899001",
      auth_uri: "https://accounts.example.com/o/oauth2/auth",
      token_uri: "https://oauth2.example.com/token",
      auth_provider_x509_cert_url: "https://www.example.com/oauth2/v1/certs",
      client_x509_cert_url: "https://www.example.com/robot/v1/metadata/x509/production1%40acme-prod.iam.example.com",
      universe_domain: "example.com",
    },
    ["private_key", "private_key_id"],
  ],
  [
    "az ad sp create-for-rbac --sdk-auth",
    {
      clientId: randomUUID(),
      clientSecret: random(),
      subscriptionId: randomUUID(),
      tenantId: randomUUID(),
      activeDirectoryEndpointUrl: "https://login.example.com",
      resourceManagerEndpointUrl: "https://management.example.com/",
      activeDirectoryGraphResourceId: "https://graph.example.com/",
      sqlManagementEndpointUrl: "https://management.core.example.com:8443/",
      galleryEndpointUrl: "https://gallery.example.com/",
    },
    ["clientSecret"],
  ],
  [
    "aws secretsmanager get-secret-value",
    {
      ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf",
      Name: "prod/database",
      VersionId: randomUUID(),
      SecretString: JSON.stringify({
        username: "administrator-1",
        password: "correct-horse-battery",
        engine: "postgres",
        host: "database.example.com",
        masterarn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/master-AbCdEf",
        dbInstanceIdentifier: "database-production",
      }),
      VersionStages: ["AWSCURRENT"],
      CreatedDate: 1772352000.123,
    },
    ["SecretString", "SecretString.password"],
  ],
  [
    "op item get",
    {
      id: "npm-item",
      title: "npm publish",
      tags: ["ci-secrets"],
      version: 2,
      vault: { id: "ci-vault", name: "Continuous" },
      category: "API_CREDENTIAL",
      created_at: time,
      additional_information: "deploy-bot",
      urls: [{ label: "website", primary: true, href: "https://registry.example.com/" }],
      fields: [
        {
          ...{ id: "username", type: "STRING", purpose: "USERNAME", label: "username", value: "deploy-bot" },
          reference: "op://ci/npm/username",
        },
        {
          id: "credential",
          type: "CONCEALED",
          label: "credential",
          value: random(),
          reference: "op://ci/npm/credential",
        },
        {
          ...{ id: "password", type: "CONCEALED", purpose: "PASSWORD", label: "password", value: "correct-horse" },
          password_details: { strength: "FANTASTIC", history: ["former-horse"] },
        },
      ],
    },
    ["fields.1.value", "fields.2.password_details.history.0", "fields.2.value"],
  ],
  [
    "op item get, of an interface's key and a database",
    {
      category: "API_CREDENTIAL",
      fields: [
        { id: "notesPlain", type: "STRING", purpose: "NOTES", label: "notesPlain", value: "correct-horse" },
        { id: "username", type: "STRING", label: "username", value: "deployment" },
        { id: "credential", type: "CONCEALED", label: "credential", value: "battery-staple" },
        { id: "hostname", type: "STRING", label: "hostname", value: "registry.example.com" },
        { id: "k3j4", type: "STRING", label: "deploy token", value: "former-horse" },
        { id: "username", type: "STRING", label: "username", value: random() },
        { id: "username", type: "CONCEALED", label: "username", value: "concealed-horse" },
        { id: "server", type: "env", label: "server", value: "nobody-knows" },
      ],
    },
    [0, 2, 4, 5, 6, 7].map((at) => `fields.${at}.value`),
  ],
  [
    "bws secret get",
    {
      object: "secret",
      id: randomUUID(),
      organizationId: randomUUID(),
      projectId: null,
      key: "NPM_TOKEN",
      value: "correct-horse",
      note: "",
      creationDate: time,
      revisionDate: time,
    },
    ["value"],
  ],
  [
    "vault kv get",
    {
      request_id: randomUUID(),
      lease_id: "",
      lease_duration: 0,
      data: {
        data: { token: random() },
        metadata: { created_time: time, custom_metadata: null, deletion_time: "", destroyed: false, version: 1 },
      },
      mount_type: "kv",
    },
    ["data.data.token"],
  ],
  [
    "vault write auth/jwt/login",
    {
      auth: {
        client_token: random(),
        policies: ["default", "ci-release"],
        identity_policies: ["ci-release"],
        metadata: {
          ...{ role: "ci-release", project_path: "acme/application", ref: "production", user_login: "octocat-1" },
          ...{
            repository: "acme/application",
            repository_owner: "acme-corporation",
            actor: "octocat-1",
            workflow: "Release",
          },
        },
        entity_id: randomUUID(),
        token_type: "service",
      },
    },
    ["auth.client_token"],
  ],
  [
    "kubectl get secret",
    {
      kind: "Secret",
      metadata: {
        name: "npm-publish",
        uid: randomUUID(),
        labels: { "app.kubernetes.io/managed-by": "external-secrets", token: "correct-horse" },
        annotations: {
          "example.com/told-by": "platform-team",
          "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
            stringData: { token: "applied-horse" },
          }),
        },
      },
      data: { token: "Y29ycmVjdC1ob3JzZQ==" },
    },
    [
      "data.token",
      "metadata.annotations.kubectl.kubernetes.io/last-applied-configuration",
      "metadata.annotations.kubectl.kubernetes.io/last-applied-configuration.stringData.token",
      "metadata.labels.token",
    ],
  ],
  [
    "gcloud iam workload-identity-pools create-cred-config",
    {
      type: "external_account",
      audience: "//iam.example.com/projects/123456/locations/global/workloadIdentityPools/ci/providers/ci",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: "https://sts.example.com/v1/token",
      credential_source: { file: "/var/run/secrets/tokens/token", format: { type: "text" } },
    },
    [],
  ],
  [
    "vault write pki/issue/ci",
    {
      data: {
        certificate: pem("CERTIFICATE"),
        ca_chain: [pem("CERTIFICATE")],
        public_key: pem("PUBLIC KEY"),
        private_key: pem("RSA PRIVATE KEY"),
        private_key_type: "rsa-and-more",
        serial_number: "39:dd:2e:90:b7:23:1f:8d",
      },
    },
    ["data.private_key"],
  ],
  [
    "gcloud config config-helper",
    {
      configuration: {
        active_configuration: "production",
        properties: {
          core: { account: "ci@p.example.com", project: "my-project" },
          compute: { zone: "us-central1-a" },
        },
      },
      credential: { access_token: random(), token_expiry: "2027-01-01T00:00:00Z" },
      sentinels: { config_sentinel: "/home/runner/.config/gcloud/config_sentinel" },
    },
    ["credential.access_token"],
  ],
  [
    "az acr login --expose-token",
    { accessToken: random(), loginServer: "acmeproductionregistry.azurecr.example" },
    ["accessToken"],
  ],
  [
    "aws ecr get-authorization-token",
    {
      authorizationData: [
        {
          authorizationToken: random(),
          expiresAt: "2027-01-01T00:00:00Z",
          proxyEndpoint: "https://123456789012.dkr.ecr.us-east-1.example.com",
        },
      ],
    },
    ["authorizationData.0.authorizationToken"],
  ],
  [
    "docker config",
    { auths: { "https://registry.example.com/v1/": { auth: "YXBwOmhvcnNl" } }, credsStore: "osxkeychain" },
    ["auths.https://registry.example.com/v1/.auth"],
  ],
];

describe.each(["raw", "json"] as const)("of what a program prints, read as %s,", (format) => {
  test.each(printed)("the secrets are searched for, and no ordinary word is: %s", (_, output, paths) => {
    expect(searched(output, format)).toEqual([...paths].sort());
  });
});

test("of plain output an unknown key's ordinary text is nobody's secret; a login in it is one", () => {
  expect(searched({ thing: "somewhere else", note: "see ?q=1", greeting: "good-morning" }, "raw")).toEqual([]);
  expect(searched({ thing: "Server=x;Password=correct-horse" }, "raw")).toEqual(["thing"]);
  expect(searched({ thing: random() }, "raw")).toEqual(["thing"]);
});

describe("an object that a store keeps as one text", () => {
  const output = { Name: "db", SecretString: JSON.stringify({ username: "admin", password: "correct-horse-battery" }) };

  test.each<[ExecFormat, string | undefined]>([
    ["json", "SecretString"],
    ["json", undefined],
    ["raw", undefined],
  ])("has what is in it masked (%s, %s)", (format, field) => {
    expect(isMasked(read(output, format, field), "correct-horse-battery")).toBe(true);
  });

  test("has fields of its own", () => {
    expect(read(output, "json", "SecretString.password").value.exposeText() === "correct-horse-battery").toBe(true);
    expect(read(output, "json").fields.get("SecretString.username")).toBe("admin");
    expect(() => read(output, "json", "SecretString.missing")).toThrow("without the field");
  });

  test("is one line of plain output", () => {
    expect(isMasked(read(`first\n${output.SecretString}\n`, "raw", "2"), "correct-horse-battery")).toBe(true);
  });

  test("is no secret itself if nothing in it is", () => {
    expect(searched({ tags: JSON.stringify({ region: "somewhere", project: "application" }) }, "json")).toEqual([]);
  });
});

describe("the password of an address", () => {
  const address = "postgres://app:correct%2Dhorse@database.example.com/app";

  test.each<[ExecFormat, unknown, string | undefined]>([
    ["raw", address, undefined],
    ["raw", { connection: address }, undefined],
    ["json", { connection: address }, undefined],
    ["json", { connection: address }, "connection"],
  ])("is masked alone, as it stands there and as it is meant (%s, %#)", (format, output, field) => {
    const made = read(output, format, field);
    expect([isMasked(made, "correct%2Dhorse"), isMasked(made, "correct-horse")]).toEqual([true, true]);
    expect(isMasked(made, "database.example.com")).toBe(false);
  });

  test("is no word that stands for none", () => {
    const token = random();
    const made = read(`https://${token}:x-oauth-basic@git.example.com/x`, "raw");
    expect([isMasked(made, token), isMasked(made, "x-oauth-basic")]).toEqual([true, false]);
    expect(isMasked(read(`https://${token}:correct-horse@git.example.com/x`, "raw"), "correct-horse")).toBe(true);
  });

  test("is the user where that is a token", () => {
    const token = random();
    expect(isMasked(read(`https://${token}@git.example.com/x`, "raw"), token)).toBe(true);
  });
});

test("of plain output what a file says about its source is nobody's secret, but for a password there", () => {
  const url = "https://sts.{region}.example.com?Action=GetCallerIdentity&Version=2011-06-15";
  expect(
    searched({ credential_source: { regional_cred_verification_url: url, environment_id: "aws1" } }, "raw"),
  ).toEqual([]);
  expect(searched({ credential_source: { password: "correct-horse" } }, "raw")).toEqual(["credential_source.password"]);
});

test("a list as long as there can be is read", () => {
  const list = Array.from({ length: 160_000 }, () => "");
  expect(read({ list, token: "horse" }, "json").fields.size).toBe(1);
});
