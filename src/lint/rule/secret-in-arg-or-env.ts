import type { Dockerfile } from "../../dockerfile/dockerfile.ts";
import { holdsTemplate } from "../../dockerfile/template/spans-at.ts";
import type { Severity } from "../../finding/finding.ts";
import { type CredentialName, credentialName } from "../../migrate/secret-name.ts";
import type { LintRule, Problem } from "../rule.ts";
import { nameOfPair, namesKeyOf, secretsInPair } from "../secret-in-pair.ts";
import { expandedValue, kindOfValue, plainValue, type ValueKind, variablesIn } from "../secret-value.ts";
import { type PairPiece, pairPieces, stageKey, type WrittenCommand, writtenCommands } from "../written-command.ts";

export const secretInArgOrEnv: LintRule = {
  id: "secret-in-arg-or-env",
  severity: "error",
  title: "A secret is given by ARG or ENV",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "An `ARG` or `ENV` that is named as a secret (`NPM_TOKEN`, `DB_PASSWORD`, `AWS_SECRET_ACCESS_KEY`), or an `ENV` that takes its value from such an `ARG`. An `ARG` without a value counts: it is there to be given one by `--build-arg`. A name is read to its end, so `TOKEN_FILE`, `PASSWORD_HASH_ALGO`, `GPG_KEY`, `NODE_AUTH_TYPE` and `PUBLIC_KEY` are none; and a path, a switch, a number or a fingerprint as the value is none either.",
    why: "A build argument stands in the history of the image, in the build record and in the provenance; an `ENV` stands in the image's configuration, for whoever can pull it, and in every container's environment. Neither is masked in the log.",
    example: "FROM node:22\nARG NPM_TOKEN\nCOPY . .\nRUN npm ci",
    instead: "FROM node:22\nCOPY . .\nRUN --mount=type=secret,id=npm-token,env=NPM_TOKEN,required=true npm ci",
  },
  *check({ dockerfile }) {
    if (!writtenCommands(dockerfile).some(namesCredential)) return;
    const declared = declaredNames(dockerfile);
    for (const written of writtenCommands(dockerfile)) {
      const { known } = written.command;
      if (known !== "ARG" && known !== "ENV") continue;
      for (const pair of pairPieces(written, dockerfile.escape)) {
        const name = nameOfPair(pair);
        // repeated in a stage, it is reported there
        if (written.stage === undefined && declared.inStages.has(name)) continue;
        const problem = judge(written, known, name, pair, { dockerfile, declared });
        if (problem !== undefined) yield problem;
      }
    }
  },
};

/** Whether any of its names is a credential's: most files have none. */
function namesCredential({ command: { known, args, pairs } }: WrittenCommand): boolean {
  if (known === "ARG") return args.some((arg) => credentialName(arg.split("=", 1)[0]!) !== undefined);
  return known === "ENV" && pairs.some(({ name }) => credentialName(name.replace(/["']/g, "")) !== undefined);
}

type Names = {
  /** The default of each ARG, as it is meant; undefined: it has none, or more than one. */
  readonly args: ReadonlyMap<string, string | undefined>;
  /** What an ENV sets to more than what it was before. */
  readonly envs: ReadonlySet<string>;
  readonly inStages: ReadonlySet<string>;
};

function declaredNames(dockerfile: Dockerfile): Names {
  const args = new Map<string, string | undefined>();
  const envs = new Set<string>();
  const inStages = new Set<string>();
  for (const { command, stage } of writtenCommands(dockerfile)) {
    if (command.known === "ENV") {
      for (const { name, value } of command.pairs) if (!repeats(name, value)) envs.add(name);
    }
    if (command.known !== "ARG") continue;
    for (const arg of command.args) {
      const equals = arg.indexOf("=");
      const name = equals < 0 ? arg : arg.slice(0, equals);
      const value = equals < 0 ? undefined : plainValue(arg.slice(equals + 1), dockerfile.escape);
      // `ARG X` in a stage takes the default that was given before the first FROM
      if (value !== undefined || !args.has(name)) args.set(name, args.get(name) === undefined ? value : undefined);
      if (stage !== undefined) inStages.add(name);
    }
  }
  return { args, envs, inStages };
}

function judge(
  written: WrittenCommand,
  known: "ARG" | "ENV",
  name: string,
  pair: PairPiece,
  world: { readonly dockerfile: Dockerfile; readonly declared: Names },
): Problem | undefined {
  const { dockerfile, declared } = world;
  const { whole, value } = pair;
  const nameEnd = value?.start ?? whole.end;
  if (!name.includes("$") && holdsTemplate(dockerfile, whole.start, nameEnd)) return undefined;
  const credential = credentialName(name);
  const isTemplate =
    value !== undefined && value.end > value.start && holdsTemplate(dockerfile, value.start, value.end);
  const plain =
    known === "ENV" && !isTemplate && dockerfile.template === undefined
      ? expandedValue(value?.text ?? "", dockerfile.escape, (other) => valueIn(other, declared))
      : plainValue(value?.text ?? "", dockerfile.escape);
  const kind: ValueKind = isTemplate ? "reference" : kindOfValue(plain);
  const about = { start: whole.start, end: whole.end, key: `${stageKey(written.stage)} ${known} ${name}` };
  if (credential === undefined) {
    const taken =
      known === "ENV" && value !== undefined ? secretArgIn(value.text, dockerfile.escape, declared) : undefined;
    if (taken === undefined) return undefined;
    return {
      ...about,
      message: `ENV ${name} takes the build argument ${taken}, which is named as a secret: its value stays in the image's configuration`,
      remedy: remedyFor(taken),
    };
  }
  if (namesKeyOf(credential, plain)) return undefined;
  const severity = severityOf(known, credential, kind);
  if (severity === undefined || secretsInPair(written.instruction, pair, dockerfile.escape).length > 0)
    return undefined;
  const isLiteral = kind === "weak" || kind === "word" || kind === "random";
  return {
    ...about,
    message: messageFor(known, name, credential, kind),
    remedy: remedyFor(name),
    severity,
    ...(isLiteral && value !== undefined ? { hide: [{ start: value.start, end: value.end }] } : {}),
  };
}

/** `X=$X`, `X="${X:-default}"` */
function repeats(name: string, value: string): boolean {
  const variable = /^["']?\$(?:(\w+)|\{(\w+)[^}]*\})["']?$/.exec(value);
  return variable !== null && (variable[1] ?? variable[2]) === name;
}

/** What a variable in an ENV is: "" where nothing in the file sets it, its default where that is no secret; undefined: not known. */
function valueIn(name: string, { args, envs }: Names): string | undefined {
  if (envs.has(name)) return undefined;
  if (!args.has(name)) return "";
  const value = args.get(name);
  return value !== undefined && isNoSecret(name, value) ? value : undefined;
}

function isNoSecret(name: string, value: string): boolean {
  const credential = credentialName(name);
  return kindOfValue(value) === "harmless" || (credential !== undefined && namesKeyOf(credential, value));
}

function secretArgIn(value: string, escapeToken: Dockerfile["escape"], { args }: Names): string | undefined {
  return variablesIn(value, escapeToken).find((name) => {
    if (!args.has(name) || credentialName(name)?.grade !== "certain") return false;
    const given = args.get(name);
    return given === undefined || !isNoSecret(name, given);
  });
}

/** undefined: it is none. */
function severityOf(known: "ARG" | "ENV", { grade, what }: CredentialName, kind: ValueKind): Severity | undefined {
  if (kind === "harmless" || (kind === "empty" && known === "ENV")) return undefined;
  // the id of a key pair tells that the key is near, which is reported for itself
  if (grade === "part") return kind === "placeholder" ? undefined : "info";
  if (kind === "placeholder") return "info";
  if (grade === "likely" || kind === "weak") return "warning";
  return kind === "word" && what !== "a password" ? "warning" : "error";
}

function messageFor(known: "ARG" | "ENV", name: string, { what }: CredentialName, kind: ValueKind): string {
  const where =
    known === "ARG"
      ? "a build argument stays in the image's history and in the build's records"
      : "it stays in the image's configuration";
  if (kind === "placeholder")
    return `${known} ${name} is named as ${what} and has a placeholder: where a real one takes its place, ${where}`;
  return `${known} ${name} is named as ${what}: ${where}`;
}

function remedyFor(name: string): string {
  const id = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `Mount it into the step that needs it: RUN --mount=type=secret,id=${id},env=${name},required=true … (buildseal rewrite --migrate arg-secrets does it).`;
}
