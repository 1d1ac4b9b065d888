import { Secret } from "../secret/secret.ts";

/**
 * The secrets that BuildKit would fetch a repository with, the first one that there is (`source/git/source.go`): a whole
 * Authorization header, or a token.
 */
export function gitCredentialIds(
  remote: string,
): readonly { readonly id: string; readonly kind: "header" | "token" }[] {
  const host = /^[a-z0-9]+:\/\/(?:[^/@]*@)?([^/]*)/i.exec(remote)?.[1];
  const kinds = [
    { id: "GIT_AUTH_HEADER", kind: "header" },
    { id: "GIT_AUTH_TOKEN", kind: "token" },
  ] as const;
  const ofHost = host === undefined ? [] : kinds.map(({ id, kind }) => ({ id: `${id}.${host}`, kind }));
  return [...ofHost, ...kinds];
}

/** A git configuration file with such a secret, for this remote alone: it holds the value, and argv does not. */
export function gitAuthorization(remote: string, kind: "header" | "token", secret: Secret): Secret {
  const value = secret.exposeText().trim();
  const header = kind === "header" ? value : `basic ${Buffer.from(`x-access-token:${value}`).toString("base64")}`;
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
  const file = `[http ${quoted(remote)}]\n\textraHeader = ${quoted(`Authorization: ${header}`)}\n`;
  return new Secret(`${secret.name} as git configuration`, file);
}
