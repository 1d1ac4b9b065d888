import { expiryKeys } from "./exec-expiry.ts";

/** The last words of keys that are told beside a secret: who it is for, where it is good, until when. */
const harmlessWords = joined([
  ...["created", "updated", "at", "date", "time", "timestamp", "ttl", "uses"],
  ...["type", "kind", "version", "stage", "status", "level", "strength"],
  ...["host", "hostname", "domain", "address", "server", "port"],
  ...["url", "uri", "href", "endpoint", "path", "protocol", "scheme"],
  ...["user", "username", "email", "account", "tenant", "subscription", "project", "organization", "name"],
  ...["title", "label", "purpose", "category", "reference", "ref", "tag", "arn", "identifier", "description"],
  ...["region", "zone", "location", "source", "environment", "namespace"],
  ...["repository", "owner", "actor", "workflow", "uid"],
  ...["issuer", "audience", "subject", "scope", "role", "group", "policy", "policies"],
]);

/** Keys that tell as much, but not as the last word of another one (`secret_object`). */
const harmlessKeys = joined([
  ...expiryKeys,
  ...["object", "state", "engine", "format", "login", "user_login", "database", "dbname", "serial_number"],
  // gcloud's config-helper; docker's config.json
  ...["active_configuration", "config_sentinel", "creds_store"],
  // 1Password: what stands below the title in a list
  "additional_information",
]);

/** `value` is what stands beside a name where a store lists what it has. */
const secretWord =
  /^(?:pass|pwd|creds?|auth|authorization|private|session|value)$|(?:secret|token|passw(?:or)?d|passphrase|credential)s?$/;
const keyWord = /^(?:api|access|private|account)?keys?$/;

/** What stands under these is told about an object of Kubernetes. */
const describingKeys = joined(["labels", "annotations"]);

export function isDescribing(key: string): boolean {
  return describingKeys.has(wordsOf(key).join(""));
}

/** Whether its name alone says that this is no secret. */
export function isHarmlessKey(key: string): boolean {
  const words = wordsOf(key);
  return isIdOf(words) ? !isIdOfSecret(words) : isHarmless(words);
}

/** Whether its name says that this is one: `clientSecret`, `api_key`, `secret_id`; not `token_uri`, `public_key`. */
export function isSecretKey(key: string): boolean {
  const words = wordsOf(key);
  if (isIdOf(words)) return isIdOfSecret(words);
  if (isHarmless(words) || words.includes("public")) return false;
  return keyWord.test(words.at(-1) ?? "") || words.some((word) => secretWord.test(word));
}

function isHarmless(words: readonly string[]): boolean {
  const last = words.at(-1) ?? "";
  return harmlessKeys.has(words.join("")) || harmlessWords.has(last) || harmlessWords.has(last.replace(/s$/, ""));
}

function isIdOf(words: readonly string[]): boolean {
  return /^ids?$/.test(words.at(-1) ?? "");
}

/** Of the two ids that Vault's AppRole takes for a login, the one of the role is no name either. */
function isIdOfSecret(words: readonly string[]): boolean {
  return words.some((word) => word === "role" || /secret|token|key|pass|session|cred|auth/.test(word));
}

function joined(keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.map((key) => wordsOf(key).join("")));
}

/** `expires_on`, `expiresOn` and `Expires-On` are one. */
function wordsOf(key: string): readonly string[] {
  const apart = key.replaceAll(/([a-z\d])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$& ");
  return apart
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== "");
}
