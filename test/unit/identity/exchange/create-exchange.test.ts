import { describe, expect, test } from "vitest";
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
  sending: () => void = () => {},
) {
  let nowMs = Date.parse("2026-03-01T12:00:00Z");
  const waits: number[] = [];
  const sent: { readonly url: string; readonly method: string; readonly body: string }[] = [];
  let next = 0;
  const send: Send = async ({ url, method, body }) => {
    sent.push({ url: url.href, method, body: new TextDecoder().decode(body) });
    const answer = answers[Math.min(next++, answers.length - 1)]!;
    sending();
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
    exchange({ url: "https://api.github.com/x", namedBy: "configuration", purpose: "github-api", ...request });
  return { ask, sent, waits };
}

const slow = (wasSent: boolean) => new ExchangeError("too-slow", "h said nothing for 15 s", "See.", { wasSent });
const unreachable = new ExchangeError("unreachable", "h could not be reached (ECONNREFUSED)", "See.", {
  wasSent: false,
});

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

  test("is not repeated for a refusal", async () => {
    for (const status of [400, 401, 403, 404, 501]) {
      const { ask, sent } = world([answered(status)]);
      expect((await ask()).status).toBe(status);
      expect(sent.length).toBe(1);
    }
  });

  test.each([
    ["a fault of the server's", answered(500)],
    ["an answer that a proxy did not wait for", answered(504)],
    [
      "an answer that broke off",
      new ExchangeError("broke-off", "h broke the connection off", "See.", { wasSent: true }),
    ],
  ])("that may have been done, by %s, is repeated only where the asker agrees", async (_, said) => {
    const never = world([said, answered(200)]);
    await never.ask({ mayRepeat: () => false }).catch(() => {});
    expect(never.sent.length).toBe(1);
    let agreed = 0;
    const once = world([said, said, answered(200)]);
    await once.ask({ mayRepeat: () => agreed++ === 0 }).catch(() => {});
    expect(once.sent.length).toBe(2);
  });

  test("that was surely not done is repeated without asking", async () => {
    const { ask, sent } = world([unreachable, answered(503), answered(429), answered(200)]);
    const mayRepeat = () => expect.unreachable();
    expect((await ask({ mayRepeat })).status).toBe(200);
    expect(sent.length).toBe(4);
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

  test("that is cut short knows whether it had gone out", async () => {
    const cut = (answer: ExchangeAnswer | ExchangeError, from: "request" | "wait") => {
      const control = new AbortController();
      const { ask } = world([answer], () => false, from === "request" ? () => control.abort() : undefined);
      const end = () => {
        control.abort();
        return true;
      };
      return ask({ signal: control.signal, mayRepeat: end });
    };
    await expect(cut(unreachable, "request")).rejects.toMatchObject({ failure: "stopped", wasSent: false });
    await expect(cut(slow(true), "request")).rejects.toMatchObject({ failure: "stopped", wasSent: true });
    await expect(cut(slow(false), "request")).rejects.toMatchObject({ failure: "stopped", wasSent: false });
    await expect(cut(answered(200), "request")).rejects.toMatchObject({ failure: "stopped", wasSent: true });
    await expect(cut(answered(500), "wait")).rejects.toMatchObject({ failure: "stopped", wasSent: true });
  });

  test.each([true, false])(
    "with a server that said nothing is not repeated, had it gone out (%s) or not",
    async (was) => {
      const { ask, sent } = world([slow(was), answered(200)]);
      await expect(ask()).rejects.toMatchObject({ failure: "too-slow", wasSent: was });
      expect(sent.length).toBe(1);
    },
  );
});
