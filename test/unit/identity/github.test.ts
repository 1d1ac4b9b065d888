import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import type { NotHere, SealError } from "../../../src/error.ts";
import { createGithubProvider, type GithubOptions } from "../../../src/identity/github.ts";
import { type Identity, type IdentityAsk, NotSetUp } from "../../../src/identity/identity.ts";
import { answered, type FakeHost, fakeHost, inSeconds, now, sealErrorOf } from "./fake-host.ts";
import { answerJson, createIssuer, type Loopback, loopbackExchange, serve } from "./loopback.ts";

const issuer = createIssuer("https://token.actions.githubusercontent.com");
const rights = createIssuer("https://pipelines.example.com");
const sts = "sts.amazonaws.com";

type Service = Loopback & { readonly asked: readonly (string | null)[] };

/** As GitHub's: it verifies the request token and its end, wants its API's version, and makes a token for 5 minutes. */
async function openService(odd?: (response: ServerResponse, tries: number) => boolean): Promise<Service> {
  const asked: (string | null)[] = [];
  let tries = 0;
  const server = await serve((request, response, url) => {
    if (odd?.(response, ++tries) === true) return;
    const [scheme, token = ""] = (request.headers.authorization ?? "").split(" ");
    const right = scheme === "Bearer" ? rights.verify(token) : "scheme";
    if (typeof right === "string") return answerJson(response, 401, { message: `${right}: ${token}` });
    const isIdToken = request.method === "GET" && url.pathname === "/1//idtoken/2";
    if (!isIdToken || url.searchParams.get("api-version") !== "2.0") return answerJson(response, 404, {});
    if (right["scp"] !== "id-token") return answerJson(response, 403, { message: "Resource not accessible" });
    const audience = url.searchParams.get("audience");
    asked.push(audience);
    const claims = {
      sub: "repo:acme@1234/app@5678:ref:refs/heads/main",
      aud: audience ?? "https://github.com/acme",
      jti: String(asked.length),
    };
    return answerJson(response, 200, { count: 1, value: issuer.sign(claims) });
  });
  return { ...server, asked, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const requestToken = (claims = {}) => rights.sign({ scp: "id-token", exp: inSeconds(6 * 3600), ...claims });
const urlOf = ({ url }: Loopback) => `${url}/1//idtoken/2?api-version=2.0`;

function jobOf(service: Loopback, token = requestToken(), limitMs?: number): FakeHost {
  const environment = {
    GITHUB_ACTIONS: "true",
    ACTIONS_ID_TOKEN_REQUEST_URL: urlOf(service),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
  };
  return { ...fakeHost({ environment }), exchange: loopbackExchange(limitMs) };
}

function ask(host: FakeHost, wanted: IdentityAsk = { audience: sts }, options: GithubOptions = {}) {
  return createGithubProvider("gh", options, host)(wanted);
}

describe("the identity of a GitHub job", () => {
  test("is a token for the audience that is asked for, which its issuer signed", async () => {
    await using service = await openService();
    const identity = (await ask(jobOf(service))) as Identity;
    expect(identity).toMatchObject({
      issuer: "https://token.actions.githubusercontent.com",
      audience: [sts],
      subject: "repo:acme@1234/app@5678:ref:refs/heads/main",
      issuedAt: new Date(now),
      expiresAt: new Date(now + 300_000),
      from: "github",
      renewal: "mint",
      notices: [],
    });
    expect(issuer.verify(identity.token.exposeText())).toMatchObject({ aud: sts });
  });

  test("is asked for anew at each call, whose audience goes before the configured one", async () => {
    await using service = await openService();
    const provide = createGithubProvider("gh", { audience: "own" }, jobOf(service));
    const tokens = [];
    for (const audience of ["https://huggingface.co", "a&b=c d", undefined]) {
      const identity = (await provide({ audience })) as Identity;
      tokens.push(identity.token.exposeText());
    }
    expect(service.asked).toEqual(["https://huggingface.co", "a&b=c d", "own"]);
    expect(new Set(tokens).size === 3).toBe(true);
  });

  test("is for the owner's URL where nobody names an audience", async () => {
    await using service = await openService();
    expect(await ask(jobOf(service), {})).toMatchObject({ audience: ["https://github.com/acme"] });
    expect(service.asked).toEqual([null]);
  });

  test("is had at the third try where the service is not well", async () => {
    await using service = await openService((response, tries) => {
      if (tries > 2) return false;
      answerJson(response, tries === 1 ? 503 : 429, {}, { "retry-after": "1" });
      return true;
    });
    expect(await ask(jobOf(service))).toMatchObject({ from: "github" });
  });
});

async function refusal(
  host: FakeHost,
  status: number,
  says: readonly string[],
  hidden: readonly string[] = [],
): Promise<SealError> {
  const error = await sealErrorOf(ask(host));
  expect(error.code).toBe("IDENTITY");
  expect(error.message).toContain(`status ${status}`);
  for (const one of says) expect(`${error.message} ${error.remedy}`).toContain(one);
  for (const one of hidden) expect(`${error.message} ${error.remedy}`.includes(one)).toBe(false);
  return error;
}

describe("GitHub's refusal", () => {
  test("of a request token that nobody signed is told, without that token, though the answer repeats it", async () => {
    await using service = await openService();
    const forged = createIssuer("https://pipelines.example.com").sign({ scp: "id-token" });
    await refusal(jobOf(service, forged), 401, ["id-token: write", "signature"], [forged, forged.split(".")[1]!]);
  });

  test("of a request token whose time is over says how long a job may ask", async () => {
    await using service = await openService();
    const late = requestToken({ exp: inSeconds(-60) });
    await refusal(jobOf(service, late), 401, ["about 6 hours", "split the job"], [late]);
  });

  test("of a job that may not ask names the permission", async () => {
    await using service = await openService();
    const error = await refusal(jobOf(service, requestToken({ scp: "cache" })), 403, ["Resource not accessible"]);
    expect(error.remedy).toContain("permissions: id-token: write");
  });

  test("by a server that stays unwell is told as such", async () => {
    await using service = await openService((response) => {
      answerJson(response, 500, { message: "An error occurred" });
      return true;
    });
    const error = await refusal(jobOf(service), 500, ["An error occurred"]);
    expect(error.remedy).toContain("try again later");
  });

  test.each<[string, number, string, string]>([
    ["without a value", 200, "{}", "no `value`"],
    ["that is a page", 200, "<html>Log in</html>", "no `value`"],
    ["whose value is no token", 200, '{"value":"hello"}', "does not hold an identity token (a JWT)"],
    ["that points elsewhere", 302, "", "sends us to evil.example"],
  ])("is what an answer %s amounts to", async (_, status, body, says) => {
    await using service = await serve((_request, response) => {
      response.writeHead(status, { location: "https://evil.example/take" }).end(body);
    });
    const error = await sealErrorOf(ask(jobOf(service)));
    expect(error.message).toContain(says);
    expect(error.remedy).not.toBe("");
  });

  test("is what an answer that breaks off amounts to, and one that does not come", async () => {
    await using half = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"value":"');
      setImmediate(() => response.destroy());
    });
    expect((await sealErrorOf(ask(jobOf(half)))).message).toContain("GitHub gave no identity token: 127.0.0.1");
    await using slow = await serve(() => {});
    const late = await sealErrorOf(ask(jobOf(slow, requestToken(), 30)));
    expect(late.message).toContain("gave no whole answer within 30 seconds");
    expect(late.code).toBe("IDENTITY");
  });

  test("is what nobody at the address amounts to", async () => {
    const service = await openService();
    const host = jobOf(service);
    await service[Symbol.asyncDispose]();
    expect((await sealErrorOf(ask(host))).message).toContain("could not be reached (ECONNREFUSED)");
  });

  test("ends with the build", async () => {
    await using slow = await serve(() => {});
    const control = new AbortController();
    const asked = sealErrorOf(ask(jobOf(slow), { audience: sts, signal: control.signal }));
    control.abort();
    expect((await asked).message).toContain("the build ended");
  });
});

describe("a token that is not what was asked for", () => {
  const answering = (claims: Record<string, unknown>) =>
    fakeHost({
      environment: {
        ACTIONS_ID_TOKEN_REQUEST_URL: "https://t.example.com/?a=1",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "right",
      },
      answer: () => answered(200, { value: issuer.sign(claims) }),
    });

  test("has another audience: that is no identity for this one", async () => {
    expect(((await ask(answering({ aud: "else" }))) as NotHere).reason).toContain(
      'GitHub\'s answer holds a token for the audience "else", and "sts.amazonaws.com" is wanted',
    );
  });

  test("has expired already: that is this machine's clock", async () => {
    const error = await sealErrorOf(ask(answering({ aud: sts, exp: inSeconds(-3600) })));
    expect(error.message).toContain("expired 60 minutes ago");
    expect(error.remedy).toContain("clock");
  });
});

describe("the service's address", () => {
  const sentTo = async (url: string, wanted: IdentityAsk) => {
    const host = fakeHost({
      environment: { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "right" },
      answer: () => answered(200, { value: issuer.sign({ aud: "x/y" }) }),
    });
    await ask(host, wanted);
    return host.requests[0];
  };

  test("keeps what it has, and gets the audience", async () => {
    const url = "https://t.example.com/51//idtoken/a-b/c?api-version=2.0&x=%2F";
    expect(await sentTo(url, { audience: "x/y" })).toMatchObject({
      url: `${url}&audience=x%2Fy`,
      namedBy: "platform",
    });
    expect((await sentTo("https://t.example.com/", { audience: "x/y" }))?.url).toBe(
      "https://t.example.com/?audience=x%2Fy",
    );
    expect((await sentTo(url, {}))?.url).toBe(url);
  });

  test("must be https where it is not this machine", async () => {
    const environment = {
      ACTIONS_ID_TOKEN_REQUEST_URL: "http://t.example.com/?a=1",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "right",
    };
    const host = { ...fakeHost({ environment }), exchange: loopbackExchange() };
    expect((await sealErrorOf(ask(host))).message).toContain("anybody on the way can read it");
  });
});

describe("no identity from GitHub", () => {
  const whyNot = async (environment: Record<string, string>, files: Record<string, string> = {}) => {
    const answer = await ask(fakeHost({ environment, files }));
    return { isNear: answer instanceof NotSetUp, reason: (answer as NotHere).reason };
  };

  test("is there outside of GitHub Actions", async () => {
    const reason = "neither ACTIONS_ID_TOKEN_REQUEST_URL nor ACTIONS_ID_TOKEN_REQUEST_TOKEN is set";
    expect(await whyNot({})).toEqual({ isNear: false, reason });
    for (const other of ["GITEA_ACTIONS", "FORGEJO_ACTIONS"]) {
      expect(await whyNot({ GITHUB_ACTIONS: "true", [other]: "true" })).toEqual({ isNear: false, reason });
    }
  });

  test("is there in a job that may not ask, and that says which permission is missing", async () => {
    const { isNear, reason } = await whyNot({ GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "push" });
    expect(isNear).toBe(true);
    expect(reason).toContain("no `permissions: id-token: write`");
    expect(reason).toContain("reusable workflow");
  });

  test("is there for a fork's pull request, and that says so", async () => {
    const event = {
      pull_request: { head: { repo: { full_name: "stranger/app" } }, base: { repo: { full_name: "acme/app" } } },
    };
    const environment = {
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_EVENT_PATH: "/event.json",
      GITHUB_REPOSITORY: "acme/app",
    };
    const { reason } = await whyNot(environment, { "/event.json": JSON.stringify(event) });
    expect(reason).toBe(
      "this is GitHub's pull_request event for a pull request from stranger/app, and GitHub gives such a job no identity token",
    );
    const target = { ...environment, GITHUB_EVENT_NAME: "pull_request_target" };
    expect((await whyNot(target, { "/event.json": JSON.stringify(event) })).reason).toContain("id-token: write");
  });

  test.each([
    ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
    ["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"],
  ])("is an error where only %s came along", async (there, missing) => {
    const error = await sealErrorOf(ask(fakeHost({ environment: { [there]: "https://x.example.com" } })));
    expect(error.message).toContain(`${there} is set, but ${missing} is not`);
  });
});
