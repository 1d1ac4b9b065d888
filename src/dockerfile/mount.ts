import { nearest } from "../nearest.ts";
import { parseCsvLine } from "./csv.ts";
import { isSize, parseBoolean } from "./go-number.ts";
import type { Command, Flag } from "./instruction.ts";
import { holdsUnknown, type Known } from "./unknown.ts";

export type MountType = "bind" | "cache" | "tmpfs" | "secret" | "ssh";

/** A `--mount=` flag of a RUN as BuildKit reads it. What is not given is undefined; `type` is then bind. */
export type Mount = {
  readonly flag: Flag;
  readonly type: MountType;
  /** For a secret what BuildKit asks for: its id or source, else the last part of its target. */
  readonly id: string | undefined;
  readonly source: string | undefined;
  /** For a secret that is a file where BuildKit puts it, /run/secrets/ID if nothing else is said. */
  readonly target: string | undefined;
  readonly from: string | undefined;
  readonly env: string | undefined;
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly sharing: string | undefined;
  readonly size: string | undefined;
  /** Keys whose value holds a variable that is not known here. */
  readonly unresolved: readonly string[];
  /** What BuildKit refuses in it. */
  readonly problem: string | undefined;
};

/** Expands a value's variables; without one, values with a `$` are unresolved. */
export type ExpandWord = (word: string) => Known<string>;

/** The mounts of a RUN (for ONBUILD: of the RUN in it), in order. */
export function mountsOf(command: Command, expand: ExpandWord = leaveVariables): Mount[] {
  const run = command.known === "ONBUILD" ? command.inner : command;
  if (run?.known !== "RUN" || run.flags.length === 0) return [];
  return run.flags.filter((flag) => flag.name === "mount").map((flag) => parseMount(flag, expand));
}

// Go's path.Base
function lastPart(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  if (trimmed === "") return path === "" ? "." : "/";
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

function leaveVariables(word: string): Known<string> {
  return /[$'"\\`]/.test(word) ? { known: false, why: "it holds a variable" } : { known: true, value: word };
}

type Draft = { -readonly [Key in Exclude<keyof Mount, "flag" | "readOnly" | "unresolved">]: Mount[Key] } & {
  readOnly: boolean | undefined;
  readonly unresolved: string[];
};

const KEYS = [
  "type",
  "from",
  "source",
  "target",
  "readonly",
  "id",
  "sharing",
  "required",
  "size",
  "mode",
  "uid",
  "gid",
  "src",
  "dst",
  "destination",
  "ro",
  "rw",
  "readwrite",
  "env",
] as const;

/** BuildKit's parseMount (instructions/commands_runmount.go): keys count in the order in which they stand. */
export function parseMount(flag: Flag, expand: ExpandWord = leaveVariables): Mount {
  const draft: Draft = {
    type: "bind",
    id: undefined,
    source: undefined,
    target: undefined,
    from: undefined,
    env: undefined,
    required: false,
    readOnly: undefined,
    mode: undefined,
    uid: undefined,
    gid: undefined,
    sharing: undefined,
    size: undefined,
    unresolved: [],
    problem: undefined,
  };
  const fields = parseCsvLine(flag.marked ?? flag.value ?? "");
  if ("problem" in fields) draft.problem = fields.problem;
  else {
    for (const field of fields) {
      draft.problem ??= readField(draft, field, expand);
    }
    draft.problem ??= checkWhole(draft);
  }
  const readOnly = draft.readOnly ?? (draft.type !== "cache" && draft.type !== "tmpfs");
  return { ...draft, ...(draft.type === "secret" ? secretPlace(draft) : {}), flag, readOnly };
}

// dispatchSecret; with variables that are not known nothing is made up
function secretPlace({ id, source, target, env, unresolved }: Draft): Pick<Mount, "id" | "target"> {
  if (unresolved.length > 0) return { id: id || source, target };
  const asked = source || id || (target ? lastPart(target) : undefined);
  if (target || env !== undefined || asked === undefined) return { id: asked, target: target || undefined };
  return { id: asked, target: `/run/secrets/${lastPart(asked)}` };
}

function readField(draft: Draft, field: string, expand: ExpandWord): string | undefined {
  const equals = field.indexOf("=");
  if (holdsUnknown(equals < 0 ? field : field.slice(0, equals))) {
    // any key may come out of a template
    draft.unresolved.push("type");
    return undefined;
  }
  const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
  if (equals < 0) return readBareKey(draft, key, field);
  const raw = field.slice(equals + 1);
  if (holdsUnknown(raw)) {
    draft.unresolved.push(key);
    return undefined;
  }
  if (key === "from" && raw.includes("$") && raw.indexOf("$") !== raw.length - 1) {
    return "'from' doesn't support variable expansion, define alias stage instead";
  }
  const expanded = expand(raw);
  if (!expanded.known) {
    draft.unresolved.push(key);
    return undefined;
  }
  return readValue(draft, key, expanded.value, field);
}

function readBareKey(draft: Draft, key: string, field: string): string | undefined {
  switch (key) {
    case "readonly":
    case "ro":
      draft.readOnly = true;
      return undefined;
    case "readwrite":
    case "rw":
      draft.readOnly = false;
      return undefined;
    case "required":
      return setRequired(draft, true);
    default:
      return `invalid field '${field}' must be a key=value pair`;
  }
}

function readValue(draft: Draft, key: string, value: string, field: string): string | undefined {
  switch (key) {
    case "type": {
      const type = MOUNT_TYPES.find((name) => name === value.toLowerCase());
      if (type === undefined) return `unsupported mount type ${JSON.stringify(value)}`;
      draft.type = type;
      return undefined;
    }
    case "from":
    case "id":
    case "env":
      draft[key] = value;
      return undefined;
    case "source":
    case "src":
      draft.source = value;
      return undefined;
    case "target":
    case "dst":
    case "destination":
      draft.target = value;
      return undefined;
    case "readonly":
    case "ro":
    case "readwrite":
    case "rw": {
      const flag = parseBoolean(value);
      if (flag === undefined) return `invalid value for ${key}: ${value}`;
      draft.readOnly = key.startsWith("readw") || key === "rw" ? !flag : flag;
      return undefined;
    }
    case "required": {
      const flag = parseBoolean(value);
      if (draft.type !== "secret" && draft.type !== "ssh") return unexpected(key, draft);
      return flag === undefined ? `invalid value for ${key}: ${value}` : setRequired(draft, flag);
    }
    case "size":
      if (draft.type !== "tmpfs") return unexpected(key, draft);
      draft.size = value;
      return isSize(value) ? undefined : `invalid value for ${key}: ${value}`;
    case "sharing":
      draft.sharing = value.toLowerCase();
      return SHARING.has(draft.sharing) ? undefined : `unsupported sharing value ${JSON.stringify(value)}`;
    case "mode":
    case "uid":
    case "gid":
      return setNumber(draft, key, value);
    default: {
      const meant = nearest(key, KEYS);
      return `unexpected key '${key}' in '${field}'${meant === undefined ? "" : ` (did you mean ${meant}?)`}`;
    }
  }
}

const MOUNT_TYPES: readonly MountType[] = ["bind", "cache", "tmpfs", "secret", "ssh"];
const SHARING: ReadonlySet<string> = new Set(["shared", "private", "locked"]);

function setRequired(draft: Draft, required: boolean): string | undefined {
  if (draft.type !== "secret" && draft.type !== "ssh") return unexpected("required", draft);
  draft.required = required;
  return undefined;
}

function setNumber(draft: Draft, key: "mode" | "uid" | "gid", value: string): string | undefined {
  const [digits, base] = key === "mode" ? [/^[0-7]+$/, 8] : [/^[0-9]+$/, 10];
  const number = digits.test(value) ? Number.parseInt(value, base) : Number.NaN;
  if (!(number <= 0xffff_ffff)) return `invalid value ${value} for ${key}`;
  draft[key] = number;
  return undefined;
}

function unexpected(key: string, draft: Draft): string | undefined {
  // a type that is not known here may allow it
  return draft.unresolved.includes("type") ? undefined : `unexpected key '${key}' for mount type '${draft.type}'`;
}

function checkWhole(draft: Draft): string | undefined {
  if (draft.unresolved.length > 0) return undefined;
  const { type } = draft;
  if (type === "bind" || type === "tmpfs") {
    for (const key of ["mode", "uid", "gid"] as const) {
      if (draft[key] !== undefined) return `${key} not allowed for ${JSON.stringify(type)} type mounts`;
    }
  }
  if (type === "secret") {
    if (draft.from) return "secret mount should not have a from";
    if (draft.sharing) return "secret mount should not define sharing";
    if (!draft.source && !draft.target && !draft.id) return "invalid secret mount. one of source, target required";
    if (draft.source && draft.id) return "both source and id can't be set";
  }
  return draft.sharing && type !== "cache" ? `invalid cache sharing set for ${type} mount` : undefined;
}
