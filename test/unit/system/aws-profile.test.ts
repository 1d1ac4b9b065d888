import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { NotHere } from "../../../src/error.ts";
import { createProfileReader } from "../../../src/system/aws-profile.ts";
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

const read = () =>
  createProfileReader({ environment: { ...process.env }, mask: (text) => text })({ signal: undefined });
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
