import { describe, expect, test } from "vitest";
import { type IssueAsk, issueSecrets } from "../../../../src/cli/secret/issue.ts";
import { NotHere } from "../../../../src/error.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import type { SourceConfig } from "../../../../src/source/kind/kind.ts";
import { sealErrorOf } from "../../identity/fake-host.ts";
import { createForge, fromForge } from "./forge.ts";

/** A build's issuing, with what was said, what is to be done before an exit, and the store's content. */
function issue(secrets: Record<string, SourceConfig>, forge = createForge(), more: Partial<IssueAsk> = {}) {
  const said: string[] = [];
  const deeds: (() => Promise<unknown>)[] = [];
  const stored = new Map<string, string>();
  const issued = issueSecrets({
    contents: new Map(Object.keys(secrets).map((secret) => [secret, { kind: "secret", secret }])),
    wanted: new Map(Object.keys(secrets).map((name) => [name, { optional: false, source: undefined }])),
    config: { version: 1, secrets } as IssueAsk["config"],
    policy: [],
    requireIdentity: false,
    allowExec: false,
    place: { host: forge.host, fork: undefined, missingRole: async () => new NotHere("no role", "Set one") },
    store: async () => ({
      put: async (id, value) => {
        stored.set(id, typeof value === "string" ? value : value.exposeText());
        return id;
      },
    }),
    mask: createMask(),
    say: (sentence) => said.push(sentence),
    report: () => {},
    announce: () => {},
    beforeExit: (deed) => deeds.push(deed),
    ...more,
  });
  issued.catch(() => {});
  const exit = () => Promise.all(deeds.map((deed) => deed()));
  return { issued, said, stored, exit };
}

const untilShown = /^warning: secret forge was not revoked: .*status 500.* It lives until 2\d{3}-\d\d-\d\dT/;

describe("the end of what was issued", () => {
  test("is told by nobody where all of it could be revoked", async () => {
    const forge = createForge();
    const { issued, said, stored } = issue({ forge: fromForge }, forge);
    const { end } = await issued;
    expect([...forge.living]).toEqual([stored.get("forge")]);
    expect(await end()).toEqual([{ name: "forge", end: "revoked" }]);
    expect([forge.living.size, said]).toEqual([0, []]);
  });

  test("says once what could not be revoked, however often it is asked for", async () => {
    const { issued, said } = issue({ forge: fromForge }, createForge({ deaf: true }));
    const { end } = await issued;
    await Promise.all([end(), end()]);
    expect(said).toEqual([expect.stringMatching(untilShown)]);
  });

  test("says it where another source fails", async () => {
    const { issued, said } = issue(
      { forge: fromForge, gone: { from: "file", path: "/nowhere" } },
      createForge({ deaf: true }),
    );
    await sealErrorOf(issued);
    expect(said).toEqual([expect.stringMatching(untilShown)]);
  });

  test("says it where a signal ends the process", async () => {
    const { issued, said, exit } = issue({ forge: fromForge }, createForge({ deaf: true }));
    await issued;
    await exit();
    expect(said).toEqual([expect.stringMatching(untilShown)]);
  });

  test("has what comes while it waits ended too", async () => {
    const arrived = Promise.withResolvers<void>();
    const forge = createForge({ held: () => arrived.promise });
    const { issued, exit } = issue({ forge: fromForge }, forge);
    await expect.poll(() => forge.living.size).toBe(1);
    const over = exit();
    arrived.resolve();
    await over;
    await sealErrorOf(issued);
    expect(forge.living.size).toBe(0);
  });
});

describe("a secret that nothing comes of", () => {
  const none = { irsa: { from: "irsa" } } as const;
  const fork = "this is GitHub's pull_request event for a pull request from evil/app";

  test("lacks an identity", async () => {
    const { message, remedy } = await sealErrorOf(issue(none).issued);
    expect(message).toMatch(/^There is no identity for secret irsa: irsa: neither /);
    expect(remedy).toBe("Give the job one, or take the grant out");
  });

  test("lacks a role, where a recipe would take a session with one", async () => {
    const wanted = new Map([["irsa", { optional: true, source: none.irsa, lacksRole: true as const }]]);
    const { leftOut } = await issue({}, createForge(), { wanted }).issued;
    expect(leftOut.get("irsa")).toMatchObject({ reason: "no role", remedy: "Set one" });
    const { message, remedy } = await sealErrorOf(issue({}, createForge(), { wanted, requireIdentity: true }).issued);
    expect([message, remedy]).toEqual([
      "Secret irsa is not given: no role",
      "Set one, or leave out --seal-require-identity to go on without it",
    ]);
  });

  test("is not given to a fork, whatever it is had from", async () => {
    const place = { host: createForge().host, fork, missingRole: async () => new NotHere("") };
    const { code, message, remedy } = await sealErrorOf(
      issue({ token: { from: "env", name: "TOKEN" } }, createForge(), { place }).issued,
    );
    expect([code, message]).toEqual(["IDENTITY", `Secret token is not given: ${fork}, and it gets none`]);
    expect(remedy).toBe("Build it again from a branch of your own, or take the grant out");
  });
});
