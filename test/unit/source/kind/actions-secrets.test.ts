import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { SealError } from "../../../../src/error.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import { environmentForDocker } from "../../../../src/source/inheritance.ts";
import { createActionsSecretsSource } from "../../../../src/source/kind/actions-secrets.ts";
import { sourceSchema } from "../../../../src/source/kind/schema.ts";
import { type Minted, secretsOf, type Trust } from "../../../../src/source/source.ts";
import { fakeHost, inSeconds, makeJwt, now, sealErrorOf } from "../../identity/fake-host.ts";

const make = () => randomBytes(12).toString("hex");
const [npm, pypi, github] = [make(), make(), make()];
const all = { NPM_TOKEN: npm, PYPI_TOKEN: pypi, github_token: github };
const hosted = { GITHUB_ACTIONS: "true", RUNNER_ENVIRONMENT: "github-hosted" };
const withAll = (secrets: unknown = all) => ({ ...hosted, ALL_SECRETS: JSON.stringify(secrets, null, 2) });

const source = (names: readonly string[], environment: Record<string, string>, trust: Trust = "full") =>
  createActionsSecretsSource("it", { names }, fakeHost({ environment, trust }));
const mint = async (names: readonly string[], environment: Record<string, string>, trust?: Trust) =>
  (await source(names, environment, trust).mint()) as Minted;
const refused = (names: readonly string[], environment: Record<string, string>, trust?: Trust): Promise<SealError> =>
  sealErrorOf(mint(names, environment, trust));

describe("the source actions-secrets", () => {
  test("gives one secret as it is, under its variable's name too", async () => {
    const minted = await mint(["NPM_TOKEN"], withAll());
    expect(minted.value.exposeText() === npm).toBe(true);
    expect([...minted.fields.keys()]).toEqual(["SECRET_NPM_TOKEN"]);
    expect(minted).toMatchObject({ reach: "NPM_TOKEN", notices: [] });
    expect(source(["NPM_TOKEN"], {})).toMatchObject({ renewal: "never", watch: [] });
  });

  test("gives several as fields, and as one JSON object", async () => {
    const minted = await mint(["NPM_TOKEN", "PYPI_TOKEN"], withAll());
    const whole = JSON.parse(minted.value.exposeText());
    expect(Object.keys(whole)).toEqual(["SECRET_NPM_TOKEN", "SECRET_PYPI_TOKEN"]);
    expect(whole.SECRET_PYPI_TOKEN === pypi).toBe(true);
    expect([...minted.fields].map(([field, value]) => [field, value instanceof Secret ? value.name : ""])).toEqual([
      ["SECRET_NPM_TOKEN", "it-SECRET_NPM_TOKEN"],
      ["SECRET_PYPI_TOKEN", "it-SECRET_PYPI_TOKEN"],
    ]);
    expect(secretsOf(minted)).toHaveLength(3);
  });

  test("gives none that was not named", async () => {
    const minted = await mint(["NPM_TOKEN"], withAll());
    expect(secretsOf(minted).some((secret) => [pypi, github].includes(secret.exposeText()))).toBe(false);
    expect(sourceSchema.safeParse({ from: "actions-secrets", names: [] }).success).toBe(false);
    expect(sourceSchema.safeParse({ from: "actions-secrets" }).success).toBe(false);
    expect(sourceSchema.safeParse({ from: "actions-secrets", names: ["A B"] }).success).toBe(false);
  });

  test("reads variables, upper case and with underscores for hyphens", async () => {
    const minted = await mint(["deploy-key"], { ...hosted, SECRET_DEPLOY_KEY: npm });
    expect(minted.value.exposeText() === npm).toBe(true);
    expect((await mint(["NPM_TOKEN"], { ...withAll(), SECRET_NPM_TOKEN: npm })).fields.size).toBe(1);
  });

  test("keeps a value with line breaks, quotes and marks of its own byte for byte", async () => {
    const odd = `-----BEGIN KEY-----\n${make()}\n'"\\$(x)é\n-----END KEY-----\n`;
    const minted = await mint(["KEY", "NPM_TOKEN"], withAll({ ...all, KEY: odd }));
    expect(JSON.parse(minted.value.exposeText()).SECRET_KEY === odd).toBe(true);
    expect(minted.notices).toEqual([]);
  });

  test("says that a value of one line ends with a break", async () => {
    const { notices } = await mint(["NPM_TOKEN"], withAll({ NPM_TOKEN: `${npm}\n` }));
    expect(notices).toEqual([expect.stringContaining("secret NPM_TOKEN ends with a line break")]);
  });

  test("knows the end of a JWT, and that one is over", async () => {
    const both = { A: makeJwt(), B: makeJwt({ exp: inSeconds(60) }) };
    expect((await mint(["A", "B"], withAll(both))).expiresAt?.getTime()).toBe(now + 60_000);
    const over = { A: makeJwt({ exp: inSeconds(-7200) }) };
    expect((await refused(["A"], withAll(over))).message).toContain("secret A gives a token that expired 2 hours ago");
  });
});

describe("a secret that is not there as it was named", () => {
  test.each([
    ["missing", ["PYPY_TOKEN"], withAll(), "PYPY_TOKEN is not there (did you mean PYPI_TOKEN?)"],
    ["in another case", ["npm_token"], withAll(), "npm_token is not there (did you mean NPM_TOKEN?)"],
    ["with hyphens", ["NPM-TOKEN"], withAll(), "NPM-TOKEN is not there (did you mean NPM_TOKEN?)"],
    ["GitHub's own in another case", ["GITHUB_TOKEN"], withAll(), "did you mean github_token?"],
    ["like no other", ["XYZ"], withAll(), "XYZ is not there."],
    ["a variable in another case", ["NPM_TOKEN"], { ...hosted, SECRET_npm_token: npm }, "did you mean npm_token?"],
    ["empty", ["NPM_TOKEN"], { ...hosted, SECRET_NPM_TOKEN: "" }, "NPM_TOKEN is empty"],
    ["empty in the list", ["A"], withAll({ A: "" }), "A is empty"],
    ["blank", ["A"], withAll({ A: " \n" }), "A holds nothing but blanks"],
    ["no text", ["A"], withAll({ A: { b: "c" } }), "A is not a text"],
    ["of JavaScript's", ["constructor"], withAll({}), "constructor is not there"],
    ["an expression", ["A"], { SECRET_A: "$" + "{{ secrets.A }}" }, "A is an expression that nobody filled in"],
    [
      "two things",
      ["A"],
      { ...withAll({ A: npm }), SECRET_A: pypi },
      "A is one thing in ALL_SECRETS and another in SECRET_A",
    ],
    ["with no secrets at all", ["A"], hosted, "A is not there"],
  ] as const)("is an error with its name: %s", async (_, names, environment, sentence) => {
    const error = await refused(names, environment);
    expect(error).toMatchObject({ code: "SOURCE", message: expect.stringContaining(sentence) });
    expect(error.remedy).toContain("secrets.NAME");
  });

  test("is told together with the others", async () => {
    const error = await refused(["DEPLOYMENT_KEY", "NPM_TOKEN", "B"], withAll({ ...all, B: "" }));
    expect(error.message).toBe(
      "The secret it cannot be read from the workflow's secrets: DEPLOYMENT_KEY is not there; B is empty.",
    );
  });

  test("because of two names that are one variable names both", async () => {
    for (const names of [
      ["deploy-key", "DEPLOY_KEY"],
      ["A", "A"],
    ]) {
      const error = await refused(names, withAll());
      expect(error.message).toContain(`The names ${names.join(" and ")} of the secret it become one variable`);
    }
  });

  test("because the list is none says so", async () => {
    for (const text of ["[]", "null", '"x"', `{"A": "${npm}`, "$" + "{{ toJSON(secrets) }}"]) {
      const error = await refused(["A"], { ALL_SECRETS: text });
      expect(error.message).toMatch(/^The variable ALL_SECRETS, which the secret it is read from, is /);
      expect(error.remedy).toContain("secrets.NAME");
    }
  });

  test("in a fork's pull request, or Dependabot's, is explained by that", async () => {
    const none = withAll({ github_token: github });
    expect((await refused(["NPM_TOKEN"], none, "fork")).remedy).toContain("This looks like a fork's pull request");
    const dependabot = { ...none, GITHUB_ACTOR: "dependabot[bot]" };
    expect((await refused(["NPM_TOKEN"], dependabot)).remedy).toContain("This is Dependabot's run");
    expect((await refused(["NPM_TOKEN"], none)).remedy).toContain("Check the names");
  });

  test("never has a value in its error", async () => {
    for (const names of [["X"], ["A"], ["npm_token", "A"]]) {
      for (const environment of [
        withAll({ ...all, A: 5 }),
        { ...withAll(), SECRET_A: " " },
        { ALL_SECRETS: `{"X":"${npm}"` },
      ]) {
        const { message, remedy, stack = "", cause } = await refused(names, environment);
        const told = [message, remedy, stack, String(cause)].join("\n");
        expect([npm, pypi, github].some((value) => told.includes(value))).toBe(false);
      }
    }
  });
});

describe("the workflow's secrets", () => {
  test("are not inherited by Docker, neither the list nor the variables", () => {
    const environment = { ...withAll(), SECRET_NPM_TOKEN: npm, SECRET_OTHER: make(), PATH: "/bin", COPY: npm };
    const { variables } = source(["NPM_TOKEN"], environment);
    expect(variables).toEqual(["ALL_SECRETS", "SECRET_NPM_TOKEN"]);
    const left = environmentForDocker({
      environment,
      secrets: [new Secret("it", npm)],
      sourceVariables: variables,
      userNamed: [],
      usesGithubCache: false,
    });
    expect(Object.keys(left.environment)).toEqual(["GITHUB_ACTIONS", "RUNNER_ENVIRONMENT", "PATH"]);
  });

  test("on a runner that is not known to go with its job are warned about", async () => {
    const own = { ...withAll(), RUNNER_ENVIRONMENT: "self-hosted" };
    expect((await mint(["NPM_TOKEN"], own)).notices).toEqual([
      expect.stringContaining(
        "This runner is self-hosted, and nothing says that it goes with the job: secrets of a workflow",
      ),
    ]);
    expect((await mint(["NPM_TOKEN"], { ...own, RUNNER_EPHEMERAL: "false" })).notices).toEqual([
      expect.stringContaining("This runner stays after the job"),
    ]);
    expect((await mint(["NPM_TOKEN"], { ...own, RUNNER_EPHEMERAL: "true" })).notices).toEqual([]);
  });
});
