import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";
import { parseGoBoolean } from "./flag-table.ts";

/** buildseal's own flags on a command that wraps Docker's: no flag of Docker's begins so. */
const prefix = "--seal-";

export type ScanMode = "gate" | "warn" | "off";

export type OwnFlags = {
  /** Recipes to add, in order. */
  readonly with: readonly string[];
  readonly config?: string;
  readonly scan?: ScanMode;
  /** Show what would be run, run nothing. */
  readonly print: boolean;
  /** Where the report goes. */
  readonly report?: string;
  readonly requireIdentity: boolean;
  readonly allow: readonly "exec"[];
};

export type OwnFlag = {
  readonly name: string;
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly help: string;
};

export const ownFlags: readonly OwnFlag[] = [
  { name: "--seal-with", value: "RECIPE,…", help: "add recipes: what the steps' consumers need" },
  {
    name: "--seal-config",
    value: "FILE",
    help: "the configuration (default: buildseal.yaml beside the Dockerfile, then upwards)",
  },
  {
    name: "--seal-scan",
    value: "gate|warn|off",
    choices: ["gate", "warn", "off"],
    help: "what a leak does: nothing is published (gate), it is said (warn), nobody looks (off)",
  },
  { name: "--seal-print", help: "show the command, the rewritten Dockerfile and the grants, and run nothing" },
  { name: "--seal-report", value: "FILE", help: "write the report (.json or .html): everything, without one value" },
  { name: "--seal-require-identity", help: "no identity is an error, for optional recipes too" },
  { name: "--seal-allow", value: "exec", choices: ["exec"], help: "let a checkout's configuration run commands" },
];

export const isOwnFlag = (word: string): boolean => word.startsWith(prefix);

export type OwnSetting = { readonly name: string; readonly value: string };

/**
 * Reads one own flag, `--seal-x=v` or `--seal-x v`, from the words from its own on; `used` says how many it took.
 * @param known the command's own flags
 * @throws ARGUMENT for an unknown flag (with the nearest name), a missing or a wrong value
 */
export function takeOwnFlag(
  words: readonly string[],
  known: readonly OwnFlag[] = ownFlags,
): { readonly setting: OwnSetting; readonly used: 1 | 2 } {
  const word = words[0]!;
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const flag = known.find((one) => one.name === name);
  if (flag === undefined) throw unknownOwnFlag(name, known);
  const attached = equals < 0 ? undefined : word.slice(equals + 1);
  if (flag.value === undefined) {
    const on = attached === undefined ? true : parseGoBoolean(attached);
    if (on === undefined) throw wrongValue(name, "takes no value but true or false", `Write ${name} alone.`);
    return { setting: { name, value: String(on) }, used: 1 };
  }
  const value = attached ?? words[1];
  if (value === undefined || value === "") {
    throw wrongValue(name, "needs a value", `Write ${name}=${flag.value}.`);
  }
  if (flag.choices !== undefined && !flag.choices.includes(value)) {
    const near = nearest(value, flag.choices);
    const remedy = near === undefined ? `Write ${name}=${flag.value}.` : `Did you mean ${name}=${near}?`;
    throw wrongValue(name, `does not take '${value}'`, remedy);
  }
  return { setting: { name, value }, used: attached === undefined ? 2 : 1 };
}

const wrongValue = (name: string, what: string, remedy: string): SealError =>
  new SealError("ARGUMENT", `${name} ${what}.`, remedy);

function unknownOwnFlag(name: string, known: readonly OwnFlag[]): SealError {
  const names = known.map((flag) => flag.name);
  const near = nearest(name, names);
  const remedy = near === undefined ? `buildseal's own flags are ${names.join(", ")}.` : `Did you mean ${near}?`;
  return new SealError("ARGUMENT", `${name} is not a flag of buildseal's.`, remedy);
}

/**
 * What the own flags say together: lists add up, of the others the last one counts.
 * @throws ARGUMENT when a list has an empty name
 */
export function readOwnFlags(settings: readonly OwnSetting[]): OwnFlags {
  const all = (name: string): string[] => settings.filter((one) => one.name === name).map((one) => one.value);
  const last = (name: string): string | undefined => all(name).at(-1);
  const recipes = all("--seal-with").flatMap((value) => value.split(",").map((recipe) => recipe.trim()));
  if (recipes.includes("")) {
    throw wrongValue("--seal-with", "has an empty name between commas", "Write --seal-with=RECIPE,RECIPE.");
  }
  const [config, scan, report] = [last("--seal-config"), last("--seal-scan"), last("--seal-report")];
  return {
    with: [...new Set(recipes)],
    ...(config !== undefined && { config }),
    ...(scan !== undefined && { scan: scan as ScanMode }),
    print: last("--seal-print") === "true",
    ...(report !== undefined && { report }),
    requireIdentity: last("--seal-require-identity") === "true",
    allow: all("--seal-allow").length > 0 ? ["exec"] : [],
  };
}
