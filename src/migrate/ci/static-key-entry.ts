import type { CiDocument, CiEntry, CiJob, CiStep } from "../../workflow/document.ts";
import { isKeyFile, keyPartOf } from "./key-part.ts";
import { nowhere, type StaticKeyPlace, spanOf, type Where } from "./static-key-place.ts";
import { partOfEntry } from "./taken-key.ts";

/** Inputs and secrets that a file declares, by their names. */
export function declaredKeysIn(document: CiDocument): StaticKeyPlace[] {
  switch (document.kind) {
    case "github-action":
      return named(document.inputs, "input");
    case "github-workflow":
      return [...named(document.inputs, "input"), ...named(document.declaredSecrets, "secret")];
    case "bake":
      return named(document.variables, "variable");
    case "compose":
      return document.secrets.flatMap(composeSecret);
    default:
      return [];
  }
}

/** The variables of the whole file. */
export function fileKeysIn(document: CiDocument): StaticKeyPlace[] {
  if (document.kind === "github-workflow") return environment(document.env, "file", nowhere);
  return document.kind === "gitlab" ? environment(document.variables, "file", nowhere) : [];
}

/** A job's variables, and what it hands to a reusable workflow. */
export function jobKeysIn(job: CiJob): StaticKeyPlace[] {
  const where = { job, step: undefined };
  const passed = [...job.secrets.entries, ...job.with].flatMap((entry): StaticKeyPlace[] => {
    const part = partOfEntry(entry);
    return part === undefined
      ? []
      : [{ kind: "passed", part, name: entry.name.text, ...spanOf(entry), entry, ...where }];
  });
  return [...environment(job.env, "job", where), ...passed];
}

/** A step's variables, and what it hands to an action. */
export function stepKeysIn(job: CiJob | undefined, step: CiStep): StaticKeyPlace[] {
  const where = { job, step };
  const action = step.uses?.text;
  const inputs = (action === undefined ? [] : step.with).flatMap((entry): StaticKeyPlace[] => {
    const part = partOfEntry(entry);
    if (part === undefined) return [];
    return [{ kind: "action-input", part, name: entry.name.text, action: action!, ...spanOf(entry), entry, ...where }];
  });
  return [...environment(step.env, "step", where), ...inputs];
}

function environment(entries: readonly CiEntry[], of: "step" | "job" | "file", where: Where): StaticKeyPlace[] {
  return entries.flatMap((entry): StaticKeyPlace[] => {
    const part = partOfEntry(entry);
    return part === undefined
      ? []
      : [{ kind: "env", of, part, name: entry.name.text, ...spanOf(entry), entry, ...where }];
  });
}

function named(entries: readonly CiEntry[], as: "input" | "secret" | "variable"): StaticKeyPlace[] {
  return entries.flatMap((entry): StaticKeyPlace[] => {
    const part = keyPartOf(entry.name.text);
    const name = entry.name.text;
    return part === undefined ? [] : [{ kind: "declared", as, part, name, ...spanOf(entry), entry, ...nowhere }];
  });
}

/** `name: { environment: AWS_… }`, `name: { file: ~/.aws/credentials }`: told by either. */
function composeSecret(entry: CiEntry): StaticKeyPlace[] {
  const value = entry.value?.text ?? "";
  const part = isKeyFile(value) ? "file" : (keyPartOf(value) ?? keyPartOf(entry.name.text));
  if (part === undefined) return [];
  const name = entry.name.text;
  return [{ kind: "declared", as: "compose-secret", part, name, ...spanOf(entry), entry, ...nowhere }];
}
