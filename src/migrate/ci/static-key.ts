import { type BuildInput, buildsIn, type ContainerBuild, type PlacedStep, stepsIn } from "../../workflow/build.ts";
import type { CommandOption, ContainerCommand } from "../../workflow/command/container-command.ts";
import { plainText } from "../../workflow/command/plain-text.ts";
import type { CiDocument, CiEntry, CiJob, CiStep } from "../../workflow/document.ts";
import { expressionsIn } from "../../workflow/github/expression.ts";
import type { CiScript } from "../../workflow/script.ts";
import { placeOf, type SourcedText, type Span } from "../../workflow/sourced-text.ts";
import { variablesIn } from "./carried-secret.ts";
import { type KeyPart, keyPartOf } from "./key-part.ts";

/** A place of a CI file that hands a part of a static AWS key on. */
export type StaticKeyPlace = Span & {
  readonly part: KeyPart;
  /** The name that it goes by there. */
  readonly name: string;
  readonly job: CiJob | undefined;
  readonly step: CiStep | undefined;
} & (
    | { readonly kind: "argument"; readonly command: ContainerCommand; readonly option: CommandOption }
    /** `--secret id=…` in a text or an array that becomes arguments later. `from`, `to`: in the script's text. */
    | {
        readonly kind: "later-argument";
        readonly script: CiScript;
        readonly from: number;
        readonly to: number;
        /** The word that it stands in has single quotes. */
        readonly quoted: boolean;
      }
    | { readonly kind: "build-arg"; readonly build: ContainerBuild }
    | { readonly kind: "build-secret"; readonly build: ContainerBuild; readonly input: BuildInput }
    | { readonly kind: "env"; readonly of: "step" | "job" | "file"; readonly entry: CiEntry }
    | { readonly kind: "assignment" }
    | { readonly kind: "action-input"; readonly action: string; readonly entry: CiEntry }
    | { readonly kind: "passed"; readonly entry: CiEntry }
    | { readonly kind: "declared"; readonly as: "input" | "secret"; readonly entry: CiEntry }
  );

/** Every place that hands static AWS keys on, in the order of the file. A session's keys from elsewhere are none. */
export function staticKeysIn(document: CiDocument): StaticKeyPlace[] {
  if (!/aws|s3_|sccache/i.test(document.text)) return [];
  const steps = stepsIn(document);
  const places = [
    ...declaredIn(document),
    ...ofEntries(document, "file", { job: undefined, step: undefined }),
    ...jobsOf(document).flatMap(ofJob),
    ...steps.flatMap(({ job, step }) => (step === undefined ? [] : ofStep(job, step))),
    ...buildsIn(document).flatMap(ofBuild),
    ...steps.flatMap((placed) => placed.scripts.flatMap((script) => inScript(script, placed))),
  ];
  return withoutRepeats(places);
}

function jobsOf(document: CiDocument): readonly CiJob[] {
  return document.kind === "github-workflow" || document.kind === "gitlab" ? document.jobs : [];
}

function declaredIn(document: CiDocument): StaticKeyPlace[] {
  const place = (as: "input" | "secret") => (entry: CiEntry) =>
    ofName(entry.name.text, (part) => ({ kind: "declared", as, part, ...spanOf(entry), entry, ...nowhere }));
  if (document.kind === "github-action") return document.inputs.flatMap(place("input"));
  if (document.kind === "compose") return document.secrets.flatMap(composeSecret);
  if (document.kind !== "github-workflow") return [];
  return [...document.inputs.flatMap(place("input")), ...document.declaredSecrets.flatMap(place("secret"))];
}

const nowhere = { job: undefined, step: undefined };

/** `name: { environment: AWS_… }`: named either way. */
function composeSecret(entry: CiEntry): StaticKeyPlace[] {
  const part = keyPartOf(entry.value?.text ?? "") ?? keyPartOf(entry.name.text);
  if (part === undefined) return [];
  return [{ kind: "declared", as: "secret", part, name: entry.name.text, ...spanOf(entry), entry, ...nowhere }];
}

function ofEntries(
  document: CiDocument,
  of: "file",
  where: { job: CiJob | undefined; step: CiStep | undefined },
): StaticKeyPlace[] {
  const entries =
    document.kind === "github-workflow" ? document.env : document.kind === "gitlab" ? document.variables : [];
  return envPlaces(entries, of, where);
}

function ofJob(job: CiJob): StaticKeyPlace[] {
  const passed = [...job.secrets.entries, ...job.with].flatMap((entry) =>
    ofEntry(entry, (part) => ({ kind: "passed", part, ...spanOf(entry), entry, job, step: undefined })),
  );
  return [...envPlaces(job.env, "job", { job, step: undefined }), ...passed];
}

function ofStep(job: CiJob | undefined, step: CiStep): StaticKeyPlace[] {
  const action = step.uses?.text;
  const inputs = step.with.flatMap((entry) =>
    ofEntry(entry, (part) => ({
      kind: "action-input",
      part,
      action: action ?? "",
      ...spanOf(entry),
      entry,
      job,
      step,
    })),
  );
  return [...envPlaces(step.env, "step", { job, step }), ...(action === undefined ? [] : inputs)];
}

function envPlaces(
  entries: readonly CiEntry[],
  of: "step" | "job" | "file",
  where: { job: CiJob | undefined; step: CiStep | undefined },
): StaticKeyPlace[] {
  return entries.flatMap((entry) =>
    ofEntry(entry, (part) => ({ kind: "env", of, part, ...spanOf(entry), entry, ...where })),
  );
}

function ofBuild(build: ContainerBuild): StaticKeyPlace[] {
  const { job, step, command } = build;
  const secrets = build.secrets.flatMap((input): StaticKeyPlace[] => {
    const name = sourceName(input);
    const part = name === undefined ? undefined : keyPartOf(name);
    if (part === undefined) return [];
    const common = { part, name: name!, job, step };
    const { option } = input;
    if (command === undefined || option === undefined) {
      return [{ kind: "build-secret", build, input, ...common, ...spanOf(input) }];
    }
    return [
      { kind: "argument", command, option, ...common, ...placeOf(command.script.source, option.from, option.to) },
    ];
  });
  const args = build.args.flatMap((arg) =>
    ofName(arg.name, (part) => ({ kind: "build-arg", part, build, ...spanOf(arg), job, step })),
  );
  return [...secrets, ...args];
}

/** The variable or the secret of the CI service that a build's secret is taken from. */
function sourceName({ name, value, by }: BuildInput): string | undefined {
  if (value === undefined) return name;
  if (by === "secret-envs") return value.text.trim();
  if (by === "secret-files") return undefined;
  if (by === "secrets") return taken(value) ?? name;
  return sourceOf(plainText(value.text));
}

/** What `id=…,env=NAME` takes: the variable, or the one that is named as the id. A file is none. */
function sourceOf(text: string): string | undefined {
  const fields = new Map(
    text.split(",").map((field) => {
      const equals = field.indexOf("=");
      return [field.slice(0, Math.max(0, equals)).toLowerCase(), field.slice(equals + 1)] as const;
    }),
  );
  const source = fields.get("src") ?? fields.get("source");
  if (fields.get("type") === "env" && source !== undefined) return source;
  return fields.get("env") ?? (source === undefined ? fields.get("id") : undefined);
}

/** The static keys' name in a value: of `${{ secrets.X }}`, `${{ inputs.x }}`, `${{ env.X }}` or `$X`. */
function taken(value: SourcedText): string | undefined {
  for (const { origins } of expressionsIn(value.text)) {
    for (const { context, path } of origins) {
      const name = path.at(-1);
      if (/^(?:secrets|inputs|env)$/.test(context) && name !== undefined && keyPartOf(name) !== undefined) return name;
    }
  }
  return variablesIn(value.text).find((name) => keyPartOf(name) !== undefined);
}

/** Arguments that stand in no command of Docker's yet, and keys that the script itself sets. */
function inScript(script: CiScript, { job, step }: PlacedStep): StaticKeyPlace[] {
  if (!/AWS_|aws-|aws_/.test(script.masked)) return [];
  const places: StaticKeyPlace[] = [];
  const { commands = [] } = script.shell ?? {};
  const pattern = /--secret(?:=|[ \t]+)(["']?)([A-Za-z0-9_.:,=/${}-]+)\1/g;
  const quotes = singleQuoted(script);
  let index = 0;
  for (const match of script.masked.matchAll(pattern)) {
    const from = match.index;
    const to = from + match[0].length;
    while (index + 1 < commands.length && commands[index]!.end < to) index++;
    const command = commands[index];
    // in a comment
    if (command === undefined || command.start > from || command.end < to) continue;
    const name = sourceOf(match[2]!);
    const part = name === undefined ? undefined : keyPartOf(name);
    if (part === undefined) continue;
    const span = placeOf(script.source, from, to);
    places.push({
      kind: "later-argument",
      script,
      from,
      to,
      quoted: quotes(from),
      part,
      name: name!,
      ...span,
      job,
      step,
    });
  }
  for (const { assignments, words } of commands) {
    const set = [...assignments, ...(words[0]?.value === "export" ? words.slice(1) : [])];
    for (const one of set) {
      const name = "name" in one ? one.name : (/^[A-Za-z_][A-Za-z0-9_]*/.exec(one.raw)?.[0] ?? "");
      const part = keyPartOf(name);
      if (part !== undefined && /^(?:AWS|S3|SCCACHE)_/.test(name)) {
        places.push({ kind: "assignment", part, name, ...placeOf(script.source, one.start, one.end), job, step });
      }
    }
  }
  return places;
}

/** Tells whether an offset, of those that are asked for in order, is in a word with single quotes. */
function singleQuoted({ masked, shell }: CiScript): (offset: number) => boolean {
  const words = (shell?.commands ?? [])
    .flatMap((command) => [...command.words, ...command.assignments])
    .filter(({ start, end }) => masked.slice(start, end).includes("'"))
    .sort((a, b) => a.start - b.start);
  let next = 0;
  let until = -1;
  return (offset) => {
    for (; next < words.length && words[next]!.start <= offset; next++) until = Math.max(until, words[next]!.end);
    return offset < until;
  };
}

/** An argument is found both as a command's and as a text: the first is known better. */
function withoutRepeats(places: readonly StaticKeyPlace[]): StaticKeyPlace[] {
  const seen = new Set<number>();
  return places
    .filter((place) => {
      const repeated = seen.has(place.start);
      seen.add(place.start);
      return !repeated;
    })
    .sort((a, b) => a.start - b.start);
}

type Unnamed<T> = T extends StaticKeyPlace ? Omit<T, "name"> : never;

function ofName(name: string, place: (part: KeyPart) => Unnamed<StaticKeyPlace>): StaticKeyPlace[] {
  const part = keyPartOf(name);
  return part === undefined ? [] : [{ ...place(part), name } as StaticKeyPlace];
}

/** By the entry's name, else by what its value takes; a value of a step before (`steps.…`) is a session's. */
function ofEntry(entry: CiEntry, place: (part: KeyPart) => Unnamed<StaticKeyPlace>): StaticKeyPlace[] {
  const { value } = entry;
  if (value !== undefined) {
    const origins = expressionsIn(value.text).flatMap((expression) => expression.origins);
    if (origins.length > 0 && !origins.some(({ context }) => /^(?:secrets|inputs|env|vars)$/.test(context))) return [];
    if (value.text.includes("\n")) return [];
    const from = taken(value);
    if (from !== undefined)
      return ofName(from, (part) => place(keyPartOf(entry.name.text) ?? part)).map((one) => ({
        ...one,
        name: entry.name.text,
      }));
  }
  return ofName(entry.name.text, place);
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}
