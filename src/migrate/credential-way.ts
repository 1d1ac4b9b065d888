import type { Flag } from "../dockerfile/instruction.ts";
import type { Mount } from "../dockerfile/mount.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { Step } from "../dockerfile/step.ts";
import { assignmentsOf, goneOf } from "./assignment.ts";
import { type BodyRange, cutsFor, withoutRanges } from "./body-cut.ts";
import { environmentDump } from "./environment-dump.ts";
import { fileReadBy, variableReadBy } from "./file-reading.ts";
import type { Declaration, Seen } from "./variable-scope.ts";

/** Ids of mounts that a migration makes begin so: they carry nothing that it would take away. */
const IDENTITY = "aws-identity";

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
      for (const one of withFeeders(declaration, declared)) declarations.add(one);
      provided.add(name);
    }
  }
  let doubt: string | undefined;
  let cuts: readonly BodyRange[] = [];
  if (mentions(step.body, names)) {
    const assignments = assignmentsOf(script(), names);
    for (const { name, raw } of assignments) {
      if (raw === undefined || isPlaceholder(raw)) continue;
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
      else if ("keyword" in source) for (const one of withFeeders(source, declared)) declarations.add(one);
    }
    const gone = goneOf(step.body, script(), assignments);
    const range = provided.size === 0 ? [] : cutsFor(step.body, script(), gone);
    if (typeof range === "string") doubt ??= `what sets ${assignments[0]!.name} in it cannot be taken out: ${range}`;
    else cuts = range;
    if (provided.size === 0 && assignments.length === 0 && secrets.some(({ id }) => !id?.startsWith(IDENTITY))) {
      doubt ??= doubtOfRest(step.body, names, []);
    }
  }
  if (provided.size === 0 && doubt === undefined) return undefined;
  const rest = withoutRanges(step.body, cuts);
  doubt ??= doubtOfRest(rest, names, [...found]);
  if (doubt === undefined && /\b(?:env|printenv|export|declare|set)\b/.test(rest)) {
    const dump = environmentDump(script());
    if (dump !== undefined)
      doubt = `it keeps all its variables in a file (by ${dump}), and what reads that may want them`;
  }
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

/** What is left of the body must not need what goes. To unset what is not set does no harm. */
function doubtOfRest(rest: string, names: ReadonlySet<string>, gone: readonly Mount[]): string | undefined {
  const text = rest.replace(/\bunset(?:[ \t]+-v)?(?:[ \t]+[A-Za-z_]\w*)+/g, "");
  const variable = [...names, ...gone.flatMap(({ env }) => env ?? [])].find((one) => wordIn(text, one));
  if (variable !== undefined) return `its own text names ${variable} elsewhere, which it would not have then`;
  const file = gone.find(({ target }) => target !== undefined && text.includes(target))?.target;
  return file && `its own text names ${file} elsewhere`;
}

/** A declaration with those that it takes its value from: `ENV A=$B` with `ARG B`. */
function withFeeders(declaration: Declaration, declared: Seen): ReadonlySet<Declaration> {
  const all = new Set([declaration]);
  for (const { value } of all) {
    const variable = value === undefined ? undefined : variableReadBy(value);
    for (const one of variable === undefined ? [] : declared.get(variable)) all.add(one);
  }
  return all;
}

/** What people write where a program wants a key and takes any: that of a local store, say. */
function isPlaceholder(raw: string): boolean {
  return /^["']?(?:|test|testing|dummy|fake|foo|bar|none|x+|example|local|localstack|minio|minioadmin)["']?$/i.test(
    raw,
  );
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
