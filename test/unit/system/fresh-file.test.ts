import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import type { FreshnessEvent } from "../../../src/source/event.ts";
import { createFreshness } from "../../../src/source/freshness.ts";
import { createSource } from "../../../src/source/kind/kind.ts";
import { createRunCommand } from "../../../src/system/child.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { readFileWithin } from "../../../src/system/file.ts";
import { openSecretStore } from "../../../src/system/secret-store.ts";
import { watchPaths } from "../../../src/system/watch.ts";
import { fakeHost, makeJwt } from "../identity/fake-host.ts";
import { scratch, until } from "./scratch.ts";

/** The parts as a build puts them together, over the real file system and clock. */
async function build(environment: Record<string, string>) {
  const events: FreshnessEvent[] = [];
  const store = await openSecretStore({ environment: process.env, notice: () => {} });
  const freshness = createFreshness({
    clock: systemClock,
    random: Math.random,
    watch: watchPaths,
    publish: async (name, minted) => void (await store.put(name, minted.value)),
    late: () => {},
    report: (event) => events.push(event),
  });
  onTestFinished(async () => {
    await freshness.stop();
    await store.close();
  });
  const run = createRunCommand({ ...process.env, ...environment }, store);
  const host = {
    ...fakeHost(),
    environment,
    readFile: readFileWithin,
    run,
    now: Date.now,
    mask: (text: string) => text,
  };
  return { events, store, freshness, host };
}

const token = (lifeSeconds: number) => {
  const seconds = Math.floor(Date.now() / 1000);
  return makeJwt({ iat: seconds, exp: seconds + lifeSeconds });
};

test("a projected token that the kubelet swaps is in the step's file within two seconds", async () => {
  const volume = scratch();
  let version = 0;
  const swap = (content: string): void => {
    version++;
    mkdirSync(`${volume}/..v${version}`);
    writeFileSync(`${volume}/..v${version}/token`, content);
    symlinkSync(`..v${version}`, `${volume}/..data_tmp`);
    renameSync(`${volume}/..data_tmp`, `${volume}/..data`);
    if (version > 1) rmSync(`${volume}/..v${version - 1}`, { recursive: true });
  };
  const first = token(600);
  swap(first);
  symlinkSync("..data/token", `${volume}/token`);
  const environment = {
    AWS_WEB_IDENTITY_TOKEN_FILE: `${volume}/token`,
    AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci",
  };
  const { store, freshness, host, events } = await build(environment);
  await freshness.add("aws-web-identity-token", createSource("aws-web-identity-token", { from: "irsa" }, host));
  const path = store.pathOf("aws-web-identity-token");
  expect(readFileSync(path, "utf8")).toBe(first);
  for (let turn = 0; turn < 2; turn++) {
    const next = token(600);
    swap(next);
    await until(() => readFileSync(path, "utf8") === next);
  }
  expect(events.map(({ kind }) => kind)).toEqual(["renewed", "renewed"]);
});

test("a token of three seconds that a command prints is fresh at every moment", async () => {
  const directory = scratch();
  const program = `const s = Date.now() / 1000; const part = (v) => Buffer.from(JSON.stringify(v)).toString("base64url"); console.log([part({ alg: "RS256" }), part({ iat: s, exp: s + 3 }), part(Math.random())].join("."))`;
  writeFileSync(`${directory}/mint.cjs`, program);
  const { store, freshness, host, events } = await build({});
  const source = createSource("it", { from: "exec", command: [process.execPath, `${directory}/mint.cjs`] }, host);
  await freshness.add("it", source);
  const endOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split(".")[1]!, "base64url").toString()).exp * 1000;
  const endMs = Date.now() + 5000;
  while (Date.now() < endMs) {
    expect(endOf(readFileSync(store.pathOf("it"), "utf8")) - Date.now()).toBeGreaterThan(1000);
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(events.length).toBeGreaterThanOrEqual(3);
  expect(events.every(({ kind }) => kind === "renewed")).toBe(true);
});
