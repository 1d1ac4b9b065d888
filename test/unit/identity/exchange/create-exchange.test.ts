import { describe, expect, test } from "vitest";
import { SealError } from "../../../../src/error.ts";
import { createExchange } from "../../../../src/identity/exchange/create-exchange.ts";
import {
  type ExchangeAnswer,
  ExchangeError,
  type ExchangeRequest,
  type Send,
} from "../../../../src/identity/exchange/exchange.ts";
import { answered, sealErrorOf } from "../fake-host.ts";

/** A server that gives its answers in turn, and a clock that only waiting moves. */
function world(
  answers: readonly (ExchangeAnswer | ExchangeError)[],
  isAllowed: (host: string) => boolean = () => false,
) {
  let nowMs = Date.parse("2026-03-01T12:00:00Z");
  const waits: number[] = [];
  const sent: { readonly url: string; readonly method: string; readonly body: string }[] = [];
  let next = 0;
  const send: Send = async ({ url, method, body }) => {
    sent.push({ url: url.href, method, body: new TextDecoder().decode(body) });
    const answer = answers[Math.min(next++, answers.length - 1)]!;
    if (answer instanceof ExchangeError) throw answer;
    return answer;
  };
  const exchange = createExchange({
    send,
    isAllowed,
    now: () => nowMs,
    wait: (delayMs, signal) => {
      // the limit of the whole: it ends when the exchange does
      if (delayMs >= 30_000) {
        return new Promise((done) => {
          signal.addEventListener("abort", () => done());
          if (signal.aborted) done();
        });
      }
      waits.push(delayMs);
      nowMs += delayMs;
      return Promise.resolve();
    },
    random: () => 0,
  });
  const ask = (request: Partial<ExchangeRequest> = {}) =>
    exchange({ url: "https://api.github.com/x", namedBy: "configuration", ...request });
  return { ask, sent, waits };
}

const unreachable = new ExchangeError("unreachable", "h could not be reached (ECONNREFUSED)", "See.");

describe("an exchange", () => {
  test("is one request where that is answered", async () => {
    const { ask, sent, waits } = world([answered(200, "yes")]);
    expect((await ask({ body: "a=b" })).status).toBe(200);
    expect(sent).toEqual([{ url: "https://api.github.com/x", method: "POST", body: "a=b" }]);
    expect(waits).toEqual([]);
  });

  test("is tried again, each time later, where nobody is reached or the server says that it is not well", async () => {
    const { ask, sent, waits } = world([unreachable, answered(503), answered(429), answered(200)]);
    expect((await ask()).status).toBe(200);
    expect(sent.length).toBe(4);
    expect(waits).toEqual([400, 800, 1600]);
  });

  test("ends with what was said last, and with what went wrong last", async () => {
    expect((await world([answered(503)]).ask()).status).toBe(503);
    await expect(world([unreachable]).ask()).rejects.toBe(unreachable);
  });

  test("waits as long as the server wishes, in seconds or until a date, but not for ever", async () => {
    const slow = world([answered(429, "", { "retry-after": "7" }), answered(200)]);
    expect((await slow.ask()).status).toBe(200);
    expect(slow.waits).toEqual([7000]);
    const dated = world([answered(503, "", { "retry-after": "Sun, 01 Mar 2026 12:00:03 GMT" }), answered(200)]);
    await dated.ask();
    expect(dated.waits).toEqual([3000]);
    const long = world([answered(429, "", { "retry-after": "3600" }), answered(200)]);
    expect((await long.ask()).status).toBe(429);
    expect(long.sent.length).toBe(1);
  });

  test("is not repeated for a refusal, nor where the asker says that it may have been done", async () => {
    for (const status of [400, 401, 403, 404, 501]) {
      const { ask, sent } = world([answered(status)]);
      expect((await ask()).status).toBe(status);
      expect(sent.length).toBe(1);
    }
    const once = world([answered(503)]);
    await once.ask({ repeat: false });
    expect(once.sent.length).toBe(1);
  });

  test("is repeated for what the asker knows to pass", async () => {
    const { ask } = world([answered(400, "IDPCommunicationError"), answered(200)]);
    const isPassing = (answer: ExchangeAnswer) => new TextDecoder().decode(answer.body).includes("IDP");
    expect((await ask({ isPassing })).status).toBe(200);
  });

  test.each([301, 302, 303, 307, 308])("does not carry a credential on to where a %i points", async (status) => {
    const { ask, sent } = world([answered(status, "", { location: "https://evil.example/take?it" })]);
    const error = await sealErrorOf(ask());
    expect(error.message).toContain("sends us to evil.example");
    expect(sent.length).toBe(1);
  });

  test("that is cut short by the build's end says so", async () => {
    const control = new AbortController();
    const { ask } = world([unreachable]);
    control.abort();
    await expect(ask({ signal: control.signal })).rejects.toMatchObject({ failure: "stopped" });
  });
});

describe("where a credential may go", () => {
  const allowed = (host: string) => host === "ghe.example.com";
  const ask = (url: string, namedBy: ExchangeRequest["namedBy"] = "configuration") =>
    world([answered(200)], allowed).ask({ url, namedBy });

  test.each([
    "https://api.github.com/app",
    "https://sts.eu-west-1.amazonaws.com/",
    "https://sts.cn-north-1.amazonaws.com.cn/",
    "https://huggingface.co/oauth/token",
    "https://octo-sts.dev/sts/exchange",
    "https://pipelines.actions.githubusercontent.com/x",
    "http://127.0.0.1:9000/",
    "http://[::1]:9000/",
    "http://localhost:9000/",
    "http://169.254.170.23/v1/credentials",
    "https://ghe.example.com/api/v3",
  ])("%s", async (url) => expect((await ask(url)).status).toBe(200));

  test.each([
    ["https://evil.example/", "neither built in nor allowed"],
    ["https://amazonaws.com.evil.example/", "neither built in nor allowed"],
    ["https://notamazonaws.com/", "neither built in nor allowed"],
    ["https://api.github.com.evil.example/", "neither built in nor allowed"],
    ["http://api.github.com/", "over http"],
    ["http://127.0.0.1.evil.example/", "over http"],
    ["https://user:word@api.github.com/", "has a login in it"],
    ["ftp://api.github.com/", "is not a URL"],
    ["nonsense", "is not a URL"],
    ["http://169.254.169.254/latest", "over http"],
  ])("not to %s", async (url, says) => {
    const error = await sealErrorOf(ask(url));
    expect(error).toBeInstanceOf(SealError);
    expect([error.code, error.message]).toEqual(["POLICY", expect.stringContaining(says)]);
    expect(error.message).not.toContain("word");
  });

  test("to any host that the platform names, but over https", async () => {
    expect((await ask("https://oidc.runner.example/", "platform")).status).toBe(200);
    expect((await sealErrorOf(ask("http://oidc.runner.example/", "platform"))).code).toBe("POLICY");
  });
});
