import type { Severity } from "../finding/finding.ts";

/** What a file of this name holds, and how sure it is that this is a secret. */
export type CredentialFile = { readonly what: string; readonly severity: Severity };

const named: readonly (readonly [severity: Severity, what: string, names: readonly string[]])[] = [
  ["error", "git's stored logins", [".git-credentials"]],
  ["error", "logins", [".netrc", "_netrc"]],
  ["error", "logins of Python package indexes", [".pypirc"]],
  ["warning", "npm's settings, with tokens where there are any", [".npmrc"]],
  ["error", "Docker's logins", [".docker", ".docker/config.json", ".dockercfg"]],
  ["warning", "AWS profiles", [".aws/config"]],
  ["error", "AWS credentials", [".aws", ".aws/credentials"]],
  ["error", "ssh keys", [".ssh"]],
  ["error", "access to a cluster", [".kube", ".kube/config"]],
  ["error", "a Vault token", [".vault-token"]],
  ["error", "Google credentials", ["gcloud", "application_default_credentials.json"]],
  ["error", "cargo's tokens", [".cargo/credentials", ".cargo/credentials.toml"]],
  ["error", "the key of Rails' credentials", ["master.key"]],
  ["error", "Composer's logins", ["composer/auth.json", ".composer/auth.json"]],
  ["error", "Terraform's logins", [".terraformrc", "credentials.tfrc.json"]],
  ["warning", "credentials", ["json", "toml", "csv", "yml", "yaml"].map((ending) => `credentials.${ending}`)],
  ["error", "a login", [".config/gh"]],
  [
    "warning",
    "settings, with secrets where there are any",
    [".env", ...["local", "prod", "production", "secret", "secrets"].map((ending) => `.env.${ending}`)],
  ],
  ["warning", "logins", [".pgpass", ".my.cnf", ".htpasswd", ".boto", ".s3cfg"]],
];

/** Files and folders by their own name, or by it and the folder's above them. */
export const byName: ReadonlyMap<string, CredentialFile> = new Map(
  named.flatMap(([severity, what, names]) => names.map((name) => [name, { what, severity }] as const)),
);

/** `file` is undefined for what is shown to everybody. */
type Pattern = { readonly pattern: RegExp; readonly file: CredentialFile | undefined };

const privateKey: CredentialFile = { what: "a private key", severity: "error" };
const keyStores: readonly Pattern[] = [
  {
    pattern: /(?:^|\/)(?!cacerts|[\w.-]*trust|debug\.)[\w.-]+\.\w+$/i,
    file: { what: "a key store", severity: "warning" },
  },
];
const state: readonly Pattern[] = [
  {
    pattern: /(?:^|\/)[\w.-]*\.tfstate(?:\.backup)?$/,
    file: { what: "Terraform's state, with what it made", severity: "warning" },
  },
];

/** What else a name can be, by what stands behind its last point, in lower case. The first that fits counts. */
export const byEnding: ReadonlyMap<string, readonly Pattern[]> = new Map(
  Object.entries({
    pem: [
      {
        pattern:
          /(?:^|\/)(?:[\w.-]*[._-])?(?:priv(?:ate)?|privkey|server|client|tls|ssl|rsa|signing|deploy|host|ca)?[._-]?(?:key|privkey|private)\.pem$/i,
        file: privateKey,
      },
      {
        pattern:
          /(?:^|\/)(?:[\w.-]*[._-])?(?:ca|certs?|certificates?|chain|fullchain|bundle|root|rootca|cacert|intermediate|dhparams?|trust|truststore|isrgrootx1|digicert|amazon|rds|global)[\w.-]*\.pem$/i,
        file: undefined,
      },
      { pattern: /(?:^|\/)[\w.-]+\.pem$/, file: { what: "a certificate or a private key", severity: "info" } },
    ],
    key: [
      {
        pattern: /(?:^|\/)credentials\/\w+\.key$/,
        file: { what: "the key of Rails' credentials", severity: "error" },
      },
      {
        pattern:
          /(?:^|\/)(?:[\w.-]*[._-])?(?:server|client|tls|ssl|private|priv|privkey|localhost|domain|host|wildcard)(?:[._-]?key)?\.key$/i,
        file: privateKey,
      },
    ],
    json: [
      { pattern: /(?:^|\/)gha-creds-[\w-]*\.json$/, file: { what: "Google credentials", severity: "error" } },
      {
        pattern: /(?:^|\/)(?:service[-_]?account|sa|gcp|google)[-_]?(?:key|creds|credentials)?\.json$/i,
        file: { what: "the key of a service account", severity: "warning" },
      },
    ],
    yml: [{ pattern: /(?:^|\/)\.config\/gh\/hosts\.yml$/, file: { what: "a login", severity: "error" } }],
    tfstate: state,
    backup: state,
    p12: keyStores,
    pfx: keyStores,
    jks: keyStores,
    keystore: keyStores,
    ppk: keyStores,
  }),
);

/** What begins in a way of its own. */
export const byPattern: readonly Pattern[] = [
  {
    pattern:
      /(?:^|\/)id_(?:(?:rsa|dsa|ecdsa|ed25519|xmss)(?:_sk)?(?:[._-][\w.-]*)?|deploy|github|gitlab|git|bitbucket|key)$/,
    file: { what: "a private ssh key", severity: "error" },
  },
  {
    pattern: /(?:^|\/)(?:kube-?config(?:\.ya?ml)?|[\w-]+\.kubeconfig|\.kube\/config)$/i,
    file: { what: "access to a cluster", severity: "error" },
  },
];
