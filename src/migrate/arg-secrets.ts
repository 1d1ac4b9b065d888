import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import { mountsOf } from "../dockerfile/mount.ts";
import { readStep, shellsOf } from "../dockerfile/shell/index.ts";
import type { Step } from "../dockerfile/step.ts";
import type { Change } from "./change.ts";
import { wordIn } from "./credential-way.ts";
import { variableReadBy } from "./file-reading.ts";
import type { Found, Migration, MigrationSubject, Remark } from "./migration.ts";
import { credentialName } from "./secret-name.ts";
import { programThatMayAsk } from "./silent-program.ts";
import { fixedByTemplate, mayBeWithout } from "./template-part.ts";
import { ownValue } from "./variable-change.ts";
import { type Declaration, type VariableScopes, variableScopes } from "./variable-scope.ts";

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
  const mayAsk = mayAskIn(dockerfile);
  const byName = Map.groupBy(scopes.declarations, ({ name }) => name);
  for (const [name, declarations] of byName) {
    // an ARG with nothing in it, or an ENV with an empty text, carries nothing
    if (declarations.every(({ keyword, value }) => keyword === "ENV" && unquoted(value) === "")) continue;
    const users = steps.filter((step) => scopes.at(step).get(name).length > 0 && wordIn(step.body, name));
    if (name.startsWith("AWS_")) {
      const { keyword, line } = declarations[0]!.instruction;
      const what = `${keyword} ${name} is a part of an AWS key`;
      remarks.push({ kind: "left", line, what, remedy: "Run rewrite --migrate static-aws-keys" });
      continue;
    }
    const doubt = doubtOf(name, declarations, users, subject, scopes, fixedBy, mayAsk);
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
  subject: MigrationSubject,
  scopes: VariableScopes,
  fixedBy: (instruction: Instruction) => string | undefined,
  mayAsk: MayAsk,
): { readonly line: number; readonly what: string } | undefined {
  const { dockerfile, envMounts, steps } = subject;
  const first = declarations[0]!.instruction;
  const kept = declarations.find(scopes.staysInImage);
  if (kept !== undefined) {
    return { line: kept.instruction.line, what: `ENV ${name} stays in the image, where what runs in it may need it` };
  }
  for (const { instruction, keyword, value } of declarations) {
    const written = unquoted(value);
    if (written === "" || variableReadBy(written) === name) continue;
    return { line: instruction.line, what: ownValue(keyword, name) };
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
  const named = new Set(users);
  const asking = steps.find(
    (step) => !named.has(step) && scopes.at(step).get(name).length > 0 && mayAsk(step) !== undefined,
  );
  if (asking !== undefined) {
    return {
      line: asking.line,
      what: `${asking.label} has ${first.keyword} ${name} (line ${first.line}) in its environment, and nothing shows whether ${mayAsk(asking)} takes it`,
    };
  }
  if (!envMounts) return { line: first.line, what: "the file's frontend takes no variable from a mount" };
  const mounted = steps.find((step) => mountsOf(step.run).some(({ env }) => env === name));
  return (
    mounted && { line: mounted.line, what: `${mounted.label} mounts a secret as ${name} beside the ${first.keyword}` }
  );
}

type MayAsk = (step: Step) => string | undefined;

/** The program of a step that may read a secret without naming it, npm with an .npmrc, say: found once a step. */
function mayAskIn({ stages, template }: Dockerfile): MayAsk {
  const shellOf = shellsOf(stages);
  const known = new Map<Step, string | undefined>();
  return (step) => {
    if (!known.has(step)) {
      const script = readStep(step.run, { shell: shellOf(step), templates: template !== undefined });
      known.set(step, programThatMayAsk(script, "compilers"));
    }
    return known.get(step);
  };
}

/** As written, without quotes around it; nothing where no value is given. */
function unquoted(value: string | undefined): string {
  return value?.replace(/^(["'])(.*)\1$/s, "$2") ?? "";
}
