import { byEnding, byName, byPattern, type CredentialFile } from "./credential-file-table.ts";

export type { CredentialFile };

/** Judges a path by its name, as COPY writes it: with `/`, perhaps with wildcards, perhaps a folder. */
export function credentialFile(path: string): CredentialFile | undefined {
  // `.npmrc*` copies it if it is there
  const plain = path
    .slice(-LONGEST)
    .replace(/[*?]+$/, "")
    .replace(/\/+$/, "")
    .replace(/\[(.)\]/g, "$1");
  if (SHOWN.test(plain)) return undefined;
  const parts = plain.split("/");
  const named = byName.get(parts.slice(-2).join("/")) ?? byName.get(parts.at(-1)!);
  if (named !== undefined) return named;
  const ending = plain.slice(plain.lastIndexOf(".") + 1).toLowerCase();
  const patterns = [...(byEnding.get(ending) ?? []), ...byPattern];
  return patterns.find(({ pattern }) => pattern.test(plain))?.file;
}

/** The name, without its ending, of a certificate that is copied: its key is called the same. */
export function certificateName(path: string): string | undefined {
  const found = /(?:^|\/)([^/]{1,200})\.(?:crt|cer|cert|pem)$/.exec(path.slice(-LONGEST));
  return found?.[1];
}

/** `site.key`, which may be anything by its name alone, where a `site.crt` is copied too. */
export function keyOfCertificate(path: string, certificates: ReadonlySet<string>): CredentialFile | undefined {
  const name = /(?:^|\/)([^/]{1,200})\.key$/.exec(path.slice(-LONGEST))?.[1];
  if (name === undefined || !certificates.has(name) || SHOWN.test(path.slice(-LONGEST))) return undefined;
  return { what: "the private key of a certificate that is copied too", severity: "error" };
}

/** The name is at the end; the patterns are quadratic in what they look at. */
const LONGEST = 200;

/** What lies in a build's context by such names often enough to be looked for. */
export const usualCredentialFiles: readonly string[] = [
  ".aws/credentials",
  ".docker/config.json",
  ".env",
  ".git-credentials",
  ".git/config",
  ".kube/config",
  ".netrc",
  ".npmrc",
  ".pypirc",
  ".ssh/id_ed25519",
  ".ssh/id_rsa",
  "config/master.key",
  "credentials.json",
  "id_ed25519",
  "id_rsa",
  "key.pem",
  "master.key",
  "kubeconfig",
  "privkey.pem",
  "server.key",
  "service-account.json",
];

/** Examples and what is there to be read by all. */
const SHOWN =
  /\.(?:pub|example|sample|template|tmpl|tpl|dist|md|j2|in|enc|gpg|age|sops|sh|py|js|ts|go)$|(?:^|[/._-])(?:example|sample|template|public|pub|test|tests|testdata|fixtures?|mock|dummy)(?:[/._-]|$)/i;
