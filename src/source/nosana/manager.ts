import { SealError } from "../../error.ts";
import { describeDuration } from "../../identity/duration.ts";
import { objectOf, skewMsOf, textAt, textOf, wordsOf } from "../../identity/exchange/answer.ts";
import type { ExchangeAnswer, ExchangeRequest } from "../../identity/exchange/exchange.ts";
import type { Host } from "../../identity/host.ts";
import { readJwt } from "../../identity/jwt.ts";
import { plain, quoted } from "../../identity/quoted.ts";
import { clockSkewMs } from "../../identity/token.ts";
import { Secret } from "../../secret/secret.ts";
import { askIssuer } from "../issuer.ts";
import { readAnswer } from "./answer.ts";
import type { Wallet } from "./wallet.ts";

/** A secret manager, and what is wanted of it (github.com/nosana-ci/nosana-secrets, src/router.ts). */
export type Manager = {
  /** The name of the secret, for errors. */
  readonly name: string;
  readonly endpoint: string;
  readonly job: string | undefined;
  readonly host: Host;
  readonly signal: AbortSignal | undefined;
};

export type Login = {
  readonly address: string;
  readonly token: Secret;
  /** Milliseconds since 1970. */
  readonly endMs: number | undefined;
};

/**
 * Proves who the wallet is, and is given a token: for its own secrets, or with `job` for those that this job names. What is
 * signed names no endpoint, so that whoever gets it could show it to another one for an hour: only the exchange's host rule
 * stands against that.
 *
 * @throws SealError SOURCE, POLICY
 */
export async function login(wallet: Wallet, manager: Manager): Promise<Login> {
  const { name, job, host } = manager;
  const timestamp = Math.floor(host.now() / 1000);
  const signature = wallet.sign(`nosana_secret_${timestamp}`);
  const body = { address: wallet.address, signature, timestamp, ...(job !== undefined && { job }) };
  const answer = await ask(manager, "login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.status !== 200) throw loginRefused(answer, manager, wallet, signature);
  const token = textAt(objectOf(answer), "token") ?? "";
  const jwt = readJwt(token);
  if (jwt.kind === "not-a-jwt") throw strange(manager, "the login", `without a token (${jwt.why})`);
  return {
    address: wallet.address,
    token: new Secret(`${name}-login`, token),
    endMs: jwt.claims.expiresAt?.getTime(),
  };
}

/**
 * One value by its key; nothing where the login is not taken (any more).
 * @throws SealError SOURCE, POLICY
 */
export async function readSecret(
  key: string,
  { token, address }: Login,
  manager: Manager,
): Promise<string | undefined> {
  const text = token.exposeText();
  const answer = await ask(manager, `secrets/${encodeURIComponent(key)}`, {
    headers: { authorization: `Bearer ${text}` },
  });
  if (answer.status === 403) return undefined;
  const what = `the secret ${quoted(key)}`;
  if (answer.status !== 200) throw secretRefused(answer, manager, what, text);
  const read = readAnswer(textOf(answer));
  const whose = manager.job === undefined ? `for the wallet ${address}` : `for the job ${plain(manager.job, 60)}`;
  switch (read.kind) {
    case "value":
      return read.text;
    case "missing":
      throw new SealError(
        "SOURCE",
        `${placeOf(manager)} holds no secret ${quoted(key)} ${whose}.`,
        "Check `key:` and `prefix:` (a key is told apart by every letter), and that it was stored with this wallet.",
      );
    case "empty":
      throw new SealError(
        "SOURCE",
        `${placeOf(manager)} holds an empty value for ${what} ${whose}.`,
        "Store the value anew.",
      );
    case "strange":
      throw strange(manager, what, read.why);
  }
}

/** What to say when even a new login is not taken. */
export function loginNotTaken({ address }: Login, manager: Manager): SealError {
  const message = `${placeOf(manager)} refuses the login that it just gave to the wallet ${address}.`;
  return new SealError("SOURCE", message, "See that all of its servers share one JWT_SECRET and have the right time.");
}

type Asked = Pick<ExchangeRequest, "method" | "headers" | "body">;

async function ask(manager: Manager, path: string, asked: Asked): Promise<ExchangeAnswer> {
  const { name, host, signal } = manager;
  const request = {
    ...asked,
    url: addressOf(manager, path),
    namedBy: "configuration",
    purpose: "nosana",
    signal,
  } as const;
  return askIssuer(host, `The secret ${name} could not be had`, request);
}

/** An endpoint may have a path of its own, behind a proxy. */
function addressOf({ endpoint }: Manager, path: string): string {
  const url = new URL(endpoint);
  url.search = "";
  url.hash = "";
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`;
  return url.href;
}

/** Begins a sentence. */
function placeOf({ endpoint }: Manager): string {
  return `The secret manager ${new URL(endpoint).host}`;
}

function loginRefused(answer: ExchangeAnswer, manager: Manager, wallet: Wallet, signature: string): SealError {
  const { host, job } = manager;
  const said = wordsOf(answer, host, [signature, ...textsOf(wallet)]);
  const message = `${placeOf(manager)} refuses the login of the wallet ${wallet.address} (${said}).`;
  const skewMs = skewMsOf(answer, host.now()) ?? 0;
  if (answer.status === 400 && Math.abs(skewMs) > clockSkewMs) {
    const clock = `This machine's clock is ${describeDuration(Math.abs(skewMs))} ${skewMs > 0 ? "ahead of" : "behind"} the server's`;
    return new SealError("SOURCE", `${message} ${clock}.`, "Set the clock: the login is signed with the time.");
  }
  const remedy =
    job === undefined
      ? "See that the endpoint is a Nosana secret manager."
      : `See that the job ${plain(job, 60)} is there, and that this wallet's node runs it (or, once it is done, that the wallet posted it).`;
  return new SealError("SOURCE", message, remedy);
}

/** Nobody was sent any of it; but an answer is shown, and it is worth too much. */
function textsOf({ forms }: Wallet): readonly string[] {
  return forms.filter((form) => typeof form === "string");
}

function secretRefused(answer: ExchangeAnswer, manager: Manager, what: string, token: string): SealError {
  const message = `${placeOf(manager)} refuses ${what} (${wordsOf(answer, manager.host, [token])}).`;
  const remedy =
    answer.status === 400 && manager.job !== undefined
      ? "A job gives the keys that stand in its own list (`nosana/secrets`) and no others: post the job with this key."
      : "See that the endpoint is a Nosana secret manager, and that it is well.";
  return new SealError("SOURCE", message, remedy);
}

function strange(manager: Manager, what: string, why: string): SealError {
  const message = `${placeOf(manager)} answers ${what} ${why}.`;
  return new SealError(
    "SOURCE",
    message,
    "See that the endpoint is a Nosana secret manager, and not a page before it.",
  );
}
