import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { NotHere } from "../../../src/error.ts";
import { createChain } from "../../../src/identity/chain.ts";
import type { CommandOutcome, FileRead } from "../../../src/identity/host.ts";
import { createProvider } from "../../../src/identity/kind.ts";
import { createFreshness } from "../../../src/source/freshness.ts";
import { environmentForDocker } from "../../../src/source/inheritance.ts";
import { createSource, type SourceConfig } from "../../../src/source/kind/kind.ts";
import type { Minted } from "../../../src/source/source.ts";
import { createSecretStore } from "../../../src/source/store.ts";
import { fakeHost, inSeconds, makeJwt, printed } from "../identity/fake-host.ts";
import { fakeClock, fakeWatch } from "./fake-clock.ts";

/** Everything that somebody could print of something: as text, as JSON, in depth, with hidden properties. */
function everythingShown(thing: unknown): string {
  const error = thing instanceof Error ? `${thing.stack} ${thing.message} ${inspect(thing.cause, { depth: 9 })}` : "";
  return [inspect(thing, { depth: 9, showHidden: true }), JSON.stringify(thing), String(thing), `${thing}`, error].join(
    "\n",
  );
}

const canary = `9Zq${randomBytes(20).toString("hex")}`;

/** What a value may look like where it is read: right, half right, and wrong in every way. */
const jwt = makeJwt({ jti: canary });
const contents = [
  jwt,
  `${jwt}\n`,
  makeJwt({ exp: inSeconds(-7200) }),
  makeJwt({ aud: "elsewhere" }),
  makeJwt({ nbf: inSeconds(7200) }),
  canary,
  `${canary}\n`,
  `${canary}.${canary}.${canary}`,
  `${makeJwt()}${canary}`,
  JSON.stringify({ token: canary }),
  JSON.stringify({ Version: 1, AccessKeyId: canary, SecretAccessKey: canary, SessionToken: canary }),
  JSON.stringify({ Version: 1, AccessKeyId: `${canary} `, SecretAccessKey: canary }),
  JSON.stringify({ kind: "ExecCredential", status: { token: canary, expirationTimestamp: canary } }),
  `{"token": "${canary}`,
];

const outcomes: CommandOutcome[] = contents.flatMap((content): CommandOutcome[] => [
  printed(content),
  printed(content, 1, `could not use ${canary} here`),
  printed("", 2, `bad: ${content.slice(0, 300)}`),
  { kind: "too-slow", stderr: `Authorization: Bearer ${canary}` },
  { kind: "killed", signal: "SIGKILL", stderr: `token=${canary}` },
]);

const configs: SourceConfig[] = [
  { from: "irsa", tokenFile: "/t", roleArn: "arn:aws:iam::123456789012:role/ci" },
  { from: "irsa", tokenFile: "/t", roleArn: canary },
  { from: "env", name: "V" },
  { from: "file", path: "/t" },
  { from: "exec", command: ["helper", "--password", canary] },
  { from: "exec", command: ["helper", canary], format: "json", field: "token" },
  { from: "exec", command: ["helper"], format: "json" },
  { from: "exec", command: ["helper"], format: "credential-process" },
  { from: "exec", command: ["helper"], format: "kubernetes-exec" },
];

/** The values that must not be seen: the canary, and the parts of a token that hold one. */
const planted = [
  canary,
  jwt,
  ...contents.flatMap((content) => content.split("\n").filter((line) => line.length > 20)),
  ...jwt.split(".").slice(1),
];

function expectUnseen(shown: string): void {
  for (const value of planted) expect(shown.includes(value)).toBe(false);
}

test("nothing that a source gives, throws or notes shows a value, however it is printed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...configs),
      fc.constantFrom(...contents),
      fc.constantFrom(...outcomes),
      async (config, content, outcome) => {
        const file: FileRead = { kind: "read", bytes: new TextEncoder().encode(content) };
        const host = fakeHost({ environment: { V: content }, files: { "/t": file }, outcome });
        const source = createSource("it", config, host);
        const result = await source.mint().catch((error: unknown) => error);
        expectUnseen(everythingShown(result));
        if (result instanceof NotHere || result instanceof Error) return;
        const minted = result as Minted;
        expectUnseen(everythingShown([...minted.fields]));
        expectUnseen(everythingShown(structuredClone({ ...minted.notices })));
        const secrets = [minted.value];
        expectUnseen(
          everythingShown(
            environmentForDocker({
              environment: { V: content },
              secrets,
              sourceVariables: ["V"],
              userNamed: [],
              usesGithubCache: false,
            }),
          ),
        );
      },
    ),
    { numRuns: 600 },
  );
});

test("nothing that an identity or a chain gives, throws or notes shows a value", async () => {
  const identities = [
    { from: "irsa", tokenFile: "/t", roleArn: "arn:aws:iam::123456789012:role/ci" },
    { from: "env", name: "V", audience: "sts.amazonaws.com" },
    { from: "file", path: "/t", audience: "sts.amazonaws.com" },
    { from: "exec", command: ["helper", canary] },
  ] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...identities),
      fc.constantFrom(...contents),
      fc.constantFrom(...outcomes),
      async (config, content, outcome) => {
        const host = fakeHost({ environment: { V: content }, files: { "/t": content }, outcome });
        const chain = createChain([createProvider("it", config, host)]);
        expectUnseen(everythingShown(await chain({ audience: "sts.amazonaws.com" }).catch((error: unknown) => error)));
      },
    ),
    { numRuns: 400 },
  );
});

test("no event of freshness and no error of the store shows a value", async () => {
  for (const content of contents) {
    const clock = fakeClock(Date.parse("2026-03-01T12:00:00Z"));
    const host = { ...fakeHost({ outcome: printed(content) }), now: clock.now };
    const shown: unknown[] = [];
    let isFull = false;
    const store = createSecretStore({
      path: "/s",
      write: async () => {
        if (isFull) throw Object.assign(new Error("write"), { code: "ENOSPC" });
      },
    });
    const freshness = createFreshness({
      clock,
      random: Math.random,
      watch: fakeWatch().watch,
      publish: async (name, minted) => void (await store.put(name, minted.value)),
      report: (event) => shown.push(event),
    });
    const source = createSource("it", { from: "exec", command: ["helper"], ttlSeconds: 60 }, host);
    shown.push(await freshness.add("it", source).catch((error: unknown) => error));
    isFull = true;
    await clock.pass(300_000);
    await freshness.stop();
    shown.push(freshness, store);
    expectUnseen(shown.map(everythingShown).join("\n"));
  }
});
