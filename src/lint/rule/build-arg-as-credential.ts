import type { Stage } from "../../dockerfile/stage.ts";
import { credentialUses, credentialUsesIn, namesPlace } from "../credential-position.ts";
import type { DockerfileSubject, LintedStep, LintRule, Problem } from "../rule.ts";
import { type Aliases, aliasesIn, envAliases } from "../variable-alias.ts";
import { bodyPiece, heredocPieces, stageKey, type WrittenCommand, writtenCommands } from "../written-command.ts";

export const buildArgAsCredential: LintRule = {
  id: "build-arg-as-credential",
  severity: "error",
  title: "A build argument is used as a credential",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "An `ARG` whose value a step uses as a password or token, whatever the `ARG` is called: in the `user:password@` of a URL, an `Authorization` header, an option such as `--password` or `-u`, a variable such as `NODE_AUTH_TOKEN`, a login, or a line of `.npmrc` or `.netrc`. The same in the URL of an `ADD`, and in a heredoc of `COPY` that expands it. The same where an `ENV` or a variable of the shell passes it on. An argument under the name of a mounted secret is none.",
    why: "The value stands in the history of the image (`RUN |1 X=…`), in the build record and in the provenance, and in the log wherever the step is shown. `docker history --no-trunc` prints it.",
    example: "FROM alpine/git\nARG ACCESS\nRUN git clone https://oauth2:$ACCESS@git.example.com/acme/app",
    instead:
      "FROM alpine/git\nRUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true \\\n    git clone https://git.example.com/acme/app",
  },
  *check(subject) {
    const { dockerfile, stages } = subject;
    const args = argsByStage(subject);
    if (args.every((names) => names.size === 0)) return;
    const steps = Map.groupBy(subject.steps, ({ step }) => step.stage);
    const files = Map.groupBy(writtenCommands(dockerfile).filter(takesFiles), ({ stage }) => stage);
    const byEnv = new Map<number, Aliases>();
    for (const [stage, names] of inEffect(stages, args)) {
      // a stage comes after its base
      const aliases = envAliases(stage, stage.baseStage === undefined ? undefined : byEnv.get(stage.baseStage));
      byEnv.set(stage.index, aliases);
      if (names.size === 0) continue;
      for (const linted of steps.get(stage) ?? []) {
        if (mentions(linted.step.body, names, aliases)) yield* inStep(linted, names, aliases);
      }
      for (const written of files.get(stage) ?? []) yield* inFile(subject, written, names);
    }
  },
};

function takesFiles({ command }: WrittenCommand): boolean {
  return command.known === "ADD" || command.known === "COPY";
}

/** The names that ARGs of each stage declare. */
function argsByStage({ stages }: DockerfileSubject): ReadonlySet<string>[] {
  return stages.map(({ instructions }) => {
    const names = new Set<string>();
    for (const { known, args } of instructions) {
      if (known === "ARG") for (const arg of args) names.add(arg.split("=", 1)[0]!);
    }
    return names;
  });
}

/** Names with how many of the stages at hand declare them. */
type Names = ReadonlyMap<string, number>;

/**
 * Each stage with its ARGs and those of the stages that it is built upon: a stage comes after its base and before what
 * has nothing to do with it, so that one map serves them all, however long a chain is.
 */
function* inEffect(stages: readonly Stage[], args: readonly ReadonlySet<string>[]): Iterable<[stage: Stage, Names]> {
  const upon = Map.groupBy(stages, ({ baseStage }) => baseStage);
  const names = new Map<string, number>();
  const add = (stage: Stage, by: 1 | -1) => {
    for (const name of args[stage.index]!) {
      const count = (names.get(name) ?? 0) + by;
      if (count === 0) names.delete(name);
      else names.set(name, count);
    }
  };
  const open = (upon.get(undefined) ?? []).map((stage) => ({ stage, done: false })).reverse();
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { stage, done } = place;
    add(stage, done ? -1 : 1);
    if (done) continue;
    yield [stage, names];
    open.push({ stage, done: true });
    for (const next of upon.get(stage.index) ?? []) open.push({ stage: next, done: false });
  }
}

function mentions(body: string, names: Names, aliases: Aliases): boolean {
  if (!body.includes("$")) return false;
  for (const name of aliases.keys()) if (body.includes(name)) return true;
  // of few names each is looked for, of many each word of the step
  if (names.size > 8) return body.match(/[A-Za-z_]\w*/g)?.some((word) => names.has(word)) ?? false;
  for (const name of names.keys()) if (body.includes(name)) return true;
  return false;
}

function* inStep({ script, step, mounts, place }: LintedStep, names: Names, inherited: Aliases): Iterable<Problem> {
  const seen = new Set<string>();
  let aliases: Aliases | undefined;
  for (const { name: used, how, word } of credentialUses(script)) {
    aliases ??= aliasesIn(script, inherited);
    const name = names.has(used) ? used : aliases.get(used);
    if (name === undefined || !names.has(name) || seen.has(name) || namesPlace(name)) continue;
    if (mounts.some(({ env }) => env === name || env === used)) continue;
    seen.add(name);
    const by = name === used ? how : `${how}, by ${used}`;
    yield problemOf("RUN", step.stage, name, by, place(word.start, word.end));
  }
}

function* inFile({ dockerfile }: DockerfileSubject, written: WrittenCommand, names: Names): Iterable<Problem> {
  const { command, stage } = written;
  const expanded = heredocPieces(written, dockerfile).filter((_, index) => command.heredocs[index]!.expand);
  const pieces = command.known === "ADD" ? [bodyPiece(written), ...expanded] : expanded;
  const seen = new Set<string>();
  for (const piece of pieces) {
    for (const { name, how } of credentialUsesIn(piece.text)) {
      if (!names.has(name) || seen.has(name)) continue;
      seen.add(name);
      yield problemOf(command.keyword, stage, name, how, piece);
    }
  }
}

function problemOf(
  keyword: string,
  stage: Stage | undefined,
  name: string,
  how: string,
  { start, end }: { readonly start: number; readonly end: number },
): Problem {
  return {
    start,
    end,
    message: `${keyword} uses the build argument ${name} as a credential (${how}): its value stays in the image's history and in the build's records`,
    remedy: `Mount it into the step in place of the ARG: RUN --mount=type=secret,id=${name.toLowerCase().replace(/_+/g, "-")},env=${name},required=true …`,
    key: `${stageKey(stage)} ${keyword} ${name}`,
  };
}
