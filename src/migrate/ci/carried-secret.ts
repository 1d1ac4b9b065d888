import { expressionsIn, type Origin } from "../../workflow/github/expression.ts";
import type { SourcedText } from "../../workflow/sourced-text.ts";
import { credentialName } from "../secret-name.ts";
import { isHarmlessName } from "./harmless-name.ts";
import type { Scope } from "./scope.ts";

/** A secret that a value holds: where it is from, never what it is. */
export type CarriedSecret = {
  /** `secrets.NPM_TOKEN`, `$NPM_TOKEN`. */
  readonly from: string;
  /** `likely`: it is kept among the secrets, or is named a little like one. */
  readonly grade: "certain" | "likely";
};

/** `plain`: it is known to be none. `unknown`: it is not known what it is. */
type Carried = CarriedSecret | "plain" | "unknown";

/**
 * The secret that is given under `name`, if one is. A value that is not written is the variable's of that name. A name
 * decides only where nothing is known of the value.
 */
export function secretIn(name: string, value: SourcedText | undefined, scope: Scope): CarriedSecret | undefined {
  if (isHarmlessName(name) && !LOGIN_IN_URL.test(value?.text ?? "")) return undefined;
  const carried = value === undefined ? ofVariable(name, scope, 0) : ofText(value.text, scope, 0);
  if (carried === "plain") return undefined;
  const byName = credentialName(name)?.grade;
  if (carried === "unknown") return byName === "certain" ? { from: name, grade: "certain" } : undefined;
  return byName === "certain" ? { ...carried, grade: "certain" } : carried;
}

const LOGIN_IN_URL = /:\/\/[^/]{0,300}@/;

// Further than anyone passes a value on
const LONGEST_WAY = 8;

function ofText(text: string, scope: Scope, way: number): Carried {
  if (way > LONGEST_WAY) return "unknown";
  const parts: Carried[] = [];
  if (scope.kind.startsWith("github")) {
    for (const { origins } of expressionsIn(text)) parts.push(...origins.map((origin) => ofOrigin(origin, scope, way)));
  }
  if (scope.kind === "bake") {
    for (const name of namesInTemplates(text)) parts.push(ofVariable(name, scope, way));
  } else {
    for (const name of variablesIn(text)) parts.push(ofVariable(name, scope, way));
    // a command's output; what the caller of a GitLab template gives
    if (/\$\(|`|\$\[\[/.test(text) && !text.startsWith("'")) parts.push("unknown");
  }
  return worst(parts);
}

function worst(parts: readonly Carried[]): Carried {
  const secrets = parts.filter((part) => typeof part === "object");
  return (
    secrets.find(({ grade }) => grade === "certain") ?? secrets[0] ?? (parts.includes("unknown") ? "unknown" : "plain")
  );
}

function ofOrigin({ context, path }: Origin, scope: Scope, way: number): Carried {
  const last = path.at(-1);
  switch (context) {
    case "secrets": {
      if (path.length === 0) return { from: "all secrets", grade: "certain" };
      if (last === undefined) return { from: "one of the secrets", grade: "certain" };
      if (isHarmlessName(last)) return "plain";
      return { from: `secrets.${last}`, grade: credentialName(last) === undefined ? "likely" : "certain" };
    }
    case "github":
      return path[0] === "token" ? { from: "github.token", grade: "certain" } : "plain";
    case "env":
      return last === undefined ? "unknown" : ofVariable(last, scope, way);
    case "inputs":
    case "steps":
    case "needs":
    case "jobs": {
      const grade = last === undefined ? undefined : credentialName(last)?.grade;
      return grade === "certain" ? { from: [context, ...path.map((part) => part ?? "*")].join("."), grade } : "unknown";
    }
    default:
      return "plain";
  }
}

function ofVariable(name: string, scope: Scope, way: number): Carried {
  const setting = scope.find(name);
  if (setting === "file") return "plain";
  if (setting !== undefined && (scope.kind !== "bake" || /\$\{/.test(setting.value?.text ?? ""))) {
    if (setting.value === undefined || mentions(setting.value.text, name)) return byName(name);
    return ofText(setting.value.text, scope, way + 1);
  }
  // bake takes a variable from the environment, whatever its default is
  return byName(name);
}

function byName(name: string): Carried {
  if (isHarmlessName(name)) return "plain";
  const grade = credentialName(name)?.grade;
  return grade === undefined ? "unknown" : { from: `$${name}`, grade: grade === "certain" ? "certain" : "likely" };
}

/** `TOKEN=${TOKEN:-}` says nothing of where it is from. */
function mentions(text: string, name: string): boolean {
  return variablesIn(text).includes(name);
}

/** The names that a shell, GitLab or compose puts values in for; `'…'` and `$$` keep theirs, and `${X:+word}` is the word. */
export function variablesIn(text: string): string[] {
  if (text.startsWith("'") || !text.includes("$")) return [];
  const names = /\$\$|\$\{([A-Za-z_]\w*)(:?\+)?|\$([A-Za-z_]\w*)/g;
  return [...text.matchAll(names)].flatMap(([, braced, replaced, bare]) => (replaced ? [] : (braced ?? bare ?? [])));
}

/** The names in `${…}` of HCL, without those of functions, attributes and texts. */
function namesInTemplates(text: string): string[] {
  const names: string[] = [];
  // `$${` is a dollar sign and a brace
  for (const [, inner = ""] of text.matchAll(/\$\$\{|\$\{([^}]*)\}/g)) {
    const condition = inner.replace(/"[^"]*"/g, '""').replace(/^[^?]*\?/, "");
    for (const match of condition.matchAll(/(?<![A-Za-z0-9_.])[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_]|\s*\()/g))
      names.push(match[0]);
  }
  return names.filter((name) => !/^(?:null|true|false|for|in|if)$/.test(name));
}
