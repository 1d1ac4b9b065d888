import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { NotHere } from "../../../src/error.ts";
import type { Send } from "../../../src/identity/exchange/exchange.ts";
import { createProfileReader } from "../../../src/system/aws-profile.ts";
import { createSend } from "../../../src/system/exchange.ts";
import { scratch } from "./scratch.ts";

/** The SDK reads this process's own variables: those of the machine that the tests run on must not count. */
const before = { ...process.env };
let asked = 0;
let folder = "";
const path = (name: string) => join(folder, name);

beforeEach(async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  folder = scratch();
  process.env["AWS_SHARED_CREDENTIALS_FILE"] = path("credentials");
  process.env["AWS_CONFIG_FILE"] = path("config");
  asked = 0;
  const node = createServer((_, response) => {
    asked++;
    response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(node, "listening");
  onTestFinished(() => void node.close());
  process.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  for (const [name, value] of Object.entries(before)) if (name.startsWith("AWS_")) process.env[name] = value;
});

const read = (send: Send = createSend(process.env)) =>
  createProfileReader({ environment: { ...process.env }, mask: (text) => text }, send)({ signal: undefined });
const key = () => randomBytes(20).toString("hex");

test("a profile's keys are read, and read anew at each asking", async () => {
  for (const secret of [key(), key()]) {
    writeFileSync(path("credentials"), `[default]\naws_access_key_id = AKIAX\naws_secret_access_key = ${secret}\n`);
    const found = await read();
    expect(found).toMatchObject({ accessKeyId: "AKIAX", sessionToken: undefined });
    expect((found as { secretAccessKey?: string }).secretAccessKey === secret).toBe(true);
  }
  expect(asked).toBe(0);
});

test("a process of a profile that AWS_PROFILE names is run, with its session's end", async () => {
  const answer = {
    Version: 1,
    AccessKeyId: "ASIAX",
    SecretAccessKey: key(),
    SessionToken: key(),
    Expiration: "2100-01-01T00:00:00Z",
  };
  writeFileSync(path("answer"), JSON.stringify(answer));
  writeFileSync(path("config"), `[profile ci]\ncredential_process = cat ${path("answer")}\n`);
  process.env["AWS_PROFILE"] = "ci";
  expect(await read()).toMatchObject({ accessKeyId: "ASIAX", expiresAt: new Date(answer.Expiration) });
});

test("with an empty HOME no profile of the folder that one is in is taken", async () => {
  const [home, here] = [process.env["HOME"], process.cwd()];
  onTestFinished(() => {
    process.env["HOME"] = home;
    process.chdir(here);
  });
  mkdirSync(path(".aws"));
  writeFileSync(path(".aws/config"), `[default]\ncredential_process = touch ${path("was-run")}\n`);
  delete process.env["AWS_CONFIG_FILE"];
  delete process.env["AWS_SHARED_CREDENTIALS_FILE"];
  process.env["HOME"] = "";
  process.chdir(folder);
  await read();
  expect(existsSync(path("was-run"))).toBe(false);
});

test("where there is no profile the node's role is not asked, unless that is said", async () => {
  const none = await read();
  expect(none).toBeInstanceOf(NotHere);
  expect((none as NotHere).reason).toMatch(/^the profile default gives none/);
  expect(asked).toBe(0);
  process.env["AWS_EC2_METADATA_DISABLED"] = "false";
  expect(await read()).toBeInstanceOf(NotHere);
  expect(asked).toBeGreaterThan(0);
});

test("a process that fails is told without its command or what it printed", async () => {
  const secret = key();
  writeFileSync(path("config"), `[default]\ncredential_process = sh -c "echo ${secret} >&2; exit 1"\n`);
  const none = (await read()) as NotHere;
  expect(none).toBeInstanceOf(NotHere);
  expect(none.reason.includes(secret)).toBe(false);
});

const isoDate = "2100-01-01T00:00:00Z";

test("a role that a profile assumes is asked for by what sends for us: through proxies, if there are any", async () => {
  const [secret, token] = [key(), key()];
  writeFileSync(
    path("config"),
    "[default]\nrole_arn = arn:aws:iam::123456789012:role/ci\nsource_profile = base\nregion = us-west-2\n",
  );
  writeFileSync(path("credentials"), `[base]\naws_access_key_id = AKIAX\naws_secret_access_key = ${key()}\n`);
  const asked: string[] = [];
  const answer = `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAX</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>${isoDate}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  const found = await read(async ({ url, method, headers, body }) => {
    asked.push(`${method} ${url.host} ${new URLSearchParams(new TextDecoder().decode(body)).get("RoleArn")}`);
    expect(headers["authorization"] ?? headers["Authorization"]).toContain("AKIAX");
    return { status: 200, header: () => "text/xml", body: new TextEncoder().encode(answer) };
  });
  expect(asked).toEqual(["POST sts.us-west-2.amazonaws.com arn:aws:iam::123456789012:role/ci"]);
  expect(found).toMatchObject({ accessKeyId: "ASIAX", expiresAt: new Date(isoDate) });
  expect((found as { secretAccessKey?: string }).secretAccessKey === secret).toBe(true);
});

test("so is what SSO gives for the login that is on the machine", async () => {
  const secret = key();
  const home = process.env["HOME"];
  onTestFinished(() => {
    process.env["HOME"] = home;
  });
  process.env["HOME"] = folder;
  writeFileSync(
    path("config"),
    "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ci\n[sso-session corp]\nsso_region = us-west-2\nsso_start_url = https://corp.awsapps.com/start\n",
  );
  const cache = join(folder, ".aws/sso/cache");
  mkdirSync(cache, { recursive: true });
  const login = {
    accessToken: key(),
    expiresAt: isoDate,
    region: "us-west-2",
    startUrl: "https://corp.awsapps.com/start",
  };
  writeFileSync(join(cache, `${createHash("sha1").update("corp").digest("hex")}.json`), JSON.stringify(login));
  const asked: string[] = [];
  const roleCredentials = {
    accessKeyId: "ASIAX",
    secretAccessKey: secret,
    sessionToken: key(),
    expiration: Date.parse(isoDate),
  };
  const found = await read(async ({ url, method }) => {
    asked.push(`${method} ${url.host}${url.pathname} ${url.searchParams.get("role_name")}`);
    return {
      status: 200,
      header: () => "application/json",
      body: new TextEncoder().encode(JSON.stringify({ roleCredentials })),
    };
  });
  expect(asked).toEqual(["GET portal.sso.us-west-2.amazonaws.com/federation/credentials ci"]);
  expect(found).toMatchObject({ accessKeyId: "ASIAX", expiresAt: new Date(isoDate) });
});
