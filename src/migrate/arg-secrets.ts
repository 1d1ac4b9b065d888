import type { Instruction } from "../dockerfile/instruction.ts";
import { mountsOf } from "../dockerfile/mount.ts";
import type { Step } from "../dockerfile/step.ts";
import type { Change } from "./change.ts";
import { wordIn } from "./credential-way.ts";
import type { Found, Migration, MigrationSubject, Remark } from "./migration.ts";
import { credentialName } from "./secret-name.ts";
import { fixedByTemplate, mayBeWithout } from "./template-part.ts";
import { type Declaration, variableScopes } from "./variable-scope.ts";

/** A build argument is in the image's history for all who pull it; a mount with `env=` gives the step the same variable. */
export const argSecrets: Migration = {
  name: "arg-secrets",
  summary: "secrets in ARG and ENV become secret mounts on the steps that name them",
  find,
};

const remedy = "Change it by hand: a secret mount with env= on the steps that need it";

function find(subject: MigrationSubject): Found {
  const { dockerfile, steps } = subject;
  const scopes = variableScopes(dockerfile, isSecret);
  const remarks: Remark[] = [];
  const grants = new Map<(typeof steps)[number], string[]>();
  const gone: Declaration[] = [];
  const ids: string[] = [];
  const fixedBy = fixedByTemplate(dockerfile);
  const byName = Map.groupBy(scopes.declarations, ({ name }) => name);
  for (const [name, declarations] of byName) {
    // an ARG with nothing in it, or an ENV with an empty text, carries nothing
    if (declarations.every(({ keyword, value }) => keyword === "ENV" && unquoted(value) === "")) continue;
    const users = steps.filter((step) => scopes.at(step).get(name).length > 0 && wordIn(step.body, name));
    const doubt = doubtOf(name, declarations, users, subject, scopes.staysInImage, fixedBy);
    if (doubt !== undefined) {
      remarks.push({ kind: "left", ...doubt, remedy });
      continue;
    }
    const id = subject.idFor(name);
    ids.push(id);
    gone.push(...declarations);
    for (const step of users) grants.set(step, [...(grants.get(step) ?? []), `secret=${id},env=${name}`]);
  }
  const byInstruction = Map.groupBy(gone, ({ instruction }) => instruction);
  const changes: Change[] = [
    ...[...grants].map(
      ([step, asked]): Change => ({ kind: "step", step, drop: [], cuts: [], insert: [], grant: asked.join("\n") }),
    ),
    ...[...byInstruction].map(
      ([instruction, own]): Change => ({ kind: "variables", instruction, names: new Set(own.map(({ name }) => name)) }),
    ),
  ];
  return { changes, remarks, secrets: [...new Set(ids)] };
}

function isSecret(name: string): boolean {
  return credentialName(name)?.grade === "certain";
}

function doubtOf(
  name: string,
  declarations: readonly Declaration[],
  users: readonly Step[],
  { dockerfile, envMounts, steps }: MigrationSubject,
  staysInImage: (declaration: Declaration) => boolean,
  fixedBy: (instruction: Instruction) => string | undefined,
): { readonly line: number; readonly what: string } | undefined {
  const first = declarations[0]!.instruction;
  if (name.startsWith("AWS_"))
    return { line: first.line, what: `${first.keyword} ${name}: see --migrate static-aws-keys` };
  const kept = declarations.find(staysInImage);
  if (kept !== undefined) {
    return { line: kept.instruction.line, what: `ENV ${name} stays in the image, where what runs in it may need it` };
  }
  for (const { instruction, keyword, value } of declarations) {
    const written = unquoted(value);
    if (written === "" || written === `$${name}` || written === `\${${name}}`) continue;
    return {
      line: instruction.line,
      what: `${keyword} ${name} has a value of its own: if it is a secret, it is in every copy of the file, and has to be revoked`,
    };
  }
  for (const { instruction } of declarations) {
    const fixed = fixedBy(instruction);
    if (fixed !== undefined) return { line: instruction.line, what: `${instruction.keyword} ${name} ${fixed}` };
  }
  const own = new Set(declarations.map(({ instruction }) => instruction));
  for (const instruction of dockerfile.instructions) {
    if (own.has(instruction)) continue;
    const { logical, known, bodyFrom } = instruction;
    const text = known === "RUN" ? logical.text.slice(0, bodyFrom) : logical.text;
    if (wordIn(text, name)) {
      return {
        line: instruction.line,
        what: `${instruction.keyword} in line ${instruction.line} names ${name}, where no mount reaches`,
      };
    }
  }
  for (const { instruction, keyword } of declarations) {
    const without = users.find((step) => mayBeWithout(step.instruction, instruction));
    if (without === undefined) continue;
    return {
      line: instruction.line,
      what: `the template decides whether there is ${keyword} ${name}, and ${without.label} (line ${without.line}) may be without it`,
    };
  }
  if (users.length === 0) return { line: first.line, what: `${first.keyword} ${name}: no step names it` };
  if (!envMounts) return { line: first.line, what: "the file's frontend takes no variable from a mount" };
  const mounted = steps.find((step) => mountsOf(step.run).some(({ env }) => env === name));
  return (
    mounted && { line: mounted.line, what: `${mounted.label} mounts a secret as ${name} beside the ${first.keyword}` }
  );
}

/** As written, without quotes around it; nothing where no value is given. */
function unquoted(value: string | undefined): string {
  return value?.replace(/^(["'])(.*)\1$/s, "$2") ?? "";
}
