import type { Severity } from "../finding/finding.ts";

/** What a file of this name holds, and how sure it is that this is a secret. */
export type CredentialFile = { readonly what: string; readonly severity: Severity };

/** Judges a path by its name, as COPY writes it: with `/`, perhaps with wildcards, perhaps a folder. */
export function credentialFile(path: string): CredentialFile | undefined {
  // `.npmrc*` copies it if it is there
  const plain = path
    .slice(-LONGEST)
    .replace(/[*?]+$/, "")
    .replace(/\/+$/, "")
    .replace(/\[(.)\]/g, "$1");
  if (SHOWN.test(plain)) return undefined;
  const found = FILES.find(([pattern]) => pattern.test(plain));
  return found === undefined || found[1] === CERTIFICATE ? undefined : { what: found[1], severity: found[2] };
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

const at = "(?:^|/)";
/** Shown to everybody: no finding. */
const CERTIFICATE = "a certificate";

// the first that fits counts
const FILES: readonly (readonly [pattern: RegExp, what: string, severity: Severity])[] = [
  [new RegExp(`${at}\\.git-credentials$`), "git's stored logins", "error"],
  [new RegExp(`${at}[._]netrc$`), "logins", "error"],
  [new RegExp(`${at}\\.pypirc$`), "logins of Python package indexes", "error"],
  [new RegExp(`${at}\\.npmrc$`), "npm's settings, with tokens where there are any", "warning"],
  [new RegExp(`${at}\\.docker(?:/config\\.json)?$`), "Docker's logins", "error"],
  [new RegExp(`${at}\\.dockercfg$`), "Docker's logins", "error"],
  [new RegExp(`${at}\\.aws/config$`), "AWS profiles", "warning"],
  [new RegExp(`${at}\\.aws(?:/credentials)?$`), "AWS credentials", "error"],
  [new RegExp(`${at}\\.ssh$`), "ssh keys", "error"],
  [new RegExp(`${at}id_(?:rsa|dsa|ecdsa|ed25519|xmss)(?:_sk)?(?:[._-][\\w.-]*)?$`), "a private ssh key", "error"],
  [new RegExp(`${at}id_(?:deploy|github|gitlab|git|bitbucket|key)$`), "a private ssh key", "error"],
  [
    new RegExp(`${at}(?:\\.kube/config|\\.kube|kube-?config(?:\\.ya?ml)?|[\\w-]+\\.kubeconfig)$`, "i"),
    "access to a cluster",
    "error",
  ],
  [new RegExp(`${at}\\.vault-token$`), "a Vault token", "error"],
  [
    new RegExp(
      `${at}(?:\\.config/)?gcloud$|${at}application_default_credentials\\.json$|${at}gha-creds-[\\w-]*\\.json$`,
    ),
    "Google credentials",
    "error",
  ],
  [
    new RegExp(`${at}(?:service[-_]?account|sa|gcp|google)[-_]?(?:key|creds|credentials)?\\.json$`, "i"),
    "the key of a service account",
    "warning",
  ],
  [new RegExp(`${at}\\.cargo/credentials(?:\\.toml)?$`), "cargo's tokens", "error"],
  [new RegExp(`${at}(?:master|credentials/\\w+)\\.key$`), "the key of Rails' credentials", "error"],
  [new RegExp(`${at}\\.?composer/auth\\.json$`), "Composer's logins", "error"],
  [new RegExp(`${at}(?:\\.terraformrc|credentials\\.tfrc\\.json)$`), "Terraform's logins", "error"],
  [new RegExp(`${at}[\\w.-]*\\.tfstate(?:\\.backup)?$`), "Terraform's state, with what it made", "warning"],
  [new RegExp(`${at}credentials\\.(?:json|toml|csv|ya?ml)$`), "credentials", "warning"],
  [new RegExp(`${at}\\.config/(?:gh/hosts\\.yml|gh|gcloud)$`), "a login", "error"],
  [
    new RegExp(`${at}\\.env(?:\\.(?:local|prod|production|secret|secrets))?$`),
    "settings, with secrets where there are any",
    "warning",
  ],
  [new RegExp(`${at}(?:\\.pgpass|\\.my\\.cnf|\\.htpasswd|\\.boto|\\.s3cfg)$`), "logins", "warning"],
  [
    new RegExp(
      `${at}(?:[\\w.-]*[._-])?(?:priv(?:ate)?|privkey|server|client|tls|ssl|rsa|signing|deploy|host|ca)?[._-]?(?:key|privkey|private)\\.pem$`,
      "i",
    ),
    "a private key",
    "error",
  ],
  [
    new RegExp(
      `${at}(?:[\\w.-]*[._-])?(?:server|client|tls|ssl|private|priv|privkey|localhost|domain|host|wildcard)(?:[._-]?key)?\\.key$`,
      "i",
    ),
    "a private key",
    "error",
  ],
  [
    new RegExp(
      `${at}(?:[\\w.-]*[._-])?(?:ca|certs?|certificates?|chain|fullchain|bundle|root|rootca|cacert|intermediate|dhparams?|trust|truststore|isrgrootx1|digicert|amazon|rds|global)[\\w.-]*\\.pem$`,
      "i",
    ),
    CERTIFICATE,
    "info",
  ],
  [new RegExp(`${at}[\\w.-]+\\.pem$`), "a certificate or a private key", "info"],
  [
    new RegExp(`${at}(?!cacerts|[\\w.-]*trust|debug\\.)[\\w.-]+\\.(?:p12|pfx|jks|keystore|ppk)$`, "i"),
    "a key store",
    "warning",
  ],
];
