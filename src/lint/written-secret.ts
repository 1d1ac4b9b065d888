import { assignmentIn } from "../dockerfile/shell/program.ts";
import { namesSecret } from "../migrate/secret-name.ts";
import { buildsIn, commandsIn, stepsIn } from "../workflow/build.ts";
import { pairOf } from "../workflow/build-input.ts";
import type { CiDocument, CiEntry } from "../workflow/document.ts";
import type { CiScript } from "../workflow/script.ts";
import { placeOf, type SourcedText, type Span } from "../workflow/sourced-text.ts";

/** Where a CI file has the value of something that is named as a secret written out: what is never to be shown. */
export function writtenSecretsIn(document: CiDocument): Span[] {
  const spans: Span[] = [];
  const add = (name: string, value: SourcedText | undefined) => {
    if (value !== undefined && isWritten(value.text) && namesSecret(name)) spans.push(spanOf(value));
  };
  for (const { name, value } of entriesOf(document)) add(name.text, value);
  for (const { args } of buildsIn(document)) for (const { name, value } of args) add(name, value);
  for (const { command } of commandsIn(document)) {
    for (const { name: option, value: pair } of command.options) {
      if (option !== "e" && option !== "env") continue;
      for (const { name, value } of pairOf(pair, pair, option)) add(name, value);
    }
  }
  for (const { scripts } of stepsIn(document)) for (const script of scripts) spans.push(...assignedIn(script));
  return spans;
}

/** Not only a variable or an expression. */
function isWritten(text: string): boolean {
  return !/^["']?\s*(?:\$|$)/.test(text);
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

function entriesOf(document: CiDocument): readonly CiEntry[] {
  switch (document.kind) {
    case "github-workflow":
    case "gitlab": {
      const ofFile = document.kind === "gitlab" ? document.variables : document.env;
      const ofJobs = document.jobs.flatMap(({ env, with: inputs, secrets }) => [...env, ...inputs, ...secrets.entries]);
      return [...ofFile, ...ofJobs, ...ofSteps(document)];
    }
    case "github-action":
      return [...document.inputs, ...ofSteps(document)];
    case "compose":
      return document.services.flatMap(({ args, environment }) => [...args, ...environment]);
    case "bake":
      return [...document.variables, ...document.targets.flatMap(({ args }) => args)];
    default:
      return [];
  }
}

function ofSteps(document: CiDocument): CiEntry[] {
  return stepsIn(document).flatMap(({ step }) => (step === undefined ? [] : [...step.env, ...step.with]));
}

function assignedIn({ source, masked, shell }: CiScript): Span[] {
  // reading a script takes longer than this look
  if (!/pass|pwd|secret|token|cred|key|auth/i.test(masked)) return [];
  return (shell?.commands ?? []).flatMap(({ assignments, words }) => {
    const exported = words.flatMap((word) => assignmentIn(word) ?? []);
    return [...assignments, ...exported].flatMap(({ name, value }) => {
      const { start, end } = value;
      return isWritten(masked.slice(start, end)) && namesSecret(name) ? [placeOf(source, start, end)] : [];
    });
  });
}
