import { generateKeyPairSync, type KeyObject, randomUUID, sign, verify } from "node:crypto";
import type { IdentityProvider, Renewal } from "../../../src/identity/identity.ts";
import { identityFromToken } from "../../../src/identity/token.ts";

export type JobClaims = Readonly<Record<string, unknown>>;

let pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | undefined;

/** A platform that gives a job its identity for any audience, for five minutes by the test's clock; and who verifies it. */
export function createJob(now: () => number, claims: JobClaims = {}, renewal: Renewal = "mint") {
  pair ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { privateKey, publicKey } = pair;
  const asked: (string | undefined)[] = [];
  const names: (string | undefined)[] = [];
  const tokens: string[] = [];
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  const provide: IdentityProvider = async ({ audience }) => {
    asked.push(audience);
    const seconds = Math.floor(now() / 1000);
    const all = {
      ...{ iss: "https://issuer.example", sub: "repo:acme/app:ref:refs/heads/main", aud: audience, jti: randomUUID() },
      ...{ iat: seconds, exp: seconds + 300, ...claims },
    };
    const signed = `${part({ alg: "RS256", kid: "1" })}.${part(all)}`;
    const token = `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
    tokens.push(token);
    return identityFromToken(Buffer.from(token), {
      ...{ name: "identity", from: "github", renewal, place: "The token", audiences: [], nowMs: now() },
      remedy: { content: "", expired: "", audience: "" },
    }) as Awaited<ReturnType<IdentityProvider>>;
  };
  return {
    /** The audiences that were asked for, the names of identities, and what was given. */
    asked,
    names,
    tokens,
    identity: (name: string | undefined): IdentityProvider => {
      names.push(name);
      return provide;
    },
    /** The claims of a token of this platform that lives; nothing of any other. */
    verify: (token: string): JobClaims | undefined => {
      const [header = "", payload = "", signature = ""] = token.split(".");
      const data = Buffer.from(`${header}.${payload}`);
      if (!verify("sha256", data, publicKey, Buffer.from(signature, "base64url"))) return undefined;
      const read = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number };
      return read.exp * 1000 > now() ? (read as unknown as JobClaims) : undefined;
    },
  };
}
