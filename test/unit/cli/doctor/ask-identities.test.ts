import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { askIdentities, type IdentitiesAsk } from "../../../../src/cli/doctor/ask-identities.ts";
import { NotHere } from "../../../../src/error.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import { answered, fakeHost, makeJwt } from "../../identity/fake-host.ts";

const onGithub = {
  GITHUB_ACTIONS: "true",
  ACTIONS_ID_TOKEN_REQUEST_URL: "https://pipelines.actions.githubusercontent.com/token?api-version=2",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: randomBytes(20).toString("hex"),
};
const identities = { mine: { from: "env", name: "MY_TOKEN" }, sh: { from: "exec", command: ["op", "token"] } } as const;

async function ask(more: Partial<IdentitiesAsk> = {}) {
  const token = makeJwt();
  const host = fakeHost({
    environment: { ...onGithub, MY_TOKEN: token },
    answer: () => answered(200, { value: token }),
  });
  const asked = await askIdentities({
    ...{ identities, policy: [], allowExec: true, dryRun: false, fork: undefined, host, mask: createMask() },
    ...more,
  });
  return { host, answers: Object.fromEntries(asked.map(({ name, answer }) => [name, answer])) };
}

describe("who the job is", () => {
  test("is asked of servers and commands", async () => {
    const { host, answers } = await ask();
    expect([host.requests.length, host.commands.length]).toEqual([1, 1]);
    expect(answers["github"]).toMatchObject({ from: "github" });
  });

  test("is in a dry run what is there: no server is asked and no command is run", async () => {
    const { host, answers } = await ask({ dryRun: true });
    expect([host.requests.length, host.commands.length]).toEqual([0, 0]);
    expect(answers).toMatchObject({ github: "not-asked", sh: "not-asked", mine: { from: "env" } });
    // of another platform it is known without asking
    expect(answers["gitlab"]).toBeInstanceOf(NotHere);
  });

  test("is not asked in a fork's pull request, unless every policy lets it have what only reads", async () => {
    const fork = "this is a pull request from x/y";
    const { host, answers } = await ask({ fork });
    expect([host.requests.length, host.commands.length]).toEqual([0, 0]);
    for (const answer of Object.values(answers)) expect(answer).toBeInstanceOf(NotHere);
    const policy = [{ path: "/p", file: { version: 1 as const, forks: "read-only" as const } }];
    expect((await ask({ fork, policy })).host.requests).toHaveLength(1);
  });
});
