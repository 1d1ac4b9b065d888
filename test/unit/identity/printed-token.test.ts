import { describe, expect, test } from "vitest";
import type { NotHere } from "../../../src/error.ts";
import { createBuildkiteProvider } from "../../../src/identity/buildkite.ts";
import { createCircleciProvider } from "../../../src/identity/circleci.ts";
import { createExecProvider } from "../../../src/identity/exec.ts";
import type { CommandOutcome } from "../../../src/identity/host.ts";
import { type Identity, NotSetUp, OtherAudience } from "../../../src/identity/identity.ts";
import { fakeHost, inSeconds, makeJwt, printed, sealErrorOf } from "./fake-host.ts";

const sts = "sts.amazonaws.com";
let minted = 0;

/** As buildkite-agent reads its flags (`--name value`), and makes a token for the audience; an unknown flag is an error. */
function agent(command: readonly string[]): CommandOutcome {
  const [program, ...words] = command;
  if (program !== "buildkite-agent" || words.splice(0, 2).join(" ") !== "oidc request-token") {
    return { kind: "not-found" };
  }
  const flags = new Map<string, string>();
  while (words.length > 0) flags.set(words.shift()!, words.shift() ?? "");
  const unknown = [...flags.keys()].filter((flag) => flag !== "--audience" && flag !== "--lifetime");
  if (unknown.length > 0) return printed("", 1, `flag provided but not defined: ${unknown.join(", ")}\n`);
  const lifetime = Number(flags.get("--lifetime") ?? 300);
  const aud = flags.get("--audience") ?? "https://buildkite.com/acme";
  return printed(`${makeJwt({ aud, exp: inSeconds(lifetime), jti: String(++minted) })}\n`);
}

/** As CircleCI's: `--claims` is JSON, of which only `aud` can be set. */
function circleci(command: readonly string[]): CommandOutcome {
  if (command.slice(0, 5).join(" ") !== "circleci run oidc get --claims") return printed("", 255, "unknown command\n");
  const claims = JSON.parse(command[5] ?? "") as Record<string, unknown>;
  if (Object.keys(claims).join() !== "aud") return printed("", 255, "only aud can be set\n");
  return printed(makeJwt({ ...claims, exp: inSeconds(3600), jti: String(++minted) }));
}

function machine(environment: Record<string, string>, run: (command: readonly string[]) => CommandOutcome) {
  const host = fakeHost({ environment });
  const commands: (readonly string[])[] = [];
  return {
    ...host,
    commands,
    run: async ({ command }: { readonly command: readonly string[] }) => {
      commands.push(command);
      return run(command);
    },
  };
}

const reasonOf = (answer: unknown) => ({ isNear: answer instanceof NotSetUp, reason: (answer as NotHere).reason });

describe("the identity of a Buildkite job", () => {
  const job = { BUILDKITE: "true", BUILDKITE_AGENT_ACCESS_TOKEN: "right" };

  test("is what its agent prints for the audience, asked for at each call", async () => {
    const host = machine(job, agent);
    const provide = createBuildkiteProvider("bk", {}, host);
    const first = (await provide({ audience: sts })) as Identity;
    const second = (await provide({ audience: "https://huggingface.co" })) as Identity;
    expect(first).toMatchObject({ from: "buildkite", audience: [sts], renewal: "mint", notices: [] });
    expect(second.token.equals(first.token)).toBe(false);
    expect(host.commands).toEqual([
      ["buildkite-agent", "oidc", "request-token", "--audience", sts],
      ["buildkite-agent", "oidc", "request-token", "--audience", "https://huggingface.co"],
    ]);
  });

  test("lives as long as is configured, and is for the organization where nobody names an audience", async () => {
    const identity = await createBuildkiteProvider("bk", { lifetimeSeconds: 900 }, machine(job, agent))({});
    expect(identity).toMatchObject({
      audience: ["https://buildkite.com/acme"],
      expiresAt: new Date(inSeconds(900) * 1000),
    });
  });

  test("is not there elsewhere, nor where the agent is out of reach: each has its reason", async () => {
    const why = async (environment: Record<string, string>, run = agent) =>
      reasonOf(await createBuildkiteProvider("bk", {}, machine(environment, run))({ audience: sts }));
    expect(await why({})).toEqual({ isNear: false, reason: "BUILDKITE is not set" });
    const tokenless = await why({ BUILDKITE: "true" });
    expect(tokenless.isNear).toBe(true);
    expect(tokenless.reason).toContain("BUILDKITE_AGENT_ACCESS_TOKEN is not set");
    const absent = await why(job, () => ({ kind: "not-found" }));
    expect(absent.isNear).toBe(true);
    expect(absent.reason).toContain("buildkite-agent is not on PATH");
  });

  test("is an error where the agent fails, with what it said but not what it holds", async () => {
    const failing = machine({ ...job, BUILDKITE_AGENT_ACCESS_TOKEN: "bkaj-secretright" }, () =>
      printed("", 1, "fatal: 401 Unauthorized for bkaj-secretright\n"),
    );
    const error = await sealErrorOf(createBuildkiteProvider("bk", {}, failing)({ audience: sts }));
    expect(error.message).toContain('The command "buildkite-agent" failed with status 1');
    expect(error.message).toContain("401 Unauthorized");
    expect(error.message).not.toContain("secretright");
  });
});

describe("the identity of a CircleCI job", () => {
  const own = makeJwt({ aud: "0f4a9e5c-org", iss: "https://oidc.circleci.com/org/0f4a9e5c-org" });
  const job = { CIRCLECI: "true", CIRCLE_OIDC_TOKEN_V2: own };
  const absent = (): CommandOutcome => ({ kind: "not-found" });
  const ask = (environment: Record<string, string>, run: typeof circleci, audience?: string) =>
    createCircleciProvider("cc", {}, machine(environment, run))({ audience });

  test("is what `circleci run oidc get` prints for the audience, asked for at each call", async () => {
    const host = machine(job, circleci);
    const provide = createCircleciProvider("cc", { audience: 'a"b' }, host);
    expect(await provide({ audience: sts })).toMatchObject({ audience: [sts], renewal: "mint", from: "circleci" });
    expect(await provide({})).toMatchObject({ audience: ['a"b'] });
    expect(host.commands.map((command) => command[5])).toEqual([`{"aud":"${sts}"}`, '{"aud":"a\\"b"}']);
  });

  test("is the job's own token where nobody names an audience, which stays as it is", async () => {
    const identity = (await ask(job, circleci)) as Identity;
    expect(identity).toMatchObject({ from: "circleci", renewal: "never", audience: ["0f4a9e5c-org"] });
    expect(identity.token.exposeText() === own).toBe(true);
  });

  test("is the job's own token too where the command is missing and the audience happens to fit", async () => {
    expect(await ask(job, absent, "0f4a9e5c-org")).toMatchObject({ renewal: "never" });
    const other = (await ask(job, absent, sts)) as OtherAudience;
    expect(other).toBeInstanceOf(OtherAudience);
    expect(other.error.remedy).toContain("`circleci` command");
  });

  test("is not there elsewhere, nor without both: each has its reason", async () => {
    expect(reasonOf(await ask({}, circleci, sts))).toEqual({ isNear: false, reason: "CIRCLECI is not set" });
    const none = reasonOf(await ask({ CIRCLECI: "true" }, absent, sts));
    expect(none.isNear).toBe(true);
    expect(none.reason).toContain("circleci is not on PATH");
    expect(none.reason).toContain("nor is CIRCLE_OIDC_TOKEN_V2 set");
    expect(reasonOf(await ask({ CIRCLECI: "true" }, circleci)).reason).toContain("CIRCLE_OIDC_TOKEN_V2 is not set");
  });

  test("is an error where the command fails: its token is then not taken for another", async () => {
    const error = await sealErrorOf(ask(job, () => printed("", 1, "no context\n"), "0f4a9e5c-org"));
    expect(error.message).toContain('The command "circleci" failed with status 1; it said: no context');
  });

  test("is an error where its time is over", async () => {
    const late = makeJwt({ exp: inSeconds(-7200) });
    const error = await sealErrorOf(ask({ CIRCLECI: "true", CIRCLE_OIDC_TOKEN_V2: late }, circleci));
    expect(error.remedy).toContain("`audience:`");
  });
});

describe("an identity that a command of the user's prints", () => {
  test("is an error where the command is missing: it was asked for by name", async () => {
    const provide = createExecProvider("x", { command: ["vault", "read"] }, fakeHost());
    expect((await sealErrorOf(provide({}))).message).toBe('The command "vault" is not on this machine\'s PATH.');
  });
});
