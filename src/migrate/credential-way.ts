import type { Flag } from "../dockerfile/instruction.ts";
import type { Mount } from "../dockerfile/mount.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { Step } from "../dockerfile/step.ts";
import { assignmentsOf, goneOf } from "./assignment.ts";
import { type BodyRange, cutsFor, withoutRanges } from "./body-cut.ts";
import { fileReadBy, variableReadBy } from "./file-reading.ts";
import type { Declaration, Seen } from "./variable-scope.ts";

/** How a step comes to a credential's variables, as far as the Dockerfile shows it. */
export type CredentialWay = {
  /** The variables that it has. */
  readonly provided: ReadonlySet<string>;
  /** The mounts that bring them. */
  readonly mounts: readonly Mount[];
  /** What of the body sets them. */
  readonly cuts: readonly BodyRange[];
  /** ARGs and ENVs that bring them. */
  readonly declarations: readonly Declaration[];
  /** What the body is without the cuts. */
  readonly rest: string;
  /** Why it is not certain: one clause; undefined: it is. */
  readonly doubt: string | undefined;
};

export type WayAsk = {
  readonly step: Step;
  /** With variables expanded as far as they are known. */
  readonly mounts: readonly Mount[];
  readonly script: () => Script;
  readonly names: ReadonlySet<string>;
  /** ARGs and ENVs in effect, of these names and of others that the body may take them from. */
  readonly declared: Seen;
  /** A credential that is a whole file: the variable that names it, and the place where it needs none. */
  readonly file?: { readonly variable: string; readonly target: RegExp } | undefined;
};

/**
 * How a step has variables of some names: by mounts with `env=`, by files that its body reads into them, by ARG and ENV.
 * undefined: it has none of them.
 */
export function credentialWay({ step, mounts, script, names, declared, file }: WayAsk): CredentialWay | undefined {
  const secrets = mounts.filter(({ type }) => type === "secret");
  const found = new Set<Mount>(secrets.filter(({ env }) => env !== undefined && names.has(env)));
  const provided = new Set<string>([...found].map(({ env }) => env!));
  const declarations = new Set<Declaration>();
  for (const mount of file === undefined ? [] : secrets) {
    if (mount.target === undefined || !isFileOf(mount.target, file!, declared)) continue;
    found.add(mount);
    provided.add(file!.variable);
  }
  for (const name of names) {
    for (const declaration of declared.get(name)) {
      declarations.add(declaration);
      provided.add(name);
    }
  }
  let doubt: string | undefined;
  let cuts: readonly BodyRange[] = [];
  if (mentions(step.body, names)) {
    const assignments = assignmentsOf(script(), names);
    for (const { name, raw } of assignments) {
      if (raw === undefined) continue;
      const source =
        name === file?.variable
          ? secrets.find(({ target }) => target === unquoted(raw))
          : sourceOf(raw, secrets, names, declared);
      if (source === undefined) {
        doubt ??= `it sets ${name} from something that is no mount of its own`;
        continue;
      }
      provided.add(name);
      if ("flag" in source) found.add(source);
      else if ("keyword" in source) declarations.add(source);
    }
    const range = cutsFor(step.body, script(), goneOf(step.body, script(), assignments));
    if (typeof range === "string") doubt ??= `what sets ${assignments[0]!.name} in it cannot be taken out: ${range}`;
    else cuts = range;
  }
  if (provided.size === 0) return undefined;
  const rest = withoutRanges(step.body, cuts);
  doubt ??= doubtOfRest(rest, names, [...found]);
  return { provided, mounts: [...found], cuts, declarations: [...declarations], rest, doubt };
}

/** Where a value that is set in a body is from. `itself`: it is one of the names again. */
function sourceOf(
  raw: string,
  secrets: readonly Mount[],
  names: ReadonlySet<string>,
  declared: Seen,
): Mount | Declaration | { readonly itself: true } | undefined {
  const file = fileReadBy(raw);
  if (file !== undefined) return secrets.find(({ target, env }) => env === undefined && target === file);
  const variable = variableReadBy(raw);
  if (variable === undefined) return undefined;
  if (names.has(variable)) return { itself: true };
  return secrets.find(({ env }) => env === variable) ?? declared.get(variable).at(-1);
}

/** The file lies at its usual place, or an ENV says that it is this one. */
function isFileOf(path: string, { variable, target }: NonNullable<WayAsk["file"]>, declared: Seen): boolean {
  return (
    target.test(path) || declared.get(variable).some(({ value }) => value !== undefined && unquoted(value) === path)
  );
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, "$2");
}

/** What is left of the body must not need what goes. */
function doubtOfRest(rest: string, names: ReadonlySet<string>, gone: readonly Mount[]): string | undefined {
  const name = [...names].find((one) => wordIn(rest, one));
  if (name !== undefined) return `its own text names ${name} elsewhere`;
  for (const { env, target } of gone) {
    if (env !== undefined && wordIn(rest, env)) return `its own text names ${env} elsewhere`;
    if (target !== undefined && rest.includes(target)) return `its own text names ${target} elsewhere`;
  }
  return undefined;
}

function mentions(text: string, names: ReadonlySet<string>): boolean {
  for (const name of names) if (text.includes(name)) return true;
  return false;
}

/** Whether a text has the name as a word of its own. */
export function wordIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/\w/.test(text.charAt(at - 1)) && !/\w/.test(text.charAt(at + name.length))) return true;
  }
  return false;
}

/** The flags of the mounts, in order. */
export function flagsOf(mounts: readonly Mount[]): Flag[] {
  return mounts.map(({ flag }) => flag).sort((a, b) => a.start - b.start);
}
