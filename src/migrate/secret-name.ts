/**
 * What the name of a variable says of its value. `certain`: nearly always a credential (NPM_TOKEN). `likely`: it often
 * is one (FOO_AUTH). `part`: the half of a pair that is no secret by itself (AWS_ACCESS_KEY_ID).
 */
export type CredentialName = { readonly grade: "certain" | "likely" | "part"; readonly what: string };

/** Whether a variable of this name holds a secret, certainly or likely. */
export function namesSecret(name: string): boolean {
  const credential = credentialName(name);
  return credential !== undefined && credential.grade !== "part";
}

/**
 * Judges a name as one reads a compound: its last word says what the thing is. So TOKEN_FILE is a file, PASSWORD_HASH_ALGO
 * an algorithm and GPG_KEY a key of which nobody says that it is private; what BuildKit's SecretsUsedInArgOrEnv reports of
 * these is a false alarm.
 */
export function credentialName(name: string): CredentialName | undefined {
  if (name.length > LONGEST_NAME || !MAY_BE_ONE.test(name)) return undefined;
  const known = KNOWN.get(name.toUpperCase());
  if (known !== undefined) return known === "no" ? undefined : known;
  if (BUNDLER_HOST.test(name)) return likely("a Bundler login");
  const words = wordsOf(name);
  if (words.some((word) => HARMLESS.has(word))) return undefined;
  while (words.length > 1 && VARIANT.test(words.at(-1)!)) words.pop();
  const head = words.at(-1) ?? "";
  const before = words.at(-2) ?? "";
  if (SWITCH.has(words[0] ?? "") && words.length > 1) return undefined;
  if (head === "id" || head === "ids") return idOf(words);
  const credential = byHead(head, before, words);
  // built into what browsers load: whoever names it so means to show it
  if (credential !== undefined && SHOWN.test(name) && /key|token/.test(credential.what)) return undefined;
  return credential;
}

/** Whether a text may hold the name of a credential: quick, and wrong in one direction only. */
export function mayNameSecret(text: string): boolean {
  return MAY_HOLD_ONE.test(text);
}

const LONGEST_NAME = 200;
const MAY_BE_ONE = /pass|pwd|pword|secret|token|cred|key|auth|_pat(?:_|$)|^pat$|BUNDLE_|id_rsa|npmrc/i;
// the same anywhere in a text
const MAY_HOLD_ONE = /pass|pwd|pword|secret|token|cred|key|auth|pat|BUNDLE_|id_rsa|npmrc/i;

function byHead(head: string, before: string, words: readonly string[]): CredentialName | undefined {
  if (PASSWORD.test(head)) return NOT_PASSWORD.has(before) ? undefined : certain("a password");
  switch (head) {
    case "pass":
      return words.length > 1 && !NOT_PASSWORD.has(before) && !/\d/.test(before) ? certain("a password") : undefined;
    case "pwd":
      return words.length > 1 && !NOT_DIRECTORY.has(before) ? certain("a password") : undefined;
    case "secret":
    case "secrets":
      return certain("a secret");
    case "credential":
    case "credentials":
    case "creds":
      return before === "application" ? undefined : certain("credentials");
    case "token":
      return NOT_TOKEN.has(before) ? undefined : certain("a token");
    case "tokens":
      return words.length === 1 || NOT_TOKENS.has(before) || NOT_TOKEN.has(before) ? undefined : likely("tokens");
    case "apikey":
    case "apikeys":
      return certain("an API key");
    case "key":
    case "keys":
      return keyOf(before, words);
    case "pat":
      return words.some((word) => PAT_ISSUER.has(word)) ? certain("a token") : undefined;
    case "auth":
      return AUTH_OF.has(before) ? likely("a login") : undefined;
    case "rsa":
      return before === "id" ? certain("a private key") : undefined;
    case "base":
      return before === "key" && words.includes("secret") ? certain("a secret key") : undefined;
    case "npmrc":
      return likely("an .npmrc");
    default:
      return run(head);
  }
}

/** Words written as one: DBPASSWORD, GITHUBTOKEN, CLIENTSECRET. */
function run(head: string): CredentialName | undefined {
  if (head.length < 9) return head === "authtoken" || head === "ghtoken" ? certain("a token") : undefined;
  if (
    /(?:access|auth|bearer|refresh|deploy|github|gitlab|gitea|npm|bot|session|api|id|hf|sonar|vault)token$/.test(head)
  ) {
    return certain("a token");
  }
  if (/(?:client|app|api|consumer|shared|webhook|jwt)secret$/.test(head)) return certain("a secret");
  if (/(?:secret|private|api|accountaccess|secretaccess|encryption|deploy)key$/.test(head)) return certain("a key");
  return undefined;
}

function keyOf(before: string, words: readonly string[]): CredentialName | undefined {
  if (PRIVATE_KEY.has(before) || (words.includes("secret") && before === "access"))
    return certain(`${article(before)} key`);
  if (before === "access" && words.length > 2 && words.includes("aws")) return part("an AWS access key id");
  return PERHAPS_KEY.has(before) ? likely(`${article(before)} key`) : undefined;
}

function idOf(words: readonly string[]): CredentialName | undefined {
  const [third, second] = words.slice(-3);
  if (third === "access" && second === "key") return part("the id of an access key");
  return words.at(-2) === "secret" && words.includes("vault") ? certain("a secret id") : undefined;
}

function article(word: string): string {
  const spelt = word === "api" || word === "ssh" || word === "rsa" || word === "hmac" ? word.toUpperCase() : word;
  return `${/^[aeiou]|^(?:SSH|RSA|HMAC)$/.test(spelt) || spelt === "API" ? "an" : "a"} ${spelt}`;
}

/** Lower-case words, split at what is no letter or digit and where small letters turn into capitals. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

function certain(what: string): CredentialName {
  return { grade: "certain", what };
}

function likely(what: string): CredentialName {
  return { grade: "likely", what };
}

function part(what: string): CredentialName {
  return { grade: "part", what };
}

const PASSWORD = /^[a-z0-9]*(?:password|passwords|passwd|passphrase|passwort|pword)$/;
/** `API_KEY_PROD`, `TOKEN_2`, `CREDENTIALS_BASE64`: still the thing itself. */
const VARIANT =
  /^(?:\d{1,3}|prod|production|dev|development|stage|staging|test|qa|uat|ci|base64|b64|encoded|raw|plain|json|value|default|ro|rw|readonly|old|new|current|main|master|primary|secondary|read|write|arg|env|build|content|contents|str|string)$/;
const SHOWN = /^(?:NEXT_PUBLIC|VITE|REACT_APP|VUE_APP|NUXT_PUBLIC|GATSBY|EXPO_PUBLIC|PUBLIC|STORYBOOK|NG_APP)_/i;
/** Bundler keeps the login for a host in a variable named after it, with `__` for each dot. */
const BUNDLER_HOST = /^BUNDLE_(?!(?:BUILD|LOCAL|MIRROR)__)[A-Z0-9_]+__(?:COM|NET|ORG|IO|DEV|CO)$/;

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** One of these anywhere, and it is no secret. */
const HARMLESS = setOf(
  "public pub publishable fingerprint fingerprints checksum checksums sha1 sha256 sha512 sha md5 digest placeholder dummy example fake passwordless without no tokenizer tokenizers",
);
/** Names of switches and numbers about secrets begin so. */
const SWITCH = setOf(
  "allow enable enabled disable disabled require requires required use uses using with without has have no not skip is should random generate show hide mask ignore check validate verify need needs max min num total count force reset rotate",
);
const NOT_PASSWORD = setOf("no empty random allow require one first second single multi two three both by");
const NOT_DIRECTORY = setOf("old current initial orig original base build project app work");
const NOT_TOKEN = setOf(
  "eos bos pad unk mask sep cls stop start end special image max min csrf next page continuation per word separator sub",
);
const NOT_TOKENS = setOf(
  "max min num total context new prompt completion output input special added batched generated n ctx budget reserved stop per",
);
const PAT_ISSUER = setOf(
  "github gh gitlab gl git azure ado devops az vsts docker dockerhub bitbucket npm nuget azp acr",
);
const AUTH_OF = setOf(
  "npm basic docker http git pip maven composer nuget proxy registry redis rediscli artifactory nexus",
);
const PRIVATE_KEY = setOf(
  "api secret private deploy encryption decryption master account storage auth subscription signing hmac ssh rsa webhook service jwt session cookie shared unseal integration maps",
);
const PERHAPS_KEY = setOf("license licence access app application connection admin instrumentation activation product");

const KNOWN: ReadonlyMap<string, CredentialName | "no"> = new Map<string, CredentialName | "no">([
  ["_AUTH", certain("an npm login")],
  ["SSHPASS", certain("a password")],
  ["REDISCLI_AUTH", certain("a password")],
  ["COMPOSER_AUTH", certain("Composer's logins")],
  ["DOCKER_AUTH_CONFIG", certain("Docker's logins")],
  ["NETRC_CONTENT", certain("a netrc file")],
  ["VAULT_SECRET_ID", certain("a secret id")],
  ["ROLE_SECRET_ID", certain("a secret id")],
  ["ID_RSA", certain("a private key")],
  ["ID_ED25519", certain("a private key")],
  ["AWS_ACCESS_KEY", part("an AWS access key id")],
  ["GOOGLE_APPLICATION_CREDENTIALS", "no"],
  ["REGISTRY_AUTH", "no"],
  ["SSH_AUTH", "no"],
  ["GPG_KEY", "no"],
  ["GPG_KEYS", "no"],
  ["GPG_SIGNING_KEY", "no"],
  ["PGP_SIGNING_KEY", "no"],
  ["APT_SIGNING_KEY", "no"],
  ["NGINX_SIGNING_KEY", "no"],
  ["ANSIBLE_HOST_KEY_CHECKING", "no"],
]);
