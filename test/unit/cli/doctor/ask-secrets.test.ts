import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { askSecrets, type SecretsAsk } from "../../../../src/cli/doctor/ask-secrets.ts";
import { NotHere, SealError } from "../../../../src/error.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import type { SourceConfig } from "../../../../src/source/kind/kind.ts";
import type { Minted } from "../../../../src/source/source.ts";
import { fakeHost } from "../../identity/fake-host.ts";

const value = randomBytes(20).toString("hex");

async function ask(source: SourceConfig | undefined, more: Partial<SecretsAsk> = {}) {
  const host = fakeHost({ environment: { TOKEN: value } });
  const mask = createMask();
  const issued: [string, Minted][] = [];
  const follows: string[] = [];
  const [asked] = await askSecrets({
    wanted: new Map([["token", { optional: false, source }]]),
    policy: [],
    allowExec: false,
    dryRun: false,
    fork: undefined,
    host,
    mask,
    lending: {
      end: new AbortController().signal,
      follow: (name, followed) => {
        follows.push(name);
        return followed;
      },
      take: (name, minted) => issued.push([name, minted]),
    },
    missingRole: async () => new NotHere("there is no role"),
    ...more,
  });
  return { asked: asked!, host, mask, issued, follows };
}

const fromEnv = { from: "env", name: "TOKEN" } as const;
const fromCommand = { from: "exec", command: ["echo", "x"] } as const;
const fromHub = { from: "huggingface", resource: "acme/model" } as const;

describe("asking for a secret", () => {
  test("has it, tells of it at once, also where it comes late, and masks it", async () => {
    const { issued, mask, follows } = await ask(fromEnv);
    expect([issued.map(([name]) => name), follows]).toEqual([["token"], ["token"]]);
    expect(mask.text(`it is ${value}`)).toBe("it is [secret token]");
  });

  test("in a dry run reads what is here, and asks nobody else", async () => {
    expect((await ask(fromEnv, { dryRun: true })).issued).toHaveLength(1);
    const { asked, host } = await ask(fromHub, { dryRun: true });
    expect(asked.answer).toBe("not-asked");
    expect(host.requests).toEqual([]);
  });

  test("runs no command of a checkout's that nobody allowed, in a dry run neither", async () => {
    for (const dryRun of [true, false]) {
      const { asked, host } = await ask(fromCommand, { dryRun });
      expect(asked.answer).toBeInstanceOf(SealError);
      expect(host.commands).toEqual([]);
    }
    expect((await ask(fromCommand, { allowExec: true })).host.commands).toHaveLength(1);
  });

  test("asks for nothing in a fork's pull request", async () => {
    const { asked, issued } = await ask(fromEnv, { fork: "this is a pull request from x/y" });
    expect(asked.answer).toBeInstanceOf(NotHere);
    expect(issued).toEqual([]);
  });

  test("of a recipe that nothing declares is an error with the name to declare", async () => {
    const { asked } = await ask(undefined);
    expect(asked.answer).toMatchObject({ code: "GRANT", remedy: expect.stringContaining("Declare token") });
  });
});
