import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Machine } from "../../../../src/cli/machine.ts";
import { openSourceHost } from "../../../../src/cli/secret/source-host.ts";
import { NotHere } from "../../../../src/error.ts";
import type { Policy } from "../../../../src/grant/policy.ts";
import type { IdentityConfig } from "../../../../src/identity/kind.ts";
import { makeJwt, sealErrorOf } from "../../identity/fake-host.ts";

type Ask = {
  readonly environment?: Record<string, string>;
  readonly policy?: Policy;
  readonly identities?: Record<string, IdentityConfig>;
  readonly event?: string;
};

const open = ({ environment = {}, policy = [], identities = {}, event }: Ask) =>
  openSourceHost({
    machine: { environment, now: Date.now } as unknown as Machine,
    mask: (text) => text,
    policy,
    identities,
    run: async () => ({ kind: "not-found" }),
    readText: async () => event,
  });

const seconds = Math.floor(Date.now() / 1000);
const token = (): string => makeJwt({ iat: seconds, exp: seconds + 600, jti: randomUUID() });

describe("an identity", () => {
  const environment = { MY_TOKEN: token() };
  const identities: Record<string, IdentityConfig> = { mine: { from: "env", name: "MY_TOKEN" } };

  test("is found by its name in the configuration", async () => {
    const { host } = await open({ environment, identities });
    const found = await host.identity("mine")({});
    expect(found).toMatchObject({ from: "env", token: { name: "identity-mine" } });
  });

  test("can be named by its kind where that needs no keys", async () => {
    const { host } = await open({});
    expect(await host.identity("irsa")({})).toBeInstanceOf(NotHere);
  });

  test.each([{}, { AWS_WEB_IDENTITY_TOKEN_FILE: "" }])(
    "is not a pod's where there is a role alone, which another identity may assume; by name it is half of one (%#)",
    async (more) => {
      const { host } = await open({ environment: { AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci", ...more } });
      const none = await host.identity(undefined)({});
      expect((none as NotHere).reason).toContain("irsa: AWS_WEB_IDENTITY_TOKEN_FILE is not set (AWS_ROLE_ARN is)");
      expect((await sealErrorOf(host.identity("irsa")({}))).code).toBe("IDENTITY");
    },
  );

  test("that is not there is an error with the nearest name", async () => {
    const { host } = await open({ identities });
    const error = await sealErrorOf((async () => host.identity("mime"))());
    expect([error.code, error.message, error.remedy]).toEqual([
      "GRANT",
      "There is no identity `mime`",
      "Did you mean `mine`?",
    ]);
    expect((await sealErrorOf((async () => host.identity("toString"))())).code).toBe("GRANT");
  });

  test("of a kind that the policy does not allow is refused by name, and passed over where none is named", async () => {
    const policy: Policy = [{ path: "/p", file: { version: 1, identities: ["github"] } }];
    const { host } = await open({ environment, identities, policy });
    expect((await sealErrorOf((async () => host.identity("mine"))())).code).toBe("POLICY");
    const none = await host.identity(undefined)({});
    expect(none).toBeInstanceOf(NotHere);
    expect((none as NotHere).reason).toContain("irsa: the policy /p does not allow it");
  });
});

test("a credential goes to a host that is not built in only where a policy lists it", async () => {
  const ask = {
    url: "https://issuer.invalid/",
    namedBy: "configuration",
    purpose: "nosana",
    limitMs: 1000,
  } as const;
  const { host } = await open({});
  expect((await sealErrorOf(host.exchange(ask))).message).toContain("issuer.invalid, which is neither built in");
});

describe("whose code the job runs", () => {
  const pullRequest = (head: string) =>
    JSON.stringify({ pull_request: { head: { repo: { full_name: head } }, base: { repo: { full_name: "a/b" } } } });
  const environment = { GITHUB_EVENT_NAME: "pull_request", GITHUB_EVENT_PATH: "/event", GITHUB_REPOSITORY: "a/b" };

  test("is known by its event", async () => {
    expect((await open({})).host.trust).toBe("full");
    const own = await open({ environment, event: pullRequest("a/b") });
    expect([own.host.trust, own.fork]).toEqual(["pull-request", undefined]);
    const fork = await open({ environment, event: pullRequest("x/b") });
    expect([fork.host.trust, fork.fork]).toEqual(["fork", expect.stringContaining("from x/b")]);
  });
});
