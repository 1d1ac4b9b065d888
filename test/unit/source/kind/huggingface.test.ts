import { randomBytes, randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NotHere, type SealError } from "../../../../src/error.ts";
import { createFreshness } from "../../../../src/source/freshness.ts";
import { createHuggingFaceSource, type HuggingFaceSourceOptions } from "../../../../src/source/kind/huggingface.ts";
import { type Minted, secretsOf } from "../../../../src/source/source.ts";
import { fakeHost, now, sealErrorOf } from "../../identity/fake-host.ts";
import { answerJson, type Loopback, serve } from "../../identity/loopback.ts";
import { fakeClock, fakeWatch } from "../fake-clock.ts";
import { issuingHost } from "../issuing-host.ts";
import { createJob, type JobClaims } from "../job-identity.ts";

type Answer = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];

/** Who may have what: a trusted publisher's or CI/CD identity's claims, by its resource. */
const publishers: Readonly<Record<string, { readonly iss: string; readonly sub: string }>> = Object.fromEntries(
  [
    "acme/awesome-model",
    "datasets/acme/corpus",
    "spaces/acme/demo",
    "kernels/acme/fast",
    "buckets/acme/store",
    "jane",
  ].map((resource) => [resource, { iss: "https://issuer.example", sub: "repo:acme/app:ref:refs/heads/main" }]),
);

let nowMs = now;
let hub: Loopback;
let job: ReturnType<typeof createJob>;
let given: string[];
/** What is answered in the server's place, in turn. */
let faults: ((token: string) => Answer)[];
const requestId = randomUUID();

/** POST /oauth/token, as the Hub checks it: JSON, the grant's two names, the token's signature, life, audience and claims. */
function exchange(type: string | undefined, body: string): Answer {
  const invalid = (error: string, error_description: string): Answer => [400, { error, error_description }];
  if (type !== "application/json") return invalid("invalid_request", "Expected a JSON body");
  const asked = JSON.parse(body) as Record<string, string>;
  const fault = faults.shift();
  if (fault !== undefined) return fault(asked["subject_token"]!);
  const grant = "urn:ietf:params:oauth:grant-type:token-exchange";
  if (asked["grant_type"] !== grant) return invalid("unsupported_grant_type", "?");
  if (asked["subject_token_type"] !== "urn:ietf:params:oauth:token-type:id_token") {
    return invalid("invalid_request", "subject_token_type");
  }
  const publisher = publishers[asked["resource"] ?? ""];
  if (publisher === undefined) return invalid("invalid_request", "Unknown resource");
  const claims = job.verify(asked["subject_token"] ?? "");
  if (claims === undefined) return invalid("invalid_grant", "The subject token is not valid");
  if (claims["aud"] !== hub.url) return invalid("invalid_grant", `Expected audience ${hub.url}`);
  if (claims["iss"] !== publisher.iss || claims["sub"] !== publisher.sub) {
    return invalid("invalid_grant", "No trusted publisher matches the claims of the token");
  }
  const isUser = !asked["resource"]!.includes("/");
  const token = `${isUser ? "hf_oauth_" : "hf_jwt_"}${randomBytes(120).toString("base64url")}`;
  given.push(token);
  return [200, { access_token: token, token_type: "Bearer", expires_in: 3600, issued_token_type: "access_token" }];
}

beforeEach(async () => {
  nowMs = now;
  given = [];
  faults = [];
  job = createJob(() => nowMs);
  hub = await serve((request, response, url) => {
    void text(request).then((body) => {
      const answer: Answer =
        request.method === "POST" && url.pathname === "/oauth/token"
          ? exchange(request.headers["content-type"], body)
          : [404, { error: "Not Found" }];
      const [status, said, headers = {}] = answer;
      answerJson(response, status, said, {
        "x-request-id": requestId,
        date: new Date(nowMs).toUTCString(),
        ...headers,
      });
    });
  });
});
afterEach(() => hub[Symbol.asyncDispose]());

const sourceOf = (
  more: Partial<HuggingFaceSourceOptions> = {},
  host = issuingHost(() => nowMs, { identity: job.identity }),
) => createHuggingFaceSource("hf-token", { resource: "acme/awesome-model", endpoint: hub.url, ...more }, host);
const mint = async (more: Partial<HuggingFaceSourceOptions> = {}): Promise<Minted> =>
  (await sourceOf(more).mint()) as Minted;
const refused = (more: Partial<HuggingFaceSourceOptions> = {}): Promise<SealError> =>
  sealErrorOf(sourceOf(more).mint());
const answerOnce = (...answer: Answer): void => void faults.push(() => answer);
/** As often as it is asked. */
const answerAlways = (answer: Answer): void => void faults.push(...Array.from({ length: 9 }, () => () => answer));

describe("a token of a trusted publisher", () => {
  test.each([
    ["acme/awesome-model", "the model acme/awesome-model"],
    ["datasets/acme/corpus", "the dataset acme/corpus"],
    ["spaces/acme/demo", "the Space acme/demo"],
    ["kernels/acme/fast", "the kernel acme/fast"],
    ["buckets/acme/store", "the bucket acme/store"],
  ])("is had for %s, and can write to that one", async (resource, shown) => {
    const minted = await mint({ resource });
    expect(minted.value.exposeText()).toBe(given[0]);
    expect(minted.reach).toContain(`hf_jwt_: writes to ${shown} and to nothing else`);
    expect(minted.notices).toEqual([]);
    expect(minted.expiresAt).toEqual(new Date(now + 3_600_000));
    expect(minted.revoke).toBeUndefined();
  });

  test("is had for a user's account, and can only read", async () => {
    const minted = await mint({ resource: "jane" });
    expect(minted.reach).toBe("hf_oauth_: reads what the account jane may read of gated repositories; writes nothing");
  });

  test("is exchanged for an identity whose audience is the Hub, or the origin of another endpoint", async () => {
    await mint({ endpoint: `${hub.url}/`, identity: "ci" });
    expect([job.asked, job.names]).toEqual([[hub.url], ["ci"]]);
    const host = fakeHost({ identity: job.identity });
    await sealErrorOf(createHuggingFaceSource("t", { resource: "a/b" }, host).mint());
    expect(job.asked.at(-1)).toBe("https://huggingface.co");
    expect(host.requests.map(({ url, namedBy }) => [url, namedBy])).toEqual([
      ["https://huggingface.co/oauth/token", "configuration"],
    ]);
  });

  test("comes with the identity that it was had for, which is masked and searched for too", async () => {
    const minted = await mint();
    expect(secretsOf(minted).map((secret) => secret.exposeText())).toEqual([given[0], job.tokens[0]]);
    expect(minted.fields.size).toBe(0);
  });

  test("tells its end by the answer, by itself where that is sooner, and is an hour's where neither does", async () => {
    const jwt = (exp: number) =>
      `hf_jwt_${Buffer.from('{"alg":"RS256"}').toString("base64url")}.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.c2ln`;
    const ends: number[] = [];
    for (const body of [
      { access_token: jwt(now / 1000 + 600), token_type: "bearer", expires_in: 3600 },
      { access_token: jwt(now / 1000 + 9000), expires_in: 900 },
      { access_token: `hf_oauth_${given.length}abcdefgh` },
    ]) {
      answerOnce(200, body);
      ends.push((Number((await mint({ resource: "acme/awesome-model" })).expiresAt) - now) / 1000);
    }
    expect(ends).toEqual([600, 900, 3600]);
  });

  test("of another kind than was asked for is told as what it is", async () => {
    answerOnce(200, { access_token: `hf_oauth_${randomBytes(20).toString("hex")}`, expires_in: 60 });
    expect((await mint()).notices).toEqual([expect.stringContaining("it can write nothing")]);
    answerOnce(200, { access_token: `hf_jwt_${randomBytes(20).toString("hex")}`, expires_in: 60 });
    expect((await mint({ resource: "jane" })).notices).toEqual([expect.stringContaining("a token for one repository")]);
    answerOnce(200, { access_token: `hf_${randomBytes(20).toString("hex")}`, expires_in: 60 });
    const unknown = await mint();
    expect(unknown.notices).toEqual([expect.stringContaining("what it can reach is not known")]);
    expect(unknown.reach).toContain("a kind that buildseal does not know");
  });

  test("is not asked for where there is no identity", async () => {
    const host = fakeHost();
    expect(await sourceOf({}, host).mint()).toBeInstanceOf(NotHere);
    expect(host.requests).toEqual([]);
  });

  test("had for an identity that cannot be had again says until when it can be renewed", async () => {
    job = createJob(() => nowMs, {}, "never");
    expect((await mint()).notices).toEqual([expect.stringContaining("can be renewed until 2026-03-01T12:05:00.000Z")]);
  });

  test("is not asked for by a program that would do it by itself: Docker does not inherit that variable", () => {
    expect(sourceOf().variables).toEqual(["HF_OIDC_RESOURCE"]);
  });
});

describe("a resource", () => {
  test.each([
    "a/b/c",
    "models/acme/m",
    "datasets/acme",
    "datasets/a/b/c",
    "https://huggingface.co/a/b",
    "a//b",
    "",
    "a b",
  ])("that names nothing is refused before anybody is asked (%j)", async (resource) => {
    const error = await refused({ resource });
    expect(error).toMatchObject({ code: "SOURCE", message: expect.stringContaining("names nothing on the Hub") });
    expect(error.remedy).toContain("NAMESPACE/NAME");
    expect([job.asked, given]).toEqual([[], []]);
  });
});

describe("what the Hub refuses", () => {
  const asked = (claims: JobClaims): void => {
    job = createJob(() => nowMs, claims);
  };

  test("because of the claims is told with these, and where the publisher is set", async () => {
    asked({ sub: "repo:acme/fork:ref:refs/heads/main" });
    const error = await refused();
    expect(error.message).toBe(
      `${new URL(hub.url).host} gives no token for the secret hf-token (status 400: invalid_grant; No trusted publisher matches the claims of the token; x-request-id ${requestId}).`,
    );
    expect(error.remedy).toContain(
      'the trusted publishers of the model acme/awesome-model (its settings) must name exactly what the token says: issuer "https://issuer.example", subject "repo:acme/fork:ref:refs/heads/main", audience "http://127.0.0.1',
    );
    expect((await refused({ resource: "jane" })).remedy).toContain("the CI/CD identities of the account jane");
  });

  test("because the token is over, or somebody else's, is told the same way", async () => {
    asked({ exp: now / 1000 - 30 });
    expect((await refused()).message).toContain("invalid_grant; The subject token is not valid");
  });

  test.each<[Answer, string, string]>([
    [
      [400, { error: "invalid_request", error_description: "Unknown resource" }],
      "invalid_request; Unknown resource",
      "check `resource: acme/awesome-model`",
    ],
    [[429, { error: "rate" }], "status 429: rate", "Its rate limit is reached"],
    [[404, "<html>"], "status 404", "nothing exchanges tokens there"],
    [[401, {}], "status 401", "See that the trusted publishers of"],
  ])("by an answer like %j has its sentence", async (answer, words, remedy) => {
    answerAlways(answer);
    const error = await refused();
    expect(error.message).toContain(words);
    expect(error.remedy).toContain(remedy);
  });

  test("by a fault of its own is asked again, and told when it stays", async () => {
    answerOnce(503, {});
    expect((await mint()).value.exposeText()).toBe(given[0]);
    answerAlways([500, { error: "oops" }]);
    expect((await refused()).remedy).toContain("has a fault of its own");
  });

  test.each([
    ["no token", {}],
    ["no token", { access_token: "two words" }],
    ["no token", "<html>"],
    ["a token whose life is no time", { access_token: "hf_jwt_abcdefgh", expires_in: "soon" }],
    ["a token whose life is no time", { access_token: "hf_jwt_abcdefgh", expires_in: -5 }],
    ["a token that is no bearer's", { access_token: "hf_jwt_abcdefgh", token_type: "mac" }],
  ])("to say so, with %s, is an error and no empty file", async (what, body) => {
    answerOnce(200, body);
    expect((await refused()).message).toContain(`gave ${what} for the secret hf-token; x-request-id`);
  });

  test("is never shown with the token, also when its words, and its request's id, repeat it", async () => {
    let sent = "";
    faults.push((token) => {
      sent = token;
      const [, payload, signature] = token.split(".");
      return [
        400,
        { error: token, error_description: `bad ${token} ${payload} ${signature}`, message: signature },
        { "x-request-id": signature! },
      ];
    });
    const shown = inspect(await refused(), { depth: 9, showHidden: true });
    for (const part of [sent, ...sent.split(".")]) expect(part.length > 9 && shown.includes(part)).toBe(false);
  });

  test("when nobody is there is told with the host", async () => {
    const url = hub.url;
    await hub[Symbol.asyncDispose]();
    expect((await refused({ endpoint: url })).message).toContain(
      `The secret hf-token could not be had: ${new URL(url).host} could not be reached`,
    );
    hub = await serve((_, response) => answerJson(response, 200, {}));
  });
});

test("over a long build it is exchanged again, each time for a fresh identity", async () => {
  const clock = fakeClock(now);
  job = createJob(clock.now);
  const published: string[] = [];
  const failures: unknown[] = [];
  const freshness = createFreshness({
    clock,
    random: () => 0,
    watch: fakeWatch().watch,
    publish: async (_, minted) => void published.push(minted.value.exposeText()),
    late: () => {},
    report: (event) => {
      if (event.kind !== "renewed") failures.push(event);
    },
  });
  await freshness.add("hf-token", sourceOf({}, issuingHost(clock.now, { identity: job.identity })));
  for (let life = 2; life <= 6; life++) {
    nowMs = clock.now();
    await clock.pass(24 * 60_000 + 1000);
    await expect.poll(() => published.length).toBe(life);
  }
  await freshness.stop();
  expect(failures).toEqual([]);
  expect([new Set(published).size, new Set(job.tokens).size]).toEqual([6, 6]);
});
