/*
 * What programs do with credentials, as data: which pass on what they read, which keep it, where, and what takes it away
 * again. Rules ask by a program's name and its arguments' text.
 */

/** Variables that stand beside a credential and are none: how much, where, who. */
const PUBLIC =
  /(?:_|^)(?:REGION|BUCKET|ENDPOINT|ENDPOINTS|PATH|FILE|DIR|HOST|HOSTNAME|PORT|URI|PROFILE|ARN|NAME|USERNAME|USER|EMAIL|VERSION|MODE|PREFIX|ACCOUNT|PROJECT|ADDR|ADDRESS)$|^AWS_STS_|^SCCACHE_/;

export function isPublicVariable(name: string): boolean {
  return PUBLIC.test(name);
}

/** Print what they read, whole or in part. */
export const passesOn: ReadonlySet<string> = new Set(
  "cat tac head tail tee less more nl od xxd hexdump strings base64 base32 rev fold fmt sort uniq cut tr sed awk gawk mawk grep egrep fgrep zcat jq yq column paste iconv envsubst perl dd pv bat xargs".split(
    " ",
  ),
);
/** Of these the first word that is no option is no file. */
export const takesPattern: ReadonlySet<string> = new Set("sed awk gawk mawk grep egrep fgrep jq yq tr".split(" "));

/** Print their words. */
export const saysWords: ReadonlySet<string> = new Set(["echo", "printf", "print"]);

/** `cp SOURCE… TARGET`. */
export const copies: ReadonlySet<string> = new Set(["cp", "mv", "install", "rsync", "scp"]);

/** A command that writes a credential it is given to a file of its own. */
export type Keeper = {
  readonly program: RegExp;
  /** What the arguments begin with, options left out, joined by blanks. */
  readonly arguments: RegExp;
  /** What it is called in messages. */
  readonly says: string;
  /** Where it is kept, under the home folder unless it begins with `/`. */
  readonly file: string;
  /** Commands that take it away again. */
  readonly undo?: RegExp;
  readonly instead: string;
};

const npmrc = "mount the .npmrc itself: --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true";
const dockerConfig =
  "mount the configuration: --mount=type=secret,id=docker-config,target=/root/.docker/config.json,required=true";

export const keepers: readonly Keeper[] = [
  {
    program: /^(?:npm|pnpm|yarn|cnpm)$/,
    arguments: /^(?:config set|set|login|adduser)\b/,
    says: "npm config set",
    file: ".npmrc",
    undo: /^(?:npm|pnpm|yarn) (?:config (?:delete|rm|unset)|logout)\b/,
    instead: npmrc,
  },
  {
    program: /^pip[\d.]*$/,
    arguments: /^config set\b/,
    says: "pip config set",
    file: ".config/pip/pip.conf",
    undo: /^pip[\d.]* config unset\b/,
    instead: "mount the file: --mount=type=secret,id=pip-conf,target=/root/.config/pip/pip.conf,required=true",
  },
  {
    program: /^aws$/,
    arguments: /^configure(?: set)?\b/,
    says: "aws configure",
    file: ".aws",
    instead: "mount the file: --mount=type=secret,id=aws,target=/root/.aws/credentials,required=true",
  },
  {
    program: /^(?:docker|podman|buildah|nerdctl|skopeo|crane|oras|regctl)$/,
    arguments: /^(?:login|auth login|registry login)\b/,
    says: "A registry login",
    file: ".docker/config.json",
    undo: /^(?:docker|podman|buildah|nerdctl|skopeo|crane|oras|regctl) (?:auth )?(?:registry )?logout\b/,
    instead: dockerConfig,
  },
  {
    program: /^helm$/,
    arguments: /^(?:registry login|repo add)\b/,
    says: "A helm login",
    file: ".config/helm",
    undo: /^helm (?:registry logout|repo remove)\b/,
    instead: "mount helm's registry configuration, and name it with --registry-config",
  },
  {
    program: /^gcloud$/,
    arguments: /^auth (?:activate-service-account|login)\b/,
    says: "gcloud auth",
    file: ".config/gcloud",
    undo: /^gcloud auth revoke\b/,
    instead: "mount the file and name it with GOOGLE_APPLICATION_CREDENTIALS or CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE",
  },
  {
    program: /^az$/,
    arguments: /^(?:login|acr login)\b/,
    says: "az login",
    file: ".azure",
    undo: /^az (?:logout|account clear)\b/,
    instead: "log in and out within the step, with AZURE_CONFIG_DIR on a tmpfs mount",
  },
  {
    program: /^gh$/,
    arguments: /^auth (?:login|setup-git)\b/,
    says: "gh auth login",
    file: ".config/gh",
    undo: /^gh auth logout\b/,
    instead: "give the token by the variable: --mount=type=secret,id=gh,env=GH_TOKEN,required=true",
  },
  {
    program: /^(?:hf|huggingface-cli)$/,
    arguments: /^(?:auth )?login\b/,
    says: "A Hugging Face login",
    file: ".cache/huggingface",
    undo: /^(?:hf|huggingface-cli) (?:auth )?logout\b/,
    instead:
      "mount the token's file: --mount=type=secret,id=hf-token,target=/root/.cache/huggingface/token,required=true",
  },
  {
    program: /^poetry$/,
    arguments: /^config (?:http-basic|pypi-token|certificates)/,
    says: "poetry config",
    file: ".config/pypoetry",
    undo: /^poetry config --unset\b/,
    instead: "give it by POETRY_HTTP_BASIC_<NAME>_PASSWORD or POETRY_PYPI_TOKEN_<NAME> from a secret with env=",
  },
  {
    program: /^(?:dotnet|nuget)$/,
    arguments: /^(?:nuget )?(?:add source|sources? (?:add|update)|update source|setapikey)\b/i,
    says: "A NuGet source",
    file: ".nuget/NuGet/NuGet.Config",
    undo: /^(?:dotnet|nuget) (?:nuget )?(?:remove source|sources? remove)\b/i,
    instead: "mount the file: --mount=type=secret,id=nuget,target=/root/.nuget/NuGet/NuGet.Config,required=true",
  },
  {
    program: /^(?:bundle|bundler)$/,
    arguments: /^config\b/,
    says: "bundle config",
    file: ".bundle",
    undo: /^bundler? config (?:unset|--delete)\b/,
    instead: "give it by BUNDLE_<HOST> from a secret with env=",
  },
  {
    program: /^composer$/,
    arguments: /^config\b.*\b(?:oauth|token|http-basic|bearer|gitlab|github)/,
    says: "composer config",
    file: ".composer/auth.json",
    undo: /^composer config (?:-\S+ )*--unset\b/,
    instead: "give it by COMPOSER_AUTH from a secret with env=",
  },
  {
    program: /^cargo$/,
    arguments: /^login\b/,
    says: "cargo login",
    file: ".cargo",
    undo: /^cargo logout\b/,
    instead: "give it by CARGO_REGISTRY_TOKEN or CARGO_REGISTRIES_<NAME>_TOKEN from a secret with env=",
  },
  {
    program: /^go$/,
    arguments: /^env -w\b/,
    says: "go env -w",
    file: ".config/go/env",
    undo: /^go env -u\b/,
    instead: "mount a netrc: --mount=type=secret,id=netrc,target=/root/.netrc,required=true",
  },
  {
    program: /^conda$|^mamba$/,
    arguments: /^config\b/,
    says: "conda config",
    file: ".condarc",
    instead: "mount the file: --mount=type=secret,id=condarc,target=/root/.condarc,required=true",
  },
];

/** An option that takes a password or token, where a command line is no place for a literal one. */
export type CredentialOption = {
  readonly program: RegExp;
  /** The arguments, options and all, must match. */
  readonly arguments?: RegExp;
  readonly options: readonly string[];
  /** The option's value is `user:password`. */
  readonly pair?: boolean;
  readonly instead: string;
};

const stdin = "give the password on stdin from the mounted file: --password-stdin < /run/secrets/NAME";
const netrc = "mount a netrc file (--mount=type=secret,id=netrc,target=/root/.netrc,required=true)";

export const credentialOptions: readonly CredentialOption[] = [
  {
    program: /^curl$/,
    options: ["-u", "--user", "--proxy-user", "-U"],
    pair: true,
    instead: `${netrc} and write curl --netrc`,
  },
  { program: /^curl$/, options: ["--oauth2-bearer", "--pass"], instead: `${netrc} and write curl --netrc` },
  {
    program: /^wget$/,
    options: ["--password", "--http-password", "--ftp-password", "--proxy-password"],
    instead: `${netrc}: wget reads it by itself`,
  },
  {
    program: /^(?:docker|podman|buildah|nerdctl|skopeo|crane|oras)$/,
    arguments: /\blogin\b/,
    options: ["-p", "--password"],
    instead: stdin,
  },
  { program: /^helm$/, arguments: /\b(?:login|repo|pull|install)\b/, options: ["--password"], instead: stdin },
  { program: /^svn$/, options: ["--password"], instead: "write --password-from-stdin < /run/secrets/NAME" },
  { program: /^sshpass$/, options: ["-p"], instead: "write sshpass -f /run/secrets/NAME" },
  { program: /^twine$/, options: ["-p", "--password"], instead: "give it by TWINE_PASSWORD from a secret with env=" },
  {
    program: /^az$/,
    arguments: /\blogin\b/,
    options: ["-p", "--password"],
    instead: "mount the secret, and read it within the step",
  },
  { program: /^(?:oc|kubectl)$/, options: ["--token", "--password"], instead: "mount a kubeconfig" },
  {
    program: /^cargo$/,
    arguments: /^(?:login|publish|owner|yank)\b/,
    options: ["--token"],
    instead: "give it by CARGO_REGISTRY_TOKEN from a secret with env=",
  },
  {
    program: /^(?:hf|huggingface-cli)$/,
    options: ["--token"],
    instead: "mount the token's file at /root/.cache/huggingface/token",
  },
  {
    program: /^(?:dotnet|nuget)$/,
    options: ["--password", "-Password", "--api-key", "-ApiKey"],
    instead: "mount a NuGet.Config",
  },
  { program: /^vault$/, options: ["-token"], instead: "give it by VAULT_TOKEN from a secret with env=" },
];

/** What a program reads by itself, for programs that run no code of anybody else; others are not judged. */
export type Reader = { readonly files: RegExp; readonly variables: RegExp };

const nothing = /^$/;
const plain: Reader = { files: nothing, variables: nothing };
const proxies = /proxy$/i;

export const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...":,[,[[,true,false,test,cd,echo,printf,set,export,unset,mkdir,rmdir,rm,cp,mv,ln,ls,chmod,chown,chgrp,touch,cat,head,tail,tee,grep,egrep,cut,tr,sort,uniq,wc,sleep,date,uname,id,whoami,pwd,groupadd,useradd,addgroup,adduser,usermod,tar,gzip,gunzip,xz,unzip,zip,bzip2,sha256sum,sha512sum,md5sum,dirname,basename,readlink,realpath,which,mktemp,install,nproc,ldconfig,update-ca-certificates,locale-gen,dpkg-reconfigure,shopt,ulimit,umask,exit,apt-mark,dpkg-query,arch"
    .split(",")
    .map((name) => [name, plain] as const),
  ["apt-get", { files: /apt/, variables: proxies }],
  ["apt", { files: /apt/, variables: proxies }],
  ["apk", { files: /apk|netrc/, variables: /proxy$|^HTTP_AUTH$/i }],
  ["curl", { files: /netrc|curlrc|cert|\.pem$|\.crt$/, variables: /proxy$|^NETRC$|^CURL_|^SSL_|^SSLKEYLOGFILE$/i }],
  ["wget", { files: /netrc|wgetrc|cert|\.pem$|\.crt$/, variables: /proxy$|^WGETRC$|^SSL_/i }],
]);

/** What needs a credential whatever it is asked: without any it fails. */
export type Need = {
  readonly program: RegExp;
  readonly arguments: RegExp;
  /** Arguments with which it needs none. */
  readonly except?: RegExp;
  /** Mounts, variables and copied files that may be the credential. */
  readonly served: RegExp;
  readonly says: string;
  readonly instead: string;
};

export const needs: readonly Need[] = [
  {
    program: /^aws$/,
    arguments: /^(?:s3|s3api|ecr|codeartifact|secretsmanager|ssm|sts)\b/,
    except: /--no-sign-request|--profile|--endpoint-url/,
    served: /aws|amazon|s3|^sts$|credential/i,
    says: "The AWS CLI needs credentials (or --no-sign-request for a public bucket)",
    instead:
      "# buildseal: with=aws above the step, or --mount=type=secret,id=aws,target=/root/.aws/credentials,required=true",
  },
  {
    program: /^(?:npm|pnpm|yarn)$/,
    arguments: /^(?:publish|whoami|access|token)\b/,
    served: /npm|yarn|node_auth/i,
    says: "npm needs a login for this",
    instead: "--mount=type=secret,id=npmrc,target=/root/.npmrc,required=true",
  },
  {
    program: /^twine$/,
    arguments: /^upload\b/,
    except: /\s-(?:p|-password)\b/,
    served: /twine|pypi/i,
    says: "twine needs a login",
    instead: "--mount=type=secret,id=pypirc,target=/root/.pypirc,required=true",
  },
  {
    program: /^cargo$/,
    arguments: /^(?:\+\S+ )?(?:publish|yank|owner)\b/,
    except: /--dry-run|--token/,
    served: /cargo/i,
    says: "cargo needs a registry token for this",
    instead: "--mount=type=secret,id=cargo-token,env=CARGO_REGISTRY_TOKEN,required=true",
  },
  {
    program: /^(?:hf|huggingface-cli)$/,
    arguments: /^(?:upload|upload-large-folder|auth whoami|whoami|repo create)\b/,
    except: /--token/,
    served: /hf|hugging/i,
    says: "This needs a Hugging Face token",
    instead: "--mount=type=secret,id=hf-token,target=/root/.cache/huggingface/token,required=true",
  },
];
