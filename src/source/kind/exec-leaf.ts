import { expiryKeys } from "./exec-expiry.ts";
import { isObject, type JsonObject, Numeral } from "./exec-output.ts";

/** One text of what a helper printed as JSON, or one long number, by where it stands: `data.password`, `keys.0`. */
export type Leaf = { readonly path: string; readonly text: string; readonly isSecret: boolean };

/** Below this a number is a port, a count, a year. */
const shortestNumber = 6;

/** Every leaf of it, in its order: what is not known to be harmless is secret. */
export function leavesOf(object: JsonObject): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const open: { readonly path: string; readonly key: string; readonly value: unknown }[] = [];
  const enter = (path: string, key: string | undefined, children: readonly (readonly [string, unknown])[]): void => {
    const prefix = path === "" ? "" : `${path}.`;
    // the last one is looked at first
    for (const [name, value] of children.toReversed()) open.push({ path: prefix + name, key: key ?? name, value });
  };
  enter("", undefined, Object.entries(object));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, key, value } = next;
    if (isObject(value)) enter(path, undefined, Object.entries(value));
    // what stands in a list is named by the list's key
    else if (Array.isArray(value)) enter(path, key, Object.entries(value));
    const text = value instanceof Numeral ? longNumber(value) : value;
    if (typeof text === "string" && text.trim() !== "") leaves.push({ path, text, isSecret: !isHarmless(key, text) });
  }
  return leaves;
}

function longNumber({ text }: Numeral): string | undefined {
  return text.replaceAll(/\D/g, "").length >= shortestNumber ? text : undefined;
}

/** Keys of what helpers tell beside a secret: who it is for, where it is good, until when. */
const harmless = new Set(
  [
    ...expiryKeys,
    ...["issued_at", "created", "created_at", "updated_at", "creation_time", "creation_timestamp"],
    ...["type", "token_type", "mount_type", "kind", "api_version", "version", "status", "state", "engine", "format"],
    ...["host", "hostname", "domain", "address", "server", "port"],
    ...["url", "uri", "endpoint", "path", "protocol", "scheme"],
    ...["user", "username", "login", "email", "account", "tenant", "subscription", "project", "organization", "name"],
    ...["region", "zone", "location", "environment", "namespace", "database", "dbname", "db_name"],
    ...["issuer", "audience", "subject", "scope", "scopes", "role", "roles", "policies", "token_policies"],
  ].map(folded),
);

/** Whether a key's name says that this is no secret, and the text does not contradict it. */
function isHarmless(key: string, text: string): boolean {
  const isIdentifier = /(?:^|[_-])id$/i.test(key) || /[a-z]I[dD]$/.test(key);
  const isNamed = isIdentifier ? !/secret|token|key|pass|session|cred|auth/i.test(key) : harmless.has(folded(key));
  return isNamed && !holdsLogin(text) && !holdsRandom(text);
}

/** `expires_on`, `expiresOn` and `Expires-On` are one. */
function folded(key: string): string {
  return key.toLowerCase().replaceAll(/[_-]/g, "");
}

/** `https://user:word@host`, `…?sig=…`, `Server=…;Password=…`. */
function holdsLogin(text: string): boolean {
  return /:\/\/[^/]*@|[?;=]/.test(text);
}

const uuid = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi;

/** A long word of letters and digits, as nobody makes one up; a UUID names something. */
function holdsRandom(text: string): boolean {
  const words = text.replaceAll(uuid, "").split(/[^A-Za-z0-9+~%]+/);
  return words.some((word) => word.length >= 16 && /\d/.test(word) && /[a-z]/i.test(word));
}
