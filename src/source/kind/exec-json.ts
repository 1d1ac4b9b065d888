import { plain } from "../../identity/quoted.ts";
import { Secret } from "../../secret/secret.ts";
import { boxValue, refuseExpired } from "../value.ts";
import { expiryBeside } from "./exec-expiry.ts";
import { innerOf, leavesOf } from "./exec-leaf.ts";
import {
  isObject,
  type JsonObject,
  lowered,
  Numeral,
  type Output,
  type OutputReading,
  parseObject,
  refuse,
} from "./exec-output.ts";
import { loginsOf, partsOf } from "./exec-part.ts";

/** One part of a JSON object; or all of it, with every text in it as a field, by its path. */
export function readJson(bytes: Uint8Array, reading: OutputReading, whole: () => Secret): Output {
  const object = parseObject(bytes, reading);
  if (reading.field !== undefined) {
    const { value, around } = pick(object, reading.field, reading);
    return { value, fields: new Map(), keys: partsOf(value), ...endOf(around, reading) };
  }
  const fields = new Map<string, Secret | string>();
  const keys: Secret[] = [];
  for (const { path, text, standing } of leavesOf(object)) {
    const part = standing === "harmless" ? text : new Secret(`${reading.name}-${path}`, text);
    if (part instanceof Secret) keys.push(...loginsOf(part));
    if (!fields.has(path)) fields.set(path, part);
    // `a.b` can be one key, or a key in another
    else if (part instanceof Secret) keys.push(part);
  }
  return { value: whole(), fields, keys, ...endOf([object], reading) };
}

function endOf(around: readonly JsonObject[], reading: OutputReading): Pick<Output, "expiresAt" | "notices"> {
  const end = expiryBeside(around, reading.nowMs);
  switch (end.kind) {
    case "none":
      return {};
    case "unclear": {
      const told = `${reading.place} gives ${end.key}, which is not a time: the end is taken from \`ttlSeconds:\`, or not known.`;
      return { notices: [told] };
    }
    case "ends":
      refuseExpired(end.at, reading.place, reading.nowMs);
      return { expiresAt: end.at };
  }
}

/** The value, and the objects that it stands in, the innermost first. */
type Picked = { readonly value: Secret; readonly around: readonly JsonObject[] };

function pick(object: JsonObject, path: string, reading: OutputReading): Picked {
  const around: JsonObject[] = [];
  const step = (outer: unknown, key: string) => {
    const parent = typeof outer === "string" ? innerOf(outer) : outer;
    if (isObject(parent)) around.unshift(parent);
    return child(parent, key);
  };
  const found = (Object.hasOwn(object, path) ? [path] : path.split(".")).reduce(step, object as unknown);
  const shown = plain(path, 80);
  if (found === undefined) throw refuse(reading, `prints JSON without the field ${shown}`);
  const text = found instanceof Numeral ? found.text : found;
  if (typeof text !== "string") throw refuse(reading, `prints JSON whose field ${shown} is not a text`);
  const place = `The field ${shown} of ${lowered(reading.place)}`;
  return { value: boxValue(reading.name, new TextEncoder().encode(text), place), around };
}

function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent) && /^\d+$/.test(key)) return parent[Number(key)];
  return isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}
