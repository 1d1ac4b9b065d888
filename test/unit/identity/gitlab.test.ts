import { describe, expect, test } from "vitest";
import type { NotHere } from "../../../src/error.ts";
import { createGitlabProvider, type GitlabOptions, gitlabTokenVariables } from "../../../src/identity/gitlab.ts";
import { type Identity, type IdentityAsk, NotSetUp, OtherAudience } from "../../../src/identity/identity.ts";
import { fakeHost, inSeconds, makeJwt, sealErrorOf } from "./fake-host.ts";

const server = "https://gitlab.example.com";
const sts = "sts.amazonaws.com";
const job = { GITLAB_CI: "true", CI_SERVER_URL: server, CI_SERVER_HOST: "gitlab.example.com" };
const subject = "project_path:acme/app:ref_type:branch:ref:main";
const token = (aud: unknown, claims: Record<string, unknown> = {}) =>
  makeJwt({ iss: server, sub: subject, aud, ...claims });

function ask(
  environment: Record<string, string>,
  wanted: IdentityAsk = { audience: sts },
  options: GitlabOptions = {},
) {
  return createGitlabProvider("gl", options, fakeHost({ environment: { ...job, ...environment } }))(wanted);
}

/** Which variable it was, told without showing a token. */
async function pickOf(environment: Record<string, string>, wanted?: IdentityAsk): Promise<string | undefined> {
  const identity = (await ask(environment, wanted)) as Identity;
  return Object.keys(environment).find((name) => environment[name]!.trim() === identity.token.exposeText());
}

describe("the identity of a GitLab job", () => {
  test("is the token among its variables that is for the audience", async () => {
    const environment = { AWS_ID_TOKEN: token(sts), HF_ID_TOKEN: token(["https://huggingface.co"]) };
    expect(await pickOf(environment)).toBe("AWS_ID_TOKEN");
    expect(await pickOf(environment, { audience: "https://huggingface.co" })).toBe("HF_ID_TOKEN");
    expect(await ask(environment)).toMatchObject({ from: "gitlab", subject, renewal: "never", issuer: server });
  });

  test("is the one that lives longest of several, then the first by its name", async () => {
    const later = token(sts, { exp: inSeconds(9000) });
    expect(await pickOf({ A: token(sts), C: later, B: token(sts, { exp: inSeconds(-900) }) })).toBe("C");
    expect(await pickOf({ Z: token(sts), M: token(sts) })).toBe("M");
    expect(await pickOf({ Z: token("a"), M: token("b") }, {})).toBe("M");
  });

  test("is of this GitLab, whether its issuer is written with a slash, or is the host alone as it was once", async () => {
    expect(await pickOf({ T: token(sts, { iss: `${server}/` }) })).toBe("T");
    expect(await pickOf({ T: token(sts, { iss: "gitlab.example.com" }) })).toBe("T");
    for (const iss of ["https://other.example.com", "https://gitlab.example.com.evil.example", undefined]) {
      expect(await ask({ T: token(sts, { iss }) })).toBeInstanceOf(NotSetUp);
    }
  });

  test("is none of GitLab's own tokens, though they are JWTs too", async () => {
    expect(await ask({ CI_JOB_TOKEN: token(sts), CI_REGISTRY_PASSWORD: token(sts) })).toBeInstanceOf(NotSetUp);
  });

  test("is the named variable's where one is named, wherever that is set", async () => {
    const options = { name: "MINE", audience: sts };
    expect(await ask({ MINE: token(sts), A: token(sts) }, {}, options)).toMatchObject({ from: "gitlab" });
    const elsewhere = fakeHost({ environment: { MINE: token(sts, { iss: "https://x.example.com" }) } });
    expect(await createGitlabProvider("gl", options, elsewhere)({})).toMatchObject({ from: "gitlab" });
  });
});

test("its variables can be told from others, for whoever must not inherit them", () => {
  const other = token(sts, { iss: "https://other.example.com" });
  const environment = { ...job, B: token("x"), A: token(sts), OTHER: other, CI_JOB_TOKEN: token(sts), PATH: "/bin" };
  expect(gitlabTokenVariables(environment)).toEqual(["A", "B"]);
  expect(gitlabTokenVariables({ ...environment, GITLAB_CI: "" })).toEqual([]);
});

describe("no identity from GitLab", () => {
  const reasonOf = async (answer: Promise<unknown>) => ((await answer) as NotHere).reason;

  test("is there outside of GitLab", async () => {
    const answer = createGitlabProvider("gl", {}, fakeHost({ environment: { A: token(sts) } }))({});
    expect(await answer).not.toBeInstanceOf(NotSetUp);
    expect(await reasonOf(answer)).toBe("GITLAB_CI is not set");
  });

  test("is there without `id_tokens:`, and that says so", async () => {
    expect(await reasonOf(ask({}))).toContain("it needs `id_tokens:`");
    expect(await reasonOf(ask({}, {}, { name: "MINE" }))).toBe(
      "the variable MINE is not set, which the job's `id_tokens:` would make",
    );
  });

  test("is there where all are for other audiences: variables and audiences are named, and no token", async () => {
    const environment = { A: token(["one", "two"]), B: token("three"), C: token(undefined) };
    const answer = (await ask(environment)) as OtherAudience;
    expect(answer).toBeInstanceOf(OtherAudience);
    expect(answer.error.message).toBe(
      'The GitLab job has identity tokens for other audiences (A for "one", "two"; B for "three"; C for no audience), and "sts.amazonaws.com" is wanted.',
    );
    expect(answer.error.remedy).toBe("Add one to the job: `id_tokens: { NAME: { aud: sts.amazonaws.com } }`.");
    const named = (await ask({ A: token("one") }, { audience: sts }, { name: "A" })) as OtherAudience;
    expect(named.error.message).toContain('The variable A holds a token for the audience "one"');
  });

  test("is an error where its time is over, which says how it would live longer", async () => {
    const error = await sealErrorOf(ask({ A: token(sts, { exp: inSeconds(-600) }) }));
    expect(error.message).toContain("The variable A holds a token that expired 10 minutes ago");
    expect(error.remedy).toContain("`timeout:`");
  });

  test("is an error where the named variable holds something else", async () => {
    expect((await sealErrorOf(ask({ MINE: "" }, {}, { name: "MINE" }))).message).toBe("The variable MINE is empty.");
    const value = "glcbt-notatoken";
    const error = await sealErrorOf(ask({ MINE: value }, {}, { name: "MINE" }));
    expect(error.message).toContain("The variable MINE does not hold an identity token (a JWT)");
    expect(error.message).not.toContain(value);
  });
});
