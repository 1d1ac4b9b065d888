import { isPublic } from "../../secret/part.ts";
import { isDescribing, isHarmlessKey, isSecretKey } from "./exec-key.ts";
import { isObject, type JsonObject, Numeral, parseText } from "./exec-output.ts";
import { holdsLogin, holdsRandom, isPlain, namesLogin } from "./exec-text.ts";

/** One text of what a helper printed as JSON, or one long number, by where it stands: `data.password`, `keys.0`. */
export type Leaf = { readonly path: string; readonly text: string; readonly standing: Standing };

/** `unknown`: neither its key nor its text tells. Who asks for the parts takes it as secret. */
export type Standing = "secret" | "unknown" | "harmless";

type Place = { readonly path: string; readonly key: string; readonly parent: string };

/** Below this a number is a port, a count, a year. */
const shortestNumber = 6;

/** Every leaf of an object or a list, in its order; of a text that is JSON itself the text, and what is in it. */
export function leavesOf(value: object): readonly Leaf[] {
  return leavesAt({ path: "", key: "", parent: "" }, value);
}

function leavesAt(root: Place, value: object): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const open: (Place & { readonly value: unknown })[] = [{ ...root, value }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const text = next.value instanceof Numeral ? longNumber(next.value) : next.value;
    if (typeof text !== "string") {
      // the last one is looked at first
      for (const child of childrenOf(next, next.value).toReversed()) open.push(child);
    } else if (text.trim() !== "") {
      const inner = innerOf(text);
      // each level of it doubles the backslashes: there are never many
      const within = inner === undefined ? [] : leavesAt(next, inner);
      leaves.push({ path: next.path, text, standing: standingOf(next, text, within) });
      for (const leaf of within) leaves.push(leaf);
    }
  }
  return leaves;
}

function childrenOf({ path, key, parent }: Place, value: unknown): (Place & { readonly value: unknown })[] {
  if (typeof value !== "object" || value === null || value instanceof Numeral) return [];
  const prefix = path === "" ? "" : `${path}.`;
  return Object.entries(value).map(([name, child]) => {
    // what stands in a list is named by the list's key
    const named = isObject(value) ? { key: calledIn(value, name), parent: key } : { key, parent };
    return { path: prefix + name, ...named, value: child };
  });
}

/** What a text is in JSON, as the CLI of AWS prints what somebody stored as an object. */
export function innerOf(text: string): object | undefined {
  const inner = /^\s*[{[]/.test(text) ? parseText(text) : undefined;
  return isObject(inner) || Array.isArray(inner) ? inner : undefined;
}

function longNumber({ text }: Numeral): string | undefined {
  return text.replaceAll(/\D/g, "").length >= shortestNumber ? text : undefined;
}

/** In `bws`'s listing `key` is what the value is called; in `op`'s a field says it by its purpose, or by its name. */
function calledIn(object: JsonObject, key: string): string {
  if (key === "key" && Object.hasOwn(object, "value")) return "name";
  if (key !== "value") return key;
  return object["purpose"] === "USERNAME" ? "username" : (shownName(object) ?? key);
}

/** The types of 1Password's fields that it shows to whoever looks at an item. */
const shownTypes: ReadonlySet<unknown> = new Set([
  "ADDRESS",
  "DATE",
  "EMAIL",
  "MENU",
  "MONTH_YEAR",
  "PHONE",
  "STRING",
  "URL",
]);

/** The name of a field that is shown, if that is harmless; a note is named by nothing. */
function shownName({ type, id, label }: JsonObject): string | undefined {
  if (!shownTypes.has(type)) return undefined;
  const names = [label, id].filter((name) => typeof name === "string");
  return names.some(isSecretKey) ? undefined : names.find(isHarmlessKey);
}

function standingOf({ key, parent }: Place, text: string, within: readonly Leaf[]): Standing {
  const inner = new Set(within.map(({ standing }) => standing));
  if (inner.has("secret")) return "secret";
  if (isPublic(Buffer.from(text)) || (isPlain(text) && !isSecretKey(key))) return "harmless";
  const isRandom = holdsRandom(text);
  const isNamedSo = isHarmlessKey(key) || (isDescribing(parent) && !isSecretKey(key));
  if (isNamedSo && !holdsLogin(text) && !isRandom && !inner.has("unknown")) return "harmless";
  return isRandom || isSecretKey(key) || isSecretKey(parent) || namesLogin(text) ? "secret" : "unknown";
}
