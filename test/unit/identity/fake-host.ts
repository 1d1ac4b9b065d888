import { randomBytes } from "node:crypto";
import { NotHere, SealError } from "../../../src/error.ts";
import { type ExchangeAnswer, ExchangeError, type ExchangeRequest } from "../../../src/identity/exchange/exchange.ts";
import type { CommandOutcome, FileRead } from "../../../src/identity/host.ts";
import type { IdentityProvider } from "../../../src/identity/identity.ts";
import type { SourceHost, Trust } from "../../../src/source/source.ts";

export const now = Date.parse("2026-03-01T12:00:00Z");
const nowSeconds = now / 1000;

export type FakeHost = SourceHost & {
  files: Map<string, FileRead>;
  commands: (readonly string[])[];
  requests: ExchangeRequest[];
};

/** A machine of maps: files, commands and servers answer what the test put there. */
export function fakeHost(
  given: {
    environment?: Record<string, string>;
    files?: Record<string, string | FileRead>;
    outcome?: CommandOutcome;
    mask?: (text: string) => string;
    /** What servers answer; without it nobody is reached. */
    answer?: (request: ExchangeRequest) => ExchangeAnswer | Promise<ExchangeAnswer>;
    identity?: (name: string | undefined) => IdentityProvider;
    trust?: Trust;
  } = {},
): FakeHost {
  const files = new Map<string, FileRead>();
  for (const [path, content] of Object.entries(given.files ?? {})) files.set(path, asRead(content));
  const commands: (readonly string[])[] = [];
  const requests: ExchangeRequest[] = [];
  return {
    files,
    commands,
    requests,
    environment: given.environment ?? {},
    readFile: async (path) => files.get(path) ?? { kind: "missing" },
    run: async ({ command }) => {
      commands.push(command);
      return given.outcome ?? { kind: "not-found" };
    },
    exchange: async (request) => {
      requests.push(request);
      if (given.answer !== undefined) return given.answer(request);
      throw new ExchangeError(
        "unreachable",
        `${new URL(request.url).host} could not be reached (ECONNREFUSED)`,
        "See.",
        { wasSent: false },
      );
    },
    now: () => now,
    mask: given.mask ?? ((text) => text),
    identity: given.identity ?? (() => async () => new NotHere("there is none in this test")),
    trust: given.trust ?? "full",
    runName: "buildseal-test-1",
  };
}

/** An answer of a server: an object becomes JSON. */
export function answered(
  status: number,
  body: unknown = "",
  headers: Readonly<Record<string, string>> = {},
): ExchangeAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, header: (name) => headers[name], body: new TextEncoder().encode(text) };
}

function asRead(content: string | FileRead): FileRead {
  return typeof content === "string" ? { kind: "read", bytes: new TextEncoder().encode(content) } : content;
}

export function printed(stdout: string | Uint8Array, status = 0, stderr = ""): CommandOutcome {
  const bytes = typeof stdout === "string" ? new TextEncoder().encode(stdout) : stdout;
  return { kind: "exited", status, stdout: bytes, stderr };
}

/** A token like an issuer's; the signature is noise, as nobody here verifies it. */
export function makeJwt(claims: Record<string, unknown> = {}): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const all = {
    iss: "https://issuer.example",
    sub: "system:serviceaccount:ci:runner",
    aud: "sts.amazonaws.com",
    iat: nowSeconds - 600,
    exp: nowSeconds + 3000,
    ...claims,
  };
  return `${part({ alg: "RS256", kid: "1" })}.${part(all)}.${randomBytes(64).toString("base64url")}`;
}

export const inSeconds = (seconds: number): number => nowSeconds + seconds;

/** The error a promise ends with, which must be a SealError. */
export async function sealErrorOf(promise: Promise<unknown>): Promise<SealError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SealError) return error;
  throw new Error("expected a SealError", { cause: error });
}
