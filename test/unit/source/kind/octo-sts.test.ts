import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NotHere, type SealError } from "../../../../src/error.ts";
import { ExchangeError } from "../../../../src/identity/exchange/exchange.ts";
import { createFreshness } from "../../../../src/source/freshness.ts";
import { createOctoStsSource, type OctoStsSourceOptions } from "../../../../src/source/kind/octo-sts.ts";
import { type Minted, secretsOf } from "../../../../src/source/source.ts";
import { fakeHost, now, sealErrorOf } from "../../identity/fake-host.ts";
import { answerJson, type Loopback, serve } from "../../identity/loopback.ts";
import { fakeClock, fakeWatch } from "../fake-clock.ts";
import { issuingHost } from "../issuing-host.ts";
import { createJob, type JobClaims } from "../job-identity.ts";

type Answer = readonly [status: number, body: unknown];

/** Trust policies, by their repository and name; `broken` is one that cannot be read. */
const policies: Readonly<Record<string, { readonly iss: string; readonly sub: string } | "broken">> = {
  "acme/app build": { iss: "https://issuer.example", sub: "repo:acme/app:ref:refs/heads/main" },
  "acme/.github org-build": { iss: "https://issuer.example", sub: "repo:acme/app:ref:refs/heads/main" },
  "acme/app broken": "broken",
};

let clockMs: () => number;
let sts: Loopback;
let job: ReturnType<typeof createJob>;
/** Tokens that GitHub takes, and all that ever were. */
let living: Set<string>;
let given: string[];
let requests: string[];
let faults: ((bearer: string) => Answer)[];

/** gRPC's codes and texts, as octo-sts gives them through its gateway (octo-sts/app, pkg/octosts). */
const status = (http: number, code: number, message: string): Answer => [http, { code, message, details: [] }];

function exchange(url: URL, bearer: string): Answer {
  const fault = faults.shift();
  if (fault !== undefined) return fault(bearer);
  const claims = job.verify(bearer);
  if (claims === undefined) return status(401, 16, "unable to verify bearer token");
  const scope = url.searchParams.get("scope") ?? "";
  const name = url.searchParams.get("identity") ?? "";
  if (scope === "") return status(400, 3, "scope must be provided");
  if (name === "") return status(400, 3, "identity must be provided");
  const policy = policies[`${scope.includes("/") ? scope : `${scope}/.github`} ${name}`];
  if (policy === undefined) return status(404, 5, `unable to find trust policy for "${name}"`);
  if (policy === "broken") return status(404, 5, `unable to parse trust policy found for "${name}"`);
  for (const key of ["iss", "sub"] as const) {
    if (claims[key] === policy[key]) continue;
    const what = key === "iss" ? "issuer" : "subject";
    return status(403, 7, `trust policy: ${what} "${String(claims[key])}" did not match "${policy[key]}"`);
  }
  const domain = new URL(sts.url).host;
  if (claims["aud"] !== domain) return status(403, 7, `trust policy: audience "${domain}" did not match any of`);
  const token = `ghs_${randomBytes(40).toString("base64url").replaceAll(/[-_]/g, "x").slice(0, 36)}`;
  given.push(token);
  living.add(token);
  return [200, { token }];
}

beforeEach(async () => {
  clockMs = () => now;
  [living, given, requests, faults] = [new Set(), [], [], []];
  job = createJob(() => clockMs());
  sts = await serve((request, response, url) => {
    const bearer = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    requests.push(`${request.method} ${url.pathname}`);
    const date = new Date(clockMs()).toUTCString();
    if (request.method === "DELETE" && url.pathname === "/installation/token") {
      response.writeHead(living.delete(bearer) ? 204 : 401, { date }).end();
      return;
    }
    const isExchange = request.method === "GET" && url.pathname === "/sts/exchange";
    const [code, body] = isExchange ? exchange(url, bearer) : status(404, 5, "Not Found");
    answerJson(response, code, body, { date });
  });
});
afterEach(() => sts[Symbol.asyncDispose]());

/** Its own octo-sts belongs to the GitHub server that the runner names. */
const hostWith = () =>
  issuingHost(() => clockMs(), { identity: job.identity, environment: { GITHUB_API_URL: sts.url } });
const sourceOf = (more: Partial<OctoStsSourceOptions> = {}, host = hostWith()) =>
  createOctoStsSource("forge", { scope: "acme/app", identityName: "build", endpoint: sts.url, ...more }, host);
const mint = async (more: Partial<OctoStsSourceOptions> = {}): Promise<Minted> =>
  (await sourceOf(more).mint()) as Minted;
const refused = (more: Partial<OctoStsSourceOptions> = {}): Promise<SealError> => sealErrorOf(sourceOf(more).mint());
const answerAlways = (answer: Answer): void => void faults.push(...Array.from({ length: 9 }, () => () => answer));

describe("a token of octo-sts", () => {
  test("is had for the job's identity, whose audience is the server's own host", async () => {
    const minted = await mint({ identity: "ci" });
    expect([job.asked, job.names]).toEqual([[new URL(sts.url).host], ["ci"]]);
    expect(minted.value.exposeText()).toBe(given[0]);
    expect(minted.reach).toBe("what .github/chainguard/build.sts.yaml in acme/app allows");
    expect(minted.expiresAt).toEqual(new Date(now + 3_600_000));
    expect(secretsOf(minted).map((secret) => secret.exposeText())).toEqual([given[0], job.tokens[0]]);
  });

  test("is had for an organisation, whose policies are in its repository .github", async () => {
    const minted = await mint({ scope: "acme", identityName: "org-build" });
    expect(minted.reach).toBe("what .github/chainguard/org-build.sts.yaml in acme/.github allows");
  });

  test("is asked for at octo-sts.dev where no other is named, and revoked at github.com wherever the job runs", async () => {
    const host = fakeHost({
      identity: job.identity,
      environment: { GITHUB_API_URL: "https://ghe.example/api/v3" },
      answer: ({ method }) => ({
        status: method === "DELETE" ? 204 : 200,
        header: () => undefined,
        body: Buffer.from(method === "DELETE" ? "" : '{"token":"ghs_abcdefgh"}'),
      }),
    });
    const minted = (await sourceOf({ endpoint: undefined }, host).mint()) as Minted;
    await minted.revoke!();
    expect(job.asked).toEqual(["octo-sts.dev"]);
    expect(host.requests.map(({ url }) => url)).toEqual([
      "https://octo-sts.dev/sts/exchange?scope=acme%2Fapp&identity=build",
      "https://api.github.com/installation/token",
    ]);
  });

  test("tells its own end where it holds a JWT", async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    faults.push(() => [200, { token: `ghs_42_${part({ alg: "RS256" })}.${part({ exp: now / 1000 + 600 })}.c2ln` }]);
    expect((await mint()).expiresAt).toEqual(new Date(now + 600_000));
  });

  test("is revoked at GitHub; twice is no error", async () => {
    const minted = await mint();
    await minted.revoke!();
    expect(living.size).toBe(0);
    await minted.revoke!();
    // it is asked several times before a 401 is believed
    expect(requests.filter((line) => line.startsWith("DELETE"))).toHaveLength(1 + 4);
  });

  test("that was perhaps given without arriving is asked for again, and that is told", async () => {
    faults.push(() => status(502, 13, "bad gateway"));
    expect((await mint()).notices).toEqual([
      `warning: ${new URL(sts.url).host} gave no whole answer when it was asked for the secret forge: a token that nobody knows may be alive until its hour is over.`,
    ]);
    faults.push(() => status(503, 14, "unavailable"));
    expect((await mint()).notices).toEqual([]);
  });

  test.each<[string, Answer]>([
    ["a gateway's fault", status(502, 13, "bad gateway")],
    ["an answer of 200 without it", [200, {}]],
  ])("that was perhaps given and never arrived, by %s, is told in the error", async (_, answer) => {
    answerAlways(answer);
    const [doubt, of] = ["a token that nobody knows may be alive until its hour is over", new URL(sts.url).host];
    expect((await refused()).message).toContain(
      `${of} gave no whole answer when it was asked for the secret forge: ${doubt}.`,
    );
  });

  test("that was perhaps given before a refusal is told in the error, and one that surely was not is none", async () => {
    faults.push(
      () => status(502, 13, "bad gateway"),
      () => status(403, 7, "no"),
    );
    expect((await refused()).message).toMatch(/does not trust this token .*may be alive/);
    for (const refusal of [status(403, 7, "no"), status(503, 14, "unavailable")]) {
      faults = [];
      answerAlways(refusal);
      expect((await refused()).message).not.toContain("may be alive");
    }
  });

  test("whose answers all break off midway is told in the error; one whose server is not there is none", async () => {
    const breaking = await serve((request) => void request.socket.destroy());
    const url = breaking.url;
    expect((await refused({ endpoint: url })).message).toMatch(/broke the connection off.*may be alive/);
    await breaking[Symbol.asyncDispose]();
    expect((await refused({ endpoint: url })).message).not.toContain("may be alive");
  });

  test.each([
    ["that takes the connection and never answers TLS", false],
    ["that is silent once it was asked", true],
  ])("whose server is one %s is told in the error where it may be alive, and only there", async (_, wasSent) => {
    const exchange = async () => {
      throw new ExchangeError("too-slow", "sts.example said nothing for 15 s", "See.", { wasSent });
    };
    const host = { ...hostWith(), exchange };
    const error = await sealErrorOf(sourceOf({}, host).mint());
    expect(error.message).toContain("The secret forge could not be had: sts.example said nothing for 15 s.");
    expect(error.message.includes("may be alive")).toBe(wasSent);
  });

  test("that comes when the build has ended is revoked at once", async () => {
    const control = new AbortController();
    faults.push(() => {
      control.abort();
      return [503, {}];
    });
    const error = await sealErrorOf(sourceOf().mint({ signal: control.signal }) as Promise<unknown>);
    expect(error.message).toContain("The build ended");
    expect([given.length, living.size]).toEqual([1, 0]);
  });

  test("is not asked for where there is no identity", async () => {
    const host = fakeHost();
    expect(await sourceOf({}, host).mint()).toBeInstanceOf(NotHere);
    expect(host.requests).toEqual([]);
  });

  test("had for an identity that cannot be had again says until when it can be renewed", async () => {
    job = createJob(() => clockMs(), {}, "never");
    expect((await mint()).notices).toEqual([expect.stringContaining("can be renewed until 2026-03-01T12:05:00.000Z")]);
  });

  test("is not asked for at a scope that is none", async () => {
    for (const scope of ["a/b/c", "", "https://github.com/a/b", "a b"]) {
      expect((await refused({ scope })).message).toContain("is neither OWNER/NAME nor an organisation");
    }
    expect(requests).toEqual([]);
  });
});

describe("what octo-sts refuses", () => {
  test("because the policy trusts somebody else is told with the token's claims", async () => {
    const claims: JobClaims = { sub: "repo:acme/app:pull_request" };
    job = createJob(() => clockMs(), claims);
    const error = await refused();
    expect(error.message).toContain(
      ".github/chainguard/build.sts.yaml in acme/app does not trust this token (status 403",
    );
    expect(error.remedy).toContain(
      'issuer "https://issuer.example", subject "repo:acme/app:pull_request", audience "127.0.0.1',
    );
    expect(error.remedy).toContain("issuer and subject (or their patterns) must match");
  });

  test("because there is no such policy names the file, and that an absence is remembered", async () => {
    const error = await refused({ identityName: "nobody" });
    expect(error.message).toContain("it finds no .github/chainguard/nobody.sts.yaml in acme/app");
    expect(error.remedy).toContain("five minutes");
    expect((await refused({ scope: "acme", identityName: "nobody" })).remedy).toContain(
      "default branch of acme/.github",
    );
  });

  test.each<[string, string, string, Answer | undefined]>([
    ["a policy that cannot be read", "cannot be understood (status 404", "Correct that file", undefined],
    [
      "a token of nobody",
      "it cannot verify the token (status 401",
      "publish its keys",
      status(401, 16, "unable to verify bearer token"),
    ],
    [
      "an issuer out of reach",
      "does not take the token's issuer",
      "over https",
      status(400, 3, "unable to fetch or create the provider"),
    ],
    [
      "more than the App has",
      "GitHub does not give what .github",
      "the App's own",
      status(403, 7, "token exchange failure (StatusUnprocessableEntity)"),
    ],
    ["a rate limit", "a rate limit is reached", "try again later", status(429, 8, "GitHub API rate limit exceeded")],
    [
      "a fault",
      "it has a fault of its own (status 500: failed to get token)",
      "Try again",
      status(500, 13, "failed to get token"),
    ],
    ["a page", "its answer is none of octo-sts (status 200)", "endpoint", [200, "<html>"]],
    ["no token", "its answer is none of octo-sts (status 200)", "endpoint", [200, { token: "" }]],
    [
      "an organisation without its App",
      "its App is not installed at acme (status 404",
      "on acme/app too",
      status(404, 5, 'no installation found for "acme"'),
    ],
    [
      "an issuer that the organisation does not list",
      "acme does not take tokens of this issuer (status 403",
      "trusted-token-issuers.yaml in acme/.github",
      status(403, 7, "issuer not permitted by organization policy"),
    ],
  ])("for %s has its sentence", async (what, message, remedy, answer) => {
    if (answer !== undefined) answerAlways(answer);
    const error = await refused(what.startsWith("a policy") ? { identityName: "broken" } : {});
    expect(error.message).toContain(message);
    expect(error.remedy).toContain(remedy);
  });

  test("is never shown with the token, also when its words repeat it", async () => {
    let sent = "";
    faults.push((bearer) => {
      sent = bearer;
      return status(403, 7, `trust policy: ${bearer} ${bearer.split(".")[2]} did not match`);
    });
    const shown = inspect(await refused(), { depth: 9, showHidden: true });
    for (const part of [sent, ...sent.split(".")]) expect(part.length > 9 && shown.includes(part)).toBe(false);
  });
});

test("over a long build it is asked for again, and all of them are revoked at its end", async () => {
  const clock = fakeClock(now);
  clockMs = clock.now;
  const published: Minted[] = [];
  const freshness = createFreshness({
    clock,
    random: () => 0,
    watch: fakeWatch().watch,
    publish: async (_, minted) => void published.push(minted),
    late: () => {},
    report: () => {},
  });
  await freshness.add("forge", sourceOf());
  for (let life = 2; life <= 5; life++) {
    await clock.pass(24 * 60_000 + 1000);
    await expect.poll(() => published.length).toBe(life);
  }
  await freshness.stop();
  expect(living.size).toBe(5);
  await Promise.all(published.map(({ revoke }) => revoke!()));
  expect(living.size).toBe(0);
});
