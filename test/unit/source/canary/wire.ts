import { createExchange } from "../../../../src/identity/exchange/create-exchange.ts";
import {
  type Exchange,
  type ExchangeAnswer,
  ExchangeError,
  type ExchangeFailure,
  type Send,
} from "../../../../src/identity/exchange/exchange.ts";
import { now } from "../../identity/fake-host.ts";
import type { Planted } from "./planted.ts";

export type Sent = {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What a server answers when all is well: a status, a body (an object becomes JSON), headers. Nothing: it does not know that address. */
export type Answer = (
  sent: Sent,
) => readonly [status: number, body: unknown, headers?: Record<string, string>] | undefined;

/** What happens instead, from one request on, until this is taken back. */
export type Fault = { readonly name: string; readonly answer: (echo: Echo) => ExchangeAnswer };

/** What a server that was sent credentials can repeat of them. */
type Echo = { readonly values: readonly string[]; readonly sent: Sent };

export type Wire = {
  readonly exchange: Exchange;
  readonly requests: () => number;
  /** The fault takes the place of the answer to this request (from 1) and those that follow it. */
  readonly breakAt: (request: number, fault: Fault) => void;
};

/**
 * The real exchange, with servers behind it that answer, or say no and repeat in their words whatever they were sent.
 * Credentials that only come about on the way (signatures, assertions) are planted as they are seen.
 *
 * @param known values that were given before, and are masked
 */
export function openWire(answer: Answer, planted: Planted, known: readonly string[] = []): Wire {
  let requests = 0;
  /** By host: one server knows nothing of what another one was sent. */
  const seen = new Map<string, Set<string>>();
  let broken: { readonly from: number; readonly fault: Fault } | undefined;
  const send: Send = async ({ url, method, headers, body }) => {
    requests++;
    const sent: Sent = { url, method, headers, body: new TextDecoder().decode(body) };
    const sentHere = seen.get(url.host) ?? new Set();
    for (const value of credentialsIn(sent)) sentHere.add(planted.add(value));
    seen.set(url.host, sentHere);
    if (broken !== undefined && requests >= broken.from) {
      // what nobody was told can be recognized by its looks alone
      const told = planted.kind === "random" ? planted.all() : known;
      return broken.fault.answer({ values: [...new Set([...sentHere, ...told])], sent });
    }
    const [status, content, more] = answer(sent) ?? [404, { message: "Not Found" }];
    return answerOf(status, typeof content === "string" ? content : JSON.stringify(content), more);
  };
  return {
    exchange: createExchange({
      send,
      isAllowed: () => false,
      now: () => now,
      wait: (delayMs, signal) =>
        delayMs < 30_000
          ? Promise.resolve()
          : new Promise((done) => {
              signal.addEventListener("abort", () => done());
              if (signal.aborted) done();
            }),
      random: () => 0,
    }),
    requests: () => requests,
    breakAt: (from, fault) => {
      broken = { from, fault };
    },
  };
}

function answerOf(status: number, body: string, headers: Readonly<Record<string, string>> = {}): ExchangeAnswer {
  const all: Readonly<Record<string, string>> = { date: new Date(now).toUTCString(), ...headers };
  return { status, header: (name) => all[name], body: new TextEncoder().encode(body) };
}

const credentialKey = /token$|assertion|signature|secret|password|jwt/i;

/** In the Authorization header and others with telling names, and in the body, be it a form or JSON. */
function credentialsIn({ headers, body }: Sent): string[] {
  const found: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    // of a signature by AWS's scheme all but the last part is public
    const signature = /^AWS4-HMAC-SHA256 .*Signature=(\w+)$/.exec(value)?.[1];
    if (signature !== undefined) found.push(signature);
    else if (/authorization/i.test(name)) found.push(value.replace(/^\w+ /, ""));
    if (credentialKey.test(name)) found.push(value);
  }
  const take = (key: string, value: unknown): void => {
    if (typeof value === "string" && credentialKey.test(key) && !value.startsWith("urn:")) found.push(value);
  };
  try {
    JSON.parse(body, (key, value: unknown) => {
      take(key, value);
      return value;
    });
  } catch {
    for (const [key, value] of new URLSearchParams(body)) take(key, value);
  }
  return found.filter((value) => value.length >= 12);
}

/** A sentence as servers write it, with each value in it, raw and in the forms in which it was or could have been sent. */
function sentenceOf(values: readonly string[]): string {
  const forms = values.flatMap((value) => [
    value,
    encodeURIComponent(value),
    Buffer.from(value).toString("base64"),
    Buffer.from(value).toString("base64url"),
    `Bearer ${value}`,
  ]);
  return `could not accept: ${forms.join(" , ")} (got '${values[0] ?? ""}')`;
}

const escapedForXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

type Body = (words: string, sent: Sent) => string;
const bodies: Readonly<Record<string, Body>> = {
  "OAuth's error": (words) => JSON.stringify({ error: "invalid_grant", error_description: words, error_uri: words }),
  "GitHub's error": (words) =>
    JSON.stringify({ message: words, errors: [{ message: words }], documentation_url: "https://example.com/" }),
  "an error with a type": (words) =>
    JSON.stringify({ type: words, message: words, error: words, title: words, detail: words }),
  "an error within": (words) => JSON.stringify({ error: { code: words, message: words, type: "x" }, Message: words }),
  "a request repeated": (words, { body, headers }) =>
    JSON.stringify({ error: body, message: JSON.stringify(headers), detail: words }),
  "AWS's error": (words) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>${escapedForXml(words)}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  "a page": (words) => `<html><body>${escapedForXml(words)}</body></html>`,
  text: (words) => words,
};

const statuses = [400, 401, 403, 404, 422, 429, 500];

/** Every way in which a server says no, or half. */
export const faults: readonly Fault[] = [
  ...statuses.flatMap((status) => {
    return Object.entries(bodies).map(
      ([name, body]): Fault => ({
        name: `${status} with ${name}`,
        answer: ({ values, sent }) => {
          const words = sentenceOf(values);
          return answerOf(status, body(words, sent), {
            "x-request-id": words,
            "retry-after": "0",
            "www-authenticate": words,
            location: words,
          });
        },
      }),
    );
  }),
  ...[200, 201].flatMap((status) => {
    const strange: Readonly<Record<string, Body>> = {
      ...bodies,
      nothing: () => "",
      "half of JSON": (words) => JSON.stringify({ token: words, access_token: words }).slice(0, -8),
      "a token that is none": (words) =>
        JSON.stringify({
          token: words,
          access_token: words,
          value: words,
          expires_at: words,
          expires_in: words,
          id: 7,
          account: { login: words },
        }),
      "a list": (words) => JSON.stringify([words]),
      "a bare text": (words) => JSON.stringify(words),
      "half a session": (words) =>
        `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${escapedForXml(words)}</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    };
    return Object.entries(strange).map(
      ([name, body]): Fault => ({
        name: `${status} with ${name}`,
        answer: ({ values, sent }) =>
          answerOf(status, body(sentenceOf(values), sent), { "x-request-id": values[0] ?? "" }),
      }),
    );
  }),
  {
    name: "a redirect",
    answer: ({ values }) =>
      answerOf(302, "", { location: `https://elsewhere.example/?token=${encodeURIComponent(values[0] ?? "")}` }),
  },
  ...(["unreachable", "certificate", "broke-off", "too-slow", "too-large", "stopped"] satisfies ExchangeFailure[]).map(
    (failure): Fault => ({
      name: failure,
      answer: () => {
        throw new ExchangeError(failure, "h could not be reached (ECONNRESET)", "See.", {
          wasSent: !/^(?:unreachable|certificate)$/.test(failure),
          cause: new Error("read ECONNRESET"),
        });
      },
    }),
  ),
];
