import { describe, expect, test } from "vitest";
import { NotHere } from "../../../src/error.ts";
import type { FileRead } from "../../../src/identity/host.ts";
import { type Identity, OtherAudience } from "../../../src/identity/identity.ts";
import { createIrsaProvider, type IrsaOptions } from "../../../src/identity/irsa.ts";
import { type FakeHost, fakeHost, inSeconds, makeJwt, sealErrorOf } from "./fake-host.ts";

const path = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
const role = "arn:aws:iam::123456789012:role/ci";
const both = { AWS_WEB_IDENTITY_TOKEN_FILE: path, AWS_ROLE_ARN: role };

function pod(content: string | FileRead, environment: Record<string, string> = both): FakeHost {
  return fakeHost({ environment, files: { [path]: content } });
}

function provide(host: FakeHost, options: IrsaOptions = {}, audience: string | undefined = "sts.amazonaws.com") {
  return createIrsaProvider("aws-web-identity-token", options, host)({ audience });
}

describe("the identity of a pod with IRSA", () => {
  test("is its token, with what the token says of itself, and its role", async () => {
    const token = makeJwt();
    const identity = (await provide(pod(token))) as Identity;
    expect(identity).toMatchObject({
      issuer: "https://issuer.example",
      audience: ["sts.amazonaws.com"],
      subject: "system:serviceaccount:ci:runner",
      expiresAt: new Date(inSeconds(3000) * 1000),
      from: "irsa",
      facts: { roleArn: role, tokenFile: path },
      notices: [],
    });
    expect(identity.token.exposeText()).toBe(token);
    expect(identity.token.name).toBe("aws-web-identity-token");
  });

  test("needs no role of its own where the asker names one", async () => {
    const host = pod(makeJwt(), { AWS_WEB_IDENTITY_TOKEN_FILE: path });
    const ask = createIrsaProvider("t", {}, host);
    expect(await ask({ roleArn: role })).toMatchObject({ facts: { roleArn: role, tokenFile: path } });
    expect((await sealErrorOf(ask({}))).message).toContain("no role to assume with it");
    expect(await createIrsaProvider("t", {}, pod(makeJwt(), {}))({ roleArn: role })).toBeInstanceOf(NotHere);
    const own = createIrsaProvider("t", {}, pod(makeJwt()));
    expect(await own({ roleArn: role.replace("ci", "other") })).toMatchObject({ facts: { roleArn: role } });
  });

  test("is read anew at each ask", async () => {
    const host = pod(makeJwt());
    const ask = createIrsaProvider("t", {}, host);
    const first = (await ask({})) as Identity;
    host.files.set(path, { kind: "read", bytes: new TextEncoder().encode(makeJwt({ jti: "2" })) });
    const second = (await ask({})) as Identity;
    expect(second.token.equals(first.token)).toBe(false);
  });

  test("takes what is configured before what the variables say", async () => {
    const host = fakeHost({ environment: both, files: { "/mine": makeJwt() } });
    const options = { tokenFile: "/mine", roleArn: "arn:minio:iam:us-west-2::role/x" };
    expect(await provide(host, options)).toMatchObject({
      facts: { tokenFile: "/mine", roleArn: "arn:minio:iam:us-west-2::role/x" },
    });
  });

  test("is not here where nothing is set, and says so", async () => {
    const answer = await provide(fakeHost());
    expect(answer).toBeInstanceOf(NotHere);
    expect((answer as NotHere).reason).toBe("neither AWS_WEB_IDENTITY_TOKEN_FILE nor AWS_ROLE_ARN is set");
  });

  test.each([
    { AWS_ROLE_ARN: "" },
    { AWS_WEB_IDENTITY_TOKEN_FILE: "" },
    { AWS_ROLE_ARN: " ", AWS_WEB_IDENTITY_TOKEN_FILE: "" },
  ])(
    "is not here where the variables are empty, as a CI leaves those that it has no value for (%#)",
    async (environment) => {
      expect(await provide(fakeHost({ environment: environment as Record<string, string> }))).toBeInstanceOf(NotHere);
    },
  );

  test("is an error where an option is empty: somebody wrote it", async () => {
    for (const options of [{ roleArn: "" }, { tokenFile: " " }]) {
      const host = fakeHost({ environment: both });
      const error = await sealErrorOf(createIrsaProvider("it", options, host)({}) as Promise<unknown>);
      expect(error.message).toContain("is set, but empty");
    }
  });

  test.each([
    ["a token file without a role", { AWS_WEB_IDENTITY_TOKEN_FILE: path }, "no role"],
    ["a role without a token file", { AWS_ROLE_ARN: role }, "no web identity token file"],
    ["a token file with an empty role", { ...both, AWS_ROLE_ARN: "" }, "no role"],
    ["a role with an empty path", { ...both, AWS_WEB_IDENTITY_TOKEN_FILE: " " }, "no web identity token file"],
    ["what is not a role", { ...both, AWS_ROLE_ARN: "arn:aws:iam::1:role/ci" }, "12 digits"],
  ])("is an error, not a guess, for %s", async (_, environment, sentence) => {
    const error = await sealErrorOf(provide(pod(makeJwt(), environment as Record<string, string>)));
    expect(error.code).toBe("IDENTITY");
    expect(error.message).toContain(sentence);
    expect(error.remedy).not.toBe("");
  });

  test.each<[string, string | FileRead, string]>([
    ["is missing", { kind: "missing" }, "does not exist"],
    ["is not for us", { kind: "forbidden" }, "may not be read"],
    ["is a directory", { kind: "directory" }, "is a directory"],
    ["is a pipe", { kind: "special" }, "pipe"],
    [
      "has 600 KB",
      { kind: "too-large", sizeBytes: 614_400 },
      "614400 bytes; BuildKit takes no secret of more than 512000",
    ],
    ["lies on a broken disk", { kind: "failed", code: "EIO" }, "EIO"],
    ["is empty", "", "is empty"],
    ["is blank", " \n", "nothing but blanks"],
    ["is no JWT", "AKIAnotatoken", "does not hold an identity token (a JWT)"],
    ["has two tokens", `${makeJwt()}\n${makeJwt()}`, "does not hold an identity token"],
    ["is binary", { kind: "read", bytes: new Uint8Array([0xff, 0xfe, 0, 1]) }, "does not hold an identity token"],
    ["expired", makeJwt({ exp: inSeconds(-3 * 3600) }), "expired 3 hours ago (at 2026-03-01T09:00:00.000Z)"],
    ["is of tomorrow", makeJwt({ nbf: inSeconds(600) }), "not valid before 10 minutes from now"],
    ["is too long for STS", makeJwt({ groups: "g".repeat(30_000) }), "STS takes at most 20000"],
  ])("is an error with a remedy when the token file %s", async (_, content, sentence) => {
    const error = await sealErrorOf(provide(pod(content)));
    expect(error.code).toBe("IDENTITY");
    expect(error.message).toContain(sentence);
    expect(error.message).toContain(path);
    expect(error.message).toContain("AWS_WEB_IDENTITY_TOKEN_FILE");
    expect(error.remedy).not.toBe("");
  });

  test("survives a clock that is a minute off, either way", async () => {
    expect(await provide(pod(makeJwt({ exp: inSeconds(-59) })))).toMatchObject({ from: "irsa" });
    expect(await provide(pod(makeJwt({ nbf: inSeconds(59), iat: inSeconds(59) })))).toMatchObject({ from: "irsa" });
    await expect(provide(pod(makeJwt({ exp: inSeconds(-61) })))).rejects.toThrow("expired 61 seconds ago");
  });

  test("is used without the line break at its end, and that is said", async () => {
    const token = makeJwt();
    const identity = (await provide(pod(`${token}\n`))) as Identity;
    expect(identity.token.exposeText()).toBe(token);
    expect(identity.notices).toEqual([expect.stringContaining("line break")]);
  });

  test("names both audiences when the token is for another one, and lets a chain go on", async () => {
    const answer = await provide(pod(makeJwt({ aud: ["https://kubernetes.default.svc"] })));
    expect(answer).toBeInstanceOf(OtherAudience);
    const { error } = answer as OtherAudience;
    expect(error.code).toBe("IDENTITY");
    expect(error.message).toContain(
      'for the audience "https://kubernetes.default.svc", and "sts.amazonaws.com" is wanted',
    );
    expect(error.remedy).toContain("audience:");
  });

  test("takes any audience when none is asked for, and its own where one is configured", async () => {
    const host = pod(makeJwt({ aud: "custom" }));
    expect(await createIrsaProvider("t", {}, host)({})).toMatchObject({ audience: ["custom"] });
    expect(await createIrsaProvider("t", { audience: "custom" }, host)({})).toMatchObject({ audience: ["custom"] });
    expect(await createIrsaProvider("t", { audience: "else" }, host)({})).toBeInstanceOf(OtherAudience);
  });

  test("in China takes both spellings of STS's audience", async () => {
    const china = { ...both, AWS_ROLE_ARN: "arn:aws-cn:iam::123456789012:role/ci" };
    expect(await provide(pod(makeJwt({ aud: "sts.amazonaws.com.cn" }), china))).toMatchObject({ from: "irsa" });
    expect(await provide(pod(makeJwt({ aud: "sts.amazonaws.com.cn" })))).toBeInstanceOf(OtherAudience);
  });
});
