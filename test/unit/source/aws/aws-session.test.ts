import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { NotHere } from "../../../../src/error.ts";
import { createChain } from "../../../../src/identity/chain.ts";
import { createExchange } from "../../../../src/identity/exchange/create-exchange.ts";
import type { Environment } from "../../../../src/identity/host.ts";
import type { Renewal } from "../../../../src/identity/identity.ts";
import { createProvider } from "../../../../src/identity/kind.ts";
import type { AmbientAws } from "../../../../src/source/aws/credentials.ts";
import { type AwsSessionSourceOptions, createAwsSessionSource } from "../../../../src/source/kind/aws-session.ts";
import { type Minted, type SourceHost, secretsOf, type Trust } from "../../../../src/source/source.ts";
import { createSend } from "../../../../src/system/exchange.ts";
import { fakeHost, sealErrorOf } from "../../identity/fake-host.ts";
import { type LoopbackSts, startSts } from "./loopback-sts.ts";

const role = "arn:aws:iam::123456789012:role/ci";
const short = "arn:aws:iam::123456789012:role/short";
const second = "arn:aws:iam::210987654321:role/second";
const forUsers = "arn:aws:iam::123456789012:role/for-users";
const subject = "repo:us/it:ref:refs/heads/main";
const user = {
  accessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
  secretAccessKey: randomBytes(30).toString("base64"),
  who: "user",
};

let sts: LoopbackSts;
beforeAll(async () => {
  sts = await startSts({
    roles: [
      { arn: role, trusts: { subject }, maxSeconds: 43_200 },
      { arn: short, trusts: { subject }, maxSeconds: 3600 },
      { arn: second, trusts: { who: role }, maxSeconds: 43_200 },
      { arn: forUsers, trusts: { who: "user" }, maxSeconds: 43_200 },
    ],
    users: [user],
  });
});
afterAll(() => sts.stop());
beforeEach(() => {
  sts.asked.length = 0;
  sts.instead.length = 0;
  sts.clockAheadMs = 0;
});

type Given = {
  readonly token?: string;
  readonly environment?: Environment;
  readonly files?: Record<string, string>;
  readonly trust?: Trust;
  readonly ambientAws?: AmbientAws;
  /** How the identity is had again, whatever the variable is. */
  readonly renewal?: Renewal;
  readonly nowMs?: () => number;
};

/** The job's identity is in the variable TOKEN; requests go out as those of a build do, but nobody waits. */
function hostOf({
  token,
  environment = {},
  files = {},
  trust,
  ambientAws,
  renewal = "mint",
  nowMs = Date.now,
}: Given): SourceHost {
  const variables = { AWS_REGION: "us-west-2", ...(token !== undefined && { TOKEN: token }), ...environment };
  const exchange = createExchange({
    send: createSend({}),
    isAllowed: () => false,
    now: Date.now,
    wait: (delayMs, signal) =>
      delayMs < 30_000
        ? Promise.resolve()
        : new Promise((done) => {
            signal.addEventListener("abort", () => done());
            if (signal.aborted) done();
          }),
    random: () => 0,
  });
  const host = {
    ...fakeHost({ environment: variables as Record<string, string>, files, ...(trust && { trust }) }),
    exchange,
    now: nowMs,
    ...(ambientAws && { ambientAws }),
  };
  const provide = createChain([createProvider("identity", { from: "env", name: "TOKEN" }, host)]);
  return {
    ...host,
    identity: () => async (ask) => {
      const identity = await provide(ask);
      return identity instanceof NotHere ? identity : { ...identity, renewal };
    },
  };
}

const sourceOf = (options: AwsSessionSourceOptions, given: Given) =>
  createAwsSessionSource("it", { stsEndpoint: sts.url, ...options }, hostOf(given));

async function mint(options: AwsSessionSourceOptions, given: Given = {}): Promise<Minted> {
  const minted = await sourceOf(options, { token: sts.issue(), ...given }).mint();
  if (minted instanceof NotHere) throw new Error(minted.reason);
  return minted;
}

const refusal = (options: AwsSessionSourceOptions, given: Given = {}) =>
  sealErrorOf(sourceOf(options, { token: sts.issue(), ...given }).mint());

/** The keys that STS knows by the id that was given. */
function issuedTo(minted: Minted) {
  const id = minted.fields.get("access-key-id");
  return typeof id === "string" || id === undefined ? undefined : sts.keys.get(id.exposeText());
}

describe("a session by an identity's token", () => {
  test("is of the role that its source names, where a pod has a token and no role", async () => {
    const host = hostOf({
      environment: { AWS_WEB_IDENTITY_TOKEN_FILE: "/token" },
      files: { "/token": sts.issue({ aud: "sts.amazonaws.com" }) },
    });
    const identity = () => createChain([createProvider("identity", { from: "irsa" }, host)]);
    const source = (roleArn?: string) =>
      createAwsSessionSource("it", { stsEndpoint: sts.url, roleArn }, { ...host, identity });
    expect(await source(role).mint()).toMatchObject({ reach: role });
    expect((await sealErrorOf(source().mint())).message).toContain("no role to assume with it");
  });

  test("has its three secret parts, a file of them, and what is not secret beside", async () => {
    const token = sts.issue();
    const minted = await mint({ roleArn: role }, { token });
    const issued = issuedTo(minted)!;
    expect(issued.who).toBe(role);
    const isFile =
      minted.value.exposeText() ===
      `[default]\naws_access_key_id = ${issued.accessKeyId}\naws_secret_access_key = ${issued.secretAccessKey}\naws_session_token = ${issued.sessionToken}\n`;
    expect(isFile).toBe(true);
    expect([...minted.fields.keys()]).toEqual([
      "access-key-id",
      "secret-access-key",
      "session-token",
      "region",
      "role-arn",
      "expiration",
    ]);
    expect(minted.fields.get("region")).toBe("us-west-2");
    expect(minted.fields.get("role-arn")).toBe(role);
    expect(minted.fields.get("expiration")).toBe(minted.expiresAt!.toISOString());
    expect(minted.reach).toBe(role);
    expect(minted.revoke).toBeUndefined();
    const lifeSeconds = (minted.expiresAt!.getTime() - minted.issuedAt!.getTime()) / 1000;
    expect(Math.abs(lifeSeconds - 3600)).toBeLessThan(5);
    // what it was made with is hidden and searched for, and mounted nowhere
    expect(secretsOf(minted).map(({ name }) => name)).toEqual([
      "it",
      "it-access-key-id",
      "it-secret-access-key",
      "it-session-token",
      "identity",
    ]);
    expect(minted.keys![0]!.exposeText() === token).toBe(true);
  });

  test("is asked for in one POST without a signature, under the run's name or the one that is given", async () => {
    await mint({ roleArn: role });
    await mint({ roleArn: role, sessionName: "mine@1", durationSeconds: 900 });
    const forms = sts.asked.map(({ form }) =>
      Object.fromEntries([...form].filter(([key]) => key !== "WebIdentityToken")),
    );
    const always = { Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleArn: role };
    expect(forms).toEqual([
      { ...always, RoleSessionName: "buildseal-test-1" },
      { ...always, RoleSessionName: "mine@1", DurationSeconds: "900" },
    ]);
    expect(sts.asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  test("takes its role from the option, else from the identity, else from AWS_ROLE_ARN, and misses it with a sentence", async () => {
    expect(issuedTo(await mint({}, { environment: { AWS_ROLE_ARN: role } }))!.who).toBe(role);
    expect(issuedTo(await mint({ roleArn: short }, { environment: { AWS_ROLE_ARN: role } }))!.who).toBe(short);
    const error = await refusal({});
    expect(error.message).toBe("Secret it has an identity (env), but no role to assume with it.");
    expect(error.remedy).toContain("AWS_ROLE_ARN");
    expect((await refusal({ roleArn: "arn:aws:iam::1:user/x" })).message).toContain("not the ARN of a role");
  });

  test("asks where AWS_ENDPOINT_URL_STS says, if the option says nothing", async () => {
    const given = {
      token: sts.issue(),
      environment: { AWS_ENDPOINT_URL_STS: sts.url, AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
    };
    const minted = await createAwsSessionSource("it", { roleArn: role }, hostOf(given)).mint();
    expect(minted).toHaveProperty("reach", role);
  });

  test("lives as long as the role allows: what is more is asked for once, and said", async () => {
    const long = await mint({ roleArn: role, durationSeconds: 7200 });
    expect(long.notices).toEqual([]);
    expect(sts.asked).toHaveLength(1);
    const cut = await mint({ roleArn: short, durationSeconds: 7200 });
    expect(sts.asked.slice(1).map(({ form }) => form.get("DurationSeconds"))).toEqual(["7200", "3600"]);
    expect(cut.notices).toEqual([
      "the role allows no session of 7200 s (its MaxSessionDuration): this one lives 3600 s",
    ]);
  });

  test("tells of clocks that differ, and counts its life by STS's", async () => {
    sts.clockAheadMs = 20 * 60_000;
    const minted = await mint({ roleArn: role }, { token: sts.issue({ exp: Math.floor(Date.now() / 1000) + 3000 }) });
    expect(minted.notices).toEqual(["This machine's clock is 20 minutes behind STS's."]);
    expect(Math.abs(minted.issuedAt!.getTime() - Date.now() - sts.clockAheadMs)).toBeLessThan(5000);
    expect(minted.clock).toBe("issuer");
  });

  test("of an identity that cannot be had again says until when it can be renewed", async () => {
    const { notices } = await mint({ roleArn: role }, { renewal: "never" });
    expect(notices).toEqual([
      expect.stringMatching(/^The identity that the secret it is had for cannot be had again: .* until \d{4}-/),
    ]);
  });

  test("is another one at each renewal", async () => {
    const source = sourceOf({ roleArn: role }, { token: sts.issue() });
    const [one, other] = [(await source.mint()) as Minted, (await source.mint()) as Minted];
    expect(one.value.equals(other.value)).toBe(false);
    expect(source).toMatchObject({ renewal: "mint", kind: "aws-session", watch: [], variables: [] });
  });
});

describe("a session policy", () => {
  const policyAsked = () => sts.asked.at(-1)!.form.get("Policy");
  const s3 = { bucket: "cache", prefix: "team/one" };

  test("for a folder of a bucket reads and writes there, and lists no other names", async () => {
    const minted = await mint({ roleArn: role, policy: s3 });
    const { Statement } = JSON.parse(policyAsked()!);
    expect(Statement.slice(0, 2)).toEqual([
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        Resource: "arn:aws:s3:::cache/team/one/*",
      },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: "arn:aws:s3:::cache",
        Condition: { StringLike: { "s3:prefix": "team/one/*" } },
      },
    ]);
    expect(minted.reach).toBe(`${role}, for reading and writing "s3://cache/team/one/"`);
    await mint({ roleArn: role, policy: { ...s3, list: "bucket" } });
    expect(JSON.parse(policyAsked()!).Statement[1]).not.toHaveProperty("Condition");
  });

  test.each<{ trust: Trust; access: "read" | "read-write" | undefined; reads: boolean; says: string }>([
    { trust: "full", access: undefined, reads: false, says: "" },
    { trust: "full", access: "read", reads: true, says: "" },
    { trust: "pull-request", access: undefined, reads: true, says: "for a pull request the session only reads" },
    { trust: "pull-request", access: "read-write", reads: false, says: "" },
    { trust: "fork", access: undefined, reads: true, says: "for a fork's pull request the session only reads" },
    { trust: "fork", access: "read-write", reads: true, says: "for a fork's pull request the session only reads" },
    { trust: "fork", access: "read", reads: true, says: "" },
  ])("with access $access and trust $trust only reads: $reads", async ({ trust, access, reads, says }) => {
    const policy = { ...s3, access };
    expect(sourceOf({ roleArn: role, policy }, { trust }).isReadOnly).toBe(reads);
    const minted = await mint({ roleArn: role, policy }, { trust });
    expect(policyAsked()!.includes("s3:PutObject")).toBe(!reads);
    expect(policyAsked()).not.toMatch(/Delete|\*"\s*,\s*"Resource":"\*"/);
    expect(minted.notices.join()).toContain(says);
    expect(minted.notices.length).toBe(says === "" ? 0 : 1);
  });

  test("that is a file, or none at all, never counts as reading", async () => {
    for (const trust of ["full", "pull-request", "fork"] as const) {
      expect(sourceOf({ roleArn: role, policy: "/p.json" }, { trust }).isReadOnly).toBe(false);
      expect(sourceOf({ roleArn: role }, { trust }).isReadOnly).toBe(false);
    }
  });

  test("in a file is sent without its blanks", async () => {
    const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "*" }] };
    const blanks = " ".repeat(3000);
    const files = { "/p.json": `${JSON.stringify(document, null, 4)}${blanks}\n` };
    await mint({ roleArn: role, policy: "/p.json" }, { files });
    expect(policyAsked()).toBe(JSON.stringify(document));
  });

  test.each([
    ["{", "it is not JSON"],
    ["[]", "it has no Statement"],
    ["3", "it has no Statement"],
    [JSON.stringify({ Statement: ["x".repeat(2100)] }), "STS takes 2048"],
    [JSON.stringify({ Statement: ["→"] }), "characters that IAM does not take"],
  ])("in a file that holds %.20s is refused before anybody is asked", async (content, says) => {
    expect((await refusal({ roleArn: role, policy: "/p.json" }, { files: { "/p.json": content } })).message).toContain(
      says,
    );
    expect(sts.asked).toEqual([]);
  });

  test("in a file that is not there has a sentence", async () => {
    expect((await refusal({ roleArn: role, policy: "/p.json" })).message).toBe(
      "The policy file /p.json does not exist.",
    );
  });

  test.each([
    { bucket: "a*" },
    { bucket: "*" },
    { bucket: "cache/x" },
    { bucket: "arn:aws:s3:::cache" },
    { bucket: "cache", prefix: "*" },
    { bucket: "cache", prefix: "a/$" },
    { bucket: "cache", prefix: "a?" },
  ])("%o, which would mean more than it says, is refused", async (policy) => {
    expect((await refusal({ roleArn: role, policy })).code).toBe("SOURCE");
    expect(sts.asked).toEqual([]);
  });
});

describe("roles one after the other", () => {
  test("end with the last one's session, and the policy is for that alone", async () => {
    const minted = await mint({ roleArn: role, chain: [second], policy: { bucket: "cache" }, durationSeconds: 7200 });
    expect(issuedTo(minted)!.who).toBe(second);
    expect(sts.asked.map(({ action, form }) => [action, form.get("DurationSeconds"), form.has("Policy")])).toEqual([
      ["AssumeRoleWithWebIdentity", "900", false],
      ["AssumeRole", "3600", true],
    ]);
    expect(minted.notices.join()).toContain("`durationSeconds: 7200` is cut to 3600");
    // the first session's own parts are hidden too, but mounted nowhere
    const parts = ["it-access-key-id", "it-secret-access-key", "it-session-token"];
    expect(minted.keys!.map(({ name }) => name)).toEqual(["identity", ...parts]);
    expect(minted.keys!.some((key) => key.equals(minted.value))).toBe(false);
    expect(minted.reach).toContain(second);
  });

  test("hold on a machine whose clock is wrong by more than STS takes of a signature", async () => {
    sts.clockAheadMs = 20 * 60_000;
    const token = sts.issue({ exp: Math.floor(Date.now() / 1000) + 3000 });
    expect(issuedTo(await mint({ roleArn: role, chain: [second] }, { token }))!.who).toBe(second);
  });

  test("that do not trust each other are told apart", async () => {
    const error = await refusal({ roleArn: role, chain: [forUsers] });
    expect(error.message).toContain(`gives no session of "${forUsers}": the session of "${role}" may not assume it`);
    expect(error.remedy).toContain("sts:AssumeRole twice");
  });
});

describe("what a machine has of its own", () => {
  const userKeys = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
  const withoutIdentity = { token: undefined as never };

  test("is taken where no identity applies: keys that never end become a session first", async () => {
    const minted = await mint({}, { ...withoutIdentity, environment: userKeys });
    expect(sts.asked.map(({ action }) => action)).toEqual(["GetSessionToken"]);
    expect(issuedTo(minted)).toMatchObject({ who: "user", sessionToken: expect.anything() });
    const given = secretsOf(minted).some(
      (secret) => !minted.keys!.includes(secret) && secret.exposeText().includes(user.secretAccessKey),
    );
    expect(given).toBe(false);
    expect(minted.keys!.some((key) => key.exposeText() === user.secretAccessKey)).toBe(true);
    expect(minted.reach).toBe("the keys in AWS_ACCESS_KEY_ID");
  });

  test("assumes the role that is named, for as long as asked, and never that of AWS_ROLE_ARN", async () => {
    const environment = { ...userKeys, AWS_ROLE_ARN: role };
    const minted = await mint(
      { identity: "ambient", roleArn: forUsers, durationSeconds: 7200 },
      { ...withoutIdentity, environment },
    );
    expect(issuedTo(minted)!.who).toBe(forUsers);
    expect(minted.notices).toEqual([]);
    expect(issuedTo(await mint({ identity: "ambient" }, { ...withoutIdentity, environment }))!.who).toBe("user");
  });

  test("that is a session already is given as it is, and cannot be narrowed without a role", async () => {
    const first = issuedTo(await mint({ roleArn: role }))!;
    sts.asked.length = 0;
    const environment = {
      AWS_ACCESS_KEY_ID: first.accessKeyId,
      AWS_SECRET_ACCESS_KEY: first.secretAccessKey,
      AWS_SESSION_TOKEN: first.sessionToken!,
    };
    const minted = await mint({}, { ...withoutIdentity, environment });
    expect(sts.asked).toEqual([]);
    expect(issuedTo(minted)).toEqual(first);
    expect(minted.expiresAt).toBeUndefined();
    const error = await refusal({ policy: { bucket: "cache" } }, { ...withoutIdentity, environment });
    expect(error.message).toContain("needs a role to assume");
  });

  test("that is half a pair of keys is an error, and an empty pair is none", async () => {
    const half = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: "" };
    expect((await refusal({}, { ...withoutIdentity, environment: half })).message).toBe(
      "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not.",
    );
    const empty = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
    const none = await sourceOf({}, { environment: empty }).mint();
    expect(none).toBeInstanceOf(NotHere);
    expect((none as NotHere).reason).toContain("TOKEN is not set; ambient: AWS_ACCESS_KEY_ID is not set");
  });

  test("is a profile's last, and not at all where the policy forbids it", async () => {
    const texts = { accessKeyId: user.accessKeyId, secretAccessKey: user.secretAccessKey };
    const ambientAws = { refusal: undefined, profile: async () => texts };
    expect(issuedTo(await mint({ roleArn: forUsers }, { ...withoutIdentity, ambientAws }))!.who).toBe(forUsers);
    const refused = { ...ambientAws, refusal: "the policy /p does not allow it" };
    expect(await sourceOf({}, { ambientAws: refused, environment: userKeys }).mint()).toBeInstanceOf(NotHere);
    const error = await refusal({ identity: "ambient" }, { ...withoutIdentity, ambientAws: refused });
    expect(error).toMatchObject({
      code: "POLICY",
      message: expect.stringContaining("the policy /p does not allow it"),
    });
  });

  test("is taken where the identity has no role, or is for somebody else than AWS", async () => {
    const other = sts.issue({ aud: "https://elsewhere.example" });
    for (const token of [sts.issue(), other]) {
      const minted = await mint({}, { token, environment: userKeys });
      expect([issuedTo(minted)!.who, minted.reach]).toEqual(["user", "the keys in AWS_ACCESS_KEY_ID"]);
    }
    const assumed = await mint({ roleArn: forUsers }, { token: other, environment: userKeys });
    expect(issuedTo(assumed)!.who).toBe(forUsers);
  });

  test("that is not there leaves what is wrong with the identity, and how its own would be asked for", async () => {
    const noRole = await refusal({});
    expect(noRole.message).toContain("no role to assume with it");
    const other = await refusal({}, { token: sts.issue({ aud: "https://elsewhere.example" }) });
    expect(other).toMatchObject({ code: "IDENTITY", message: expect.stringContaining("elsewhere.example") });
    for (const { remedy } of [noRole, other]) expect(remedy).toContain("say `identity: ambient`");
  });

  test("is not taken in place of an identity that was named", async () => {
    const named = await refusal({ identity: "github" }, { environment: userKeys });
    expect(named.message).toContain("no role to assume with it");
    expect(named.remedy).not.toContain("ambient");
    const token = sts.issue({ aud: "https://elsewhere.example" });
    const other = await refusal({ identity: "github", roleArn: role }, { token, environment: userKeys });
    expect(other.message).toContain("elsewhere.example");
    const broken = await refusal({}, { token: "no token", environment: userKeys });
    expect(broken.message).toContain("does not hold an identity token");
    expect(await sourceOf({ identity: "github" }, { environment: userKeys }).mint()).toBeInstanceOf(NotHere);
  });
});

describe("what STS refuses", () => {
  test("is a token by a key that the issuer does not publish, after a few tries", async () => {
    const error = await refusal({ roleArn: role }, { token: sts.issue({}, "other") });
    expect(error.message).toContain("could not be verified, several times (status 400: InvalidIdentityToken;");
    expect(sts.asked.length).toBeGreaterThan(1);
  });

  test("is a token of another issuer", async () => {
    const error = await refusal({ roleArn: role }, { token: sts.issue({ iss: "https://other.example" }) });
    expect(error.message).toContain('no OIDC provider for the token\'s issuer "https://other.example"');
    expect(error.remedy).toContain('"sts.amazonaws.com"');
  });

  test("is a token whose audience its provider does not take", async () => {
    const error = await refusal({ roleArn: role, audience: "elsewhere" }, { token: sts.issue({ aud: "elsewhere" }) });
    expect(error.message).toContain('does not take the token\'s audience "elsewhere"');
    expect(error.remedy).toContain("`audience:`");
  });

  test("is a token that has expired by STS's clock", async () => {
    sts.clockAheadMs = 10 * 60_000;
    const error = await refusal({ roleArn: role });
    expect(error.message).toContain("the identity token (env) has expired (at ");
    expect(error.message).toContain("This machine's clock is 10 minutes behind STS's.");
  });

  test("is a token that was issued in the future", async () => {
    const token = sts.issue({ iat: Math.floor(Date.now() / 1000) + 900 });
    expect((await refusal({ roleArn: role }, { token })).message).toContain("InvalidIdentityToken");
  });

  test("is a token that the trust policy does not name: with what it says, to hold against the policy", async () => {
    const token = sts.issue({ sub: "repo:us@12/it@34:ref:refs/heads/other" });
    const error = await refusal({ roleArn: role }, { token });
    expect(error.message).toContain("the trust policy does not let this token (env) in (status 403: AccessDenied;");
    expect(error.remedy).toContain('"issuer.example/id/1:sub" = "repo:us@12/it@34:ref:refs/heads/other"');
    expect(error.remedy).toContain('"issuer.example/id/1:aud" = "sts.amazonaws.com"');
    expect(error.remedy).toContain("ids of owner and repository");
  });

  test("is a session's name or a token that it takes for wrong", async () => {
    sts.instead.push({ status: 400, code: "ValidationError", message: "1 validation error detected" });
    expect((await refusal({ roleArn: role })).message).toContain("takes something in the request for wrong");
  });

  test.each([
    ["ExpiredTokenException", 400, "has expired"],
    ["IDPRejectedClaim", 403, "issuer rejected it"],
    ["PackedPolicyTooLarge", 400, "packed together"],
    ["MalformedPolicyDocument", 400, "no valid IAM policy"],
    ["RegionDisabledException", 403, "not activated in us-west-2"],
    ["AccessDenied", 403, "trust policy"],
    ["SomethingNew", 418, "it says no"],
  ])("%s has a sentence and a remedy of its own, and is not asked again", async (code, status, says) => {
    sts.instead.push({ status, code, message: "said so", echo: true });
    const error = await refusal({ roleArn: role });
    expect(error.code).toBe("SOURCE");
    expect(error.message).toContain(says);
    expect(error.message).toContain(`status ${status}: ${code}; said so`);
    expect(error.remedy.length).toBeGreaterThan(10);
    expect(sts.asked).toHaveLength(1);
  });

  test.each([
    ["IDPCommunicationError", 400, "could not reach the token's issuer"],
    ["Throttling", 400, "asked too often"],
    ["TooManyRequests", 429, "asked too often"],
    ["InternalFailure", 500, "not well"],
    ["ServiceUnavailable", 503, "not well"],
  ])("%s is asked again, and told if it stays", async (code, status, says) => {
    sts.instead.push({ status, code });
    expect(await mint({ roleArn: role })).toHaveProperty("reach", role);
    expect(sts.asked).toHaveLength(2);
    sts.instead.push(...Array.from({ length: 9 }, () => ({ status, code, echo: true })));
    expect((await refusal({ roleArn: role })).message).toContain(says);
  });

  test("is not waited for longer than a build can wait: what Retry-After says decides", async () => {
    sts.instead.push({ status: 429, code: "Throttling", headers: { "retry-after": "1" } });
    expect(await mint({ roleArn: role })).toHaveProperty("reach", role);
    sts.instead.push({ status: 429, code: "Throttling", headers: { "retry-after": "600" } });
    expect((await refusal({ roleArn: role })).message).toContain("asked too often");
    expect(sts.asked).toHaveLength(3);
  });

  test("is a signature by keys that nobody knows any more, or that is not theirs", async () => {
    const gone = {
      AWS_ACCESS_KEY_ID: `AKIA${randomBytes(8).toString("hex")}`,
      AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
    };
    const ask = (environment: Environment) => refusal({ roleArn: forUsers, identity: "ambient" }, { environment });
    expect((await ask(gone)).message).toContain("the keys in AWS_ACCESS_KEY_ID are not known there");
    const wrong = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: randomBytes(30).toString("base64") };
    expect((await ask(wrong)).message).toContain("the signature by the keys in AWS_ACCESS_KEY_ID does not hold");
  });
});

describe("what is no answer", () => {
  test.each([
    ["half", "broke the connection off"],
    ["closed", "broke the connection off"],
  ] as const)("is %s an answer: asked again, then told", async (how, says) => {
    sts.instead.push(how);
    expect(await mint({ roleArn: role })).toHaveProperty("reach", role);
    sts.instead.push(...Array.from({ length: 9 }, () => how));
    expect((await refusal({ roleArn: role })).message).toContain(says);
  });

  test.each([
    "",
    "<html>hello",
    "{}",
    "<AssumeRoleWithWebIdentityResponse/>",
    "<a><Credentials><AccessKeyId>x</AccessKeyId></Credentials></a>",
  ])("is %j with status 200", async (raw) => {
    sts.instead.push({ raw, status: 200 });
    expect((await refusal({ roleArn: role })).message).toContain("gave no whole set of AWS credentials");
  });

  test.each(["", "<html>no", "{"])("is %j with status 403, which is told as it is", async (raw) => {
    sts.instead.push({ raw, status: 403 });
    expect((await refusal({ roleArn: role })).message).toContain("it says no (status 403)");
  });

  test("is a redirect: the token does not go on to where it points", async () => {
    sts.instead.push({ raw: "", status: 307 });
    expect((await refusal({ roleArn: role })).message).toContain("a credential is not carried on");
    expect(sts.asked).toHaveLength(1);
  });

  test("is nobody there", async () => {
    const error = await refusal({ roleArn: role, stsEndpoint: "http://127.0.0.1:9" });
    expect(error).toMatchObject({
      code: "SOURCE",
      message: expect.stringContaining("The secret it could not be had: 127.0.0.1:9 could not be reached"),
    });
  });

  test("is a host that a checkout names and nobody allows", async () => {
    const error = await refusal({ roleArn: role, stsEndpoint: "https://sts.attacker.example" });
    expect(error).toMatchObject({ code: "POLICY", message: expect.stringContaining("sts.attacker.example") });
  });
});

test("no error shows what was sent or answered, though the server echoes it in every form", async () => {
  const token = sts.issue();
  const shown: string[] = [];
  const forms = (value: string) => [
    value,
    ...value.split("."),
    encodeURIComponent(value),
    Buffer.from(value).toString("base64"),
  ];
  const hidden = [...forms(token), user.secretAccessKey];
  const codes = [
    "ExpiredTokenException",
    "InvalidIdentityToken",
    "IDPCommunicationError",
    "AccessDenied",
    "ValidationError",
    "Throttling",
    "Other",
  ];
  for (const code of codes) {
    for (const message of [
      token,
      encodeURIComponent(token),
      Buffer.from(token).toString("base64"),
      `got '${token}' <${token.split(".")[1]}>`,
    ]) {
      sts.instead.push(...Array.from({ length: 5 }, () => ({ status: 400, code, message })));
      const error = await refusal({ roleArn: role }, { token });
      sts.instead.length = 0;
      shown.push(
        inspect(error, { depth: 9, showHidden: true }),
        error.message,
        error.remedy,
        String(error.stack),
        inspect(error.cause),
      );
    }
  }
  sts.instead.push({ raw: `<x>${token}`, status: 200 });
  shown.push(inspect(await refusal({ roleArn: role }, { token }), { depth: 9, showHidden: true }));
  const environment = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
  sts.instead.push({
    status: 403,
    code: "AccessDenied",
    message: `${user.secretAccessKey} ${user.accessKeyId}`,
    echo: true,
  });
  shown.push(
    inspect(await refusal({ roleArn: forUsers, identity: "ambient" }, { environment }), { depth: 9, showHidden: true }),
  );
  expect(shown.filter((text) => hidden.some((value) => text.includes(value))).length).toBe(0);
  expect(shown.filter((text) => text.includes(user.accessKeyId)).length).toBe(0);
});
