import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createExecSource, type ExecSourceOptions } from "../../../../src/source/kind/exec.ts";
import { sourceSchemas } from "../../../../src/source/kind/schema.ts";
import type { Minted } from "../../../../src/source/source.ts";
import { createRunCommand } from "../../../../src/system/child.ts";
import { fakeHost, makeJwt, now, sealErrorOf } from "../../identity/fake-host.ts";
import { scratch } from "../../system/scratch.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../../../docs/source/exec.md"), "utf8");

/** The example of that name on the page of the docs: what stands there is what is run here. */
function documented(name: string): ExecSourceOptions {
  const blocks = [...page.matchAll(/^```yaml buildseal\n(.*?)^```/gms)].map(([, text]) => parse(text!));
  const found = blocks.map(({ secrets }) => secrets[name]).find((one) => one !== undefined);
  return sourceSchemas.exec.parse(found);
}

/**
 * Programs that take the arguments they are documented with and nothing else, and do as the real ones: what they print,
 * where, and their exit status.
 */
function install(
  programs: Record<string, { args: string; stdout?: string; stderr?: string; status?: number }>,
): string {
  const folder = scratch();
  for (const [program, { args, stdout = "", stderr = "", status = 0 }] of Object.entries(programs)) {
    writeFileSync(join(folder, `${program}.out`), stdout);
    writeFileSync(join(folder, `${program}.err`), stderr);
    const script = [
      "#!/bin/sh",
      `if [ "$*" != '${args}' ]; then echo "unknown arguments: $*" >&2; exit 64; fi`,
      `cat '${folder}/${program}.err' >&2`,
      `cat '${folder}/${program}.out'`,
      `exit ${status}`,
    ];
    writeFileSync(join(folder, program), `${script.join("\n")}\n`);
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

async function mint(
  options: ExecSourceOptions,
  folder: string,
  environment: Record<string, string> = {},
): Promise<Minted> {
  const path = { PATH: `${folder}:${process.env["PATH"]}` };
  const run = createRunCommand({ ...path, ...environment }, { keepChild: () => {}, forgetChild: () => {} });
  const host = { ...fakeHost({ environment }), run };
  return (await createExecSource("it", options, host).mint()) as Minted;
}

const value = `v${randomBytes(20).toString("hex")}`;
const isValue = ({ value: secret }: Minted) => secret.exposeText() === value;
const inAnHour = now + 3_600_000;

describe("op", () => {
  const args = "read op://ci/npm/token";

  test("prints the value and a line break", async () => {
    const minted = await mint(documented("npm"), install({ op: { args, stdout: `${value}\n` } }));
    expect(isValue(minted)).toBe(true);
    expect(minted.expiresAt).toBeUndefined();
  });

  test("that is not signed in says so, without the reference's value", async () => {
    const stderr =
      "[ERROR] 2026/03/01 12:00:00 could not read secret 'op://ci/npm/token': error initializing client: found no accounts for filter\n";
    const error = await sealErrorOf(mint(documented("npm"), install({ op: { args, stderr, status: 1 } })));
    expect(error.message).toContain('The command "op" failed with status 1; it said: [ERROR]');
    expect(error.message).toContain("found no accounts");
  });
});

describe("vault", () => {
  test("prints a field without a line break", async () => {
    const folder = install({ vault: { args: "kv get -field=token secret/registry", stdout: value } });
    expect(isValue(await mint(documented("registry"), folder))).toBe(true);
  });

  test("tells a lease's life around the data", async () => {
    const answer = {
      request_id: "f0d7a6c5",
      lease_id: "database/creds/ci/x",
      lease_duration: 3600,
      renewable: true,
      data: { password: value, username: "v-ci" },
      warnings: null,
    };
    const args = "read -format=json database/creds/ci";
    const minted = await mint(
      documented("database"),
      install({ vault: { args, stdout: JSON.stringify(answer, null, 2) } }),
    );
    expect(isValue(minted)).toBe(true);
    expect(minted.expiresAt?.getTime()).toBe(inAnHour);
    const kept = { ...answer, lease_duration: 0 };
    const stored = await mint(documented("database"), install({ vault: { args, stdout: JSON.stringify(kept) } }));
    expect(stored.expiresAt).toBeUndefined();
  });

  test("that may not read it is quoted, without its token", async () => {
    const token = `hvs.${randomBytes(18).toString("base64url")}`;
    const stderr = `Error making API request.\n\nURL: GET https://vault.example.com/v1/secret/data/registry\nCode: 403. Errors:\n\n* permission denied for ${token}\n`;
    const folder = install({ vault: { args: "kv get -field=token secret/registry", stderr, status: 2 } });
    const error = await sealErrorOf(mint(documented("registry"), folder, { VAULT_TOKEN: token }));
    expect(error.message).toContain("failed with status 2; it said: ");
    expect(error.message).toContain("permission denied for [hidden]");
    expect(error.message.includes(token)).toBe(false);
  });
});

describe("aws-vault and aws", () => {
  const answer = {
    Version: 1,
    AccessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
    SecretAccessKey: value,
    SessionToken: randomBytes(60).toString("base64"),
    Expiration: new Date(inAnHour).toISOString(),
  };

  test.each([
    ["aws", { "aws-vault": { args: "export --format=json ci", stdout: JSON.stringify(answer) } }],
    [
      "aws-sso",
      { aws: { args: "configure export-credentials --profile ci", stdout: JSON.stringify(answer, null, 2) } },
    ],
  ])("print what a credential_process does (%s)", async (name, programs) => {
    const minted = await mint(documented(name), install(programs));
    expect([...minted.fields.keys()]).toEqual(["access-key-id", "secret-access-key", "session-token"]);
    expect(minted.expiresAt?.getTime()).toBe(inAnHour);
  });

  test("that want an MFA code have nobody to ask", async () => {
    const stderr =
      "aws-vault: error: export: Failed to get credentials for ci: MFA token required, but no prompt driver\n";
    const folder = install({ "aws-vault": { args: "export --format=json ci", stderr, status: 1 } });
    expect((await sealErrorOf(mint(documented("aws"), folder))).message).toContain("MFA token required");
  });
});

describe("gcloud", () => {
  const helper = { args: "config config-helper --format=json" };

  test("tells the token's end in its config-helper", async () => {
    const answer = {
      configuration: { active_configuration: "default", properties: { core: { project: "p" } } },
      credential: { access_token: value, id_token: makeJwt(), token_expiry: new Date(inAnHour).toISOString() },
      sentinels: { config_sentinel: "/home/ci/.config/gcloud/config_sentinel" },
    };
    const minted = await mint(
      documented("google"),
      install({ gcloud: { ...helper, stdout: JSON.stringify(answer, null, 2) } }),
    );
    expect(isValue(minted)).toBe(true);
    expect(minted.expiresAt?.getTime()).toBe(inAnHour);
  });

  test("prints the token alone, and its warnings are shown though it did well", async () => {
    const args = "auth print-access-token";
    const stderr = `WARNING: This command is using service account impersonation. All API calls will be executed as [ci@p.example.com].\ntoken ${value}\n`;
    const minted = await mint(documented("google-plain"), install({ gcloud: { args, stdout: `${value}\n`, stderr } }));
    expect(isValue(minted)).toBe(true);
    expect(minted.expiresAt?.getTime()).toBe(now + 1_800_000);
    expect(minted.notices).toHaveLength(1);
    expect(minted.notices[0]).toMatch(
      /^The command "gcloud" of the secret it did well; it said: WARNING: This command is/,
    );
    expect(minted.notices[0]!.includes(value)).toBe(false);
  });
});

describe("az", () => {
  const args = "account get-access-token --resource https://storage.azure.com --output json";
  /** As Python's str(datetime) prints the local time: no zone, microseconds. */
  function localText(ms: number): string {
    const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString();
    return `${at.slice(0, 10)} ${at.slice(11, 19)}.000000`;
  }
  const answer = {
    accessToken: value,
    expiresOn: localText(inAnHour),
    subscription: "s",
    tenant: "t",
    tokenType: "Bearer",
  };
  const told = async (one: object) =>
    (await mint(documented("azure"), install({ az: { args, stdout: JSON.stringify(one) } }))).expiresAt?.getTime();

  test("tells its end in seconds since 1970, which is believed first", async () => {
    expect(await told({ ...answer, expiresOn: localText(inAnHour + 7_200_000), expires_on: inAnHour / 1000 })).toBe(
      inAnHour,
    );
  });

  test("of before 2.54 tells it as a local time", async () => {
    expect(await told(answer)).toBe(inAnHour);
  });

  test("may be late: an hour that is over is an error", async () => {
    const error = await sealErrorOf(told({ ...answer, expires_on: now / 1000 - 3600 }));
    expect(error.message).toContain("expired 60 minutes ago");
  });

  test("that is not logged in says so", async () => {
    const stderr = "ERROR: Please run 'az login' to setup account.\n";
    const error = await sealErrorOf(mint(documented("azure"), install({ az: { args, stderr, status: 1 } })));
    expect(error.message).toContain("it said: ERROR: Please run 'az login' to setup account.");
  });
});

describe("sops", () => {
  const args = '-d --extract ["deploy"]["token"] secrets.enc.yaml';

  test("prints the value as it is", async () => {
    expect(isValue(await mint(documented("deploy"), install({ sops: { args, stdout: value } })))).toBe(true);
  });

  test("that has no key ends with its own status", async () => {
    const stderr =
      "Failed to get the data key required to decrypt the SOPS file.\n\nGroup 0: FAILED\n  | no identity matched any of the recipients\n";
    const error = await sealErrorOf(mint(documented("deploy"), install({ sops: { args, stderr, status: 128 } })));
    expect(error.message).toContain("failed with status 128");
    expect(error.message).toContain("no identity matched");
  });
});

describe("pass", () => {
  const args = "show ci/pypi";

  test("gives the first line, or all of them", async () => {
    const folder = install({ pass: { args, stdout: `${value}\nlogin: ci\nurl: https://example.com\n` } });
    const options = documented("pypi");
    expect(isValue(await mint(options, folder))).toBe(true);
    const { field: _, ...all } = options;
    expect((await mint(all, folder)).value.exposeText().split("\n")).toHaveLength(3);
    expect((await mint({ ...options, field: "2" }, folder)).value.exposeText()).toBe("login: ci");
    for (const [field, sentence] of [
      ["9", "printed fewer lines than 9"],
      ["0", "is the number of a line"],
      ["login", "is the number of a line"],
    ] as const) {
      expect((await sealErrorOf(mint({ ...options, field }, folder))).message).toContain(sentence);
    }
  });

  test("that has no such entry says so", async () => {
    const folder = install({ pass: { args, stderr: "Error: ci/pypi is not in the password store.\n", status: 1 } });
    expect((await sealErrorOf(mint(documented("pypi"), folder))).message).toContain("is not in the password store.");
  });
});

test("a kubectl credential plugin gives its token and its end", async () => {
  const status = { token: value, expirationTimestamp: new Date(inAnHour).toISOString() };
  const stdout = JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1beta1",
    kind: "ExecCredential",
    spec: {},
    status,
  });
  const minted = await mint(
    documented("cluster"),
    install({ aws: { args: "eks get-token --cluster-name ci", stdout } }),
  );
  expect(isValue(minted)).toBe(true);
  expect(minted.expiresAt?.getTime()).toBe(inAnHour);
});

test("every program that the page shows is one that is tried here", () => {
  const here = readFileSync(import.meta.filename, "utf8");
  const shown = [...page.slice(page.indexOf("## The usual programs")).matchAll(/^ {2}([\w-]+): \{ from: exec/gm)].map(
    ([, name]) => name!,
  );
  expect(shown.length).toBeGreaterThan(9);
  expect(shown.filter((name) => !here.includes(`"${name}"`))).toEqual([]);
});
