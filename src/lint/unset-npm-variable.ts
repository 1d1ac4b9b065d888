import { takesStdout } from "../dockerfile/shell/output.ts";
import { type Invocation, invocationOf } from "../dockerfile/shell/program.ts";
import type { ShellCommand, Word } from "../dockerfile/shell/script.ts";
import type { Stage } from "../dockerfile/stage.ts";
import { isPublicImage } from "./base-image.ts";
import { isGranted } from "./granted.ts";
import type { DockerfileSubject, LintedStep, Problem } from "./rule.ts";
import { heredocPieces, stageKey, writtenCommands } from "./written-command.ts";

/** A setting of npm that takes a login from a variable, when npm is run: `//host/:_authToken=${NPM_TOKEN}`. */
const SETTING =
  /(?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent)["']?\s{0,3}[=: ]?\s{0,3}["']?\$\{([A-Za-z_]\w{0,60})\}/g;
/** So many variables are followed. */
const MOST = 16;

/**
 * An `npm ci` after an .npmrc with a variable that the step is not given. npm takes the text `${NPM_TOKEN}` for the
 * token then, and is refused. The .npmrc is one that the file itself writes, with the variable as text.
 */
export function unsetNpmVariables(subject: DockerfileSubject): ((linted: LintedStep) => Iterable<Problem>) | undefined {
  const { dockerfile } = subject;
  if (dockerfile.template !== undefined || !MAY_SET.test(dockerfile.text)) return undefined;
  const inEffect = followFiles(subject);
  return function* (linted) {
    const { stage, line } = linted.step;
    const now = inEffect(stage, line);
    if (!isPublicImage(stage, subject)) return;
    const runs = /\b(?:npm|pnpm|yarn|bun)\b|npmrc/.test(linted.step.body) ? linted.script.commands : [];
    for (const command of runs) {
      for (const name of setBy(command)) if (now.size < MOST) now.set(name, line);
      if (removes(command)) now.clear();
      const missing = installs(command) ? [...now].find(([name]) => !isGiven(name, linted, subject)) : undefined;
      if (missing === undefined) continue;
      yield problemOf(linted, command, ...missing);
      break;
    }
  };
}

/** A variable's name → the line of the instruction that wrote it. */
type Variables = Map<string, number>;

/** For steps in the order of the file: what stands in the .npmrc where the step begins, to be changed by what it does. */
function followFiles(subject: DockerfileSubject): (stage: Stage, line: number) => Variables {
  const files = filesWritten(subject);
  const states: { readonly variables: Variables; line: number }[] = [];
  const upTo = (stage: Stage, line: number): Variables => {
    const base = stage.baseStage === undefined ? undefined : states[stage.baseStage];
    states[stage.index] ??= { variables: new Map(base?.variables), line: 0 };
    const state = states[stage.index]!;
    for (const one of files.get(stage.index) ?? []) {
      if (one.line >= state.line && one.line < line) state.variables.set(one.name, one.line);
    }
    state.line = line;
    return state.variables;
  };
  let ended = 0;
  return (stage, line) => {
    for (; ended < stage.index; ended++) upTo(subject.stages[ended]!, Number.POSITIVE_INFINITY);
    return upTo(stage, line);
  };
}

const MAY_SET = /(?:_authToken|_auth|_password|npmAuth)[^\n]{0,20}\$\{/;

/** The variables in an .npmrc that a COPY's heredoc writes: those that BuildKit does not expand. */
function filesWritten({ dockerfile }: DockerfileSubject): ReadonlyMap<number, { name: string; line: number }[]> {
  const found = new Map<number, { name: string; line: number }[]>();
  for (const written of writtenCommands(dockerfile)) {
    const { command, instruction, stage } = written;
    if (command.heredocs.length === 0 || (command.known !== "COPY" && command.known !== "ADD")) continue;
    if (stage === undefined || !/npmrc|yarnrc/.test(command.args.at(-1) ?? "")) continue;
    const pieces = heredocPieces(written, dockerfile);
    for (const [index, { text }] of pieces.entries()) {
      for (const name of namesIn(command.heredocs[index]!.expand ? text.replace(/(?<!\\)\$\{/g, "") : text)) {
        const list = found.get(stage.index) ?? [];
        if (list.length < MOST) found.set(stage.index, [...list, { name, line: instruction.line }]);
      }
    }
  }
  return found;
}

function namesIn(text: string): string[] {
  return [...text.replace(/\\(?=\$)/g, "").matchAll(SETTING)].map((match) => match[1]!);
}

/** `echo '…:_authToken=${X}' > .npmrc`, `npm config set …:_authToken '${X}'`: the variable stays one. */
function setBy(command: ShellCommand): string[] {
  const { words, redirects } = command;
  const target = redirects.findLast(takesStdout)?.target.raw ?? "";
  const invocation = invocationOf(command);
  const isSetting =
    invocation !== undefined &&
    /^(?:npm|pnpm|yarn)$/.test(invocation.program) &&
    /^(?:config|set)$/.test(invocation.arguments[0]?.value ?? "");
  if (!isSetting && !/npmrc/.test(target) && invocation?.program !== "tee") return [];
  const texts: readonly Word[] = [...words, ...redirects.flatMap(({ content }) => content ?? [])];
  const expanded = new Set(texts.flatMap(({ variables }) => variables));
  const text = texts.map(({ value, raw }) => value ?? raw).join(" ");
  return namesIn(text.slice(0, 4000)).filter((name) => !expanded.has(name));
}

function removes(command: ShellCommand): boolean {
  const invocation = invocationOf(command);
  if (invocation === undefined) return false;
  const words = invocation.arguments.map(({ raw }) => raw);
  if (invocation.program === "rm") return words.some((word) => word.includes("npmrc"));
  return invocation.program === "npm" && words[0] === "config" && /^(?:delete|rm)$/.test(words[1] ?? "");
}

function installs(command: ShellCommand): boolean {
  const invocation = invocationOf(command);
  if (invocation === undefined || command.words.some(({ template }) => template)) return false;
  const { program } = invocation;
  if (!/^(?:npm|pnpm|yarn|bun)$/.test(program)) return false;
  const first = firstWord(invocation);
  return /^(?:ci|install|i|add|update|fetch|clean-install)$/.test(first) || (first === "" && isPlainYarn(invocation));
}

/** `yarn --frozen-lockfile` installs too. */
function isPlainYarn({ program, arguments: words }: Invocation): boolean {
  return program === "yarn" && !words.some(({ value }) => /^(?:-v|--version|-h|--help)$/.test(value ?? ""));
}

function firstWord({ arguments: words }: Invocation): string {
  return words.find(({ raw }) => !raw.startsWith("-"))?.value ?? "";
}

function isGiven(name: string, linted: LintedStep, subject: DockerfileSubject): boolean {
  const { step, script, mounts } = linted;
  if (step.instruction.ending === "unknown" || isGranted(linted, subject)) return true;
  if (subject.settings(step).sets(name)) return true;
  // another .npmrc lies over it, or a file that is read for it
  if (mounts.some(({ env, target, type }) => env === name || type === "bind" || /npmrc|yarnrc/.test(target ?? "")))
    return true;
  return script.commands.some(
    ({ assignments, words }) =>
      assignments.some((one) => one.name === name) ||
      /^(?:source|\.|eval)$/.test(words[0]?.value ?? "") ||
      words.some(({ raw }) => raw.startsWith(`${name}=`)),
  );
}

function problemOf({ step, place }: LintedStep, command: ShellCommand, name: string, line: number): Problem {
  const where = line === step.line ? "the .npmrc of this step" : `the .npmrc that is written in line ${line}`;
  return {
    ...place(command.start, command.end),
    message: `${where.charAt(0).toUpperCase()}${where.slice(1)} takes its login from ${name}, and neither the file nor a mount gives that to this step`,
    remedy: `Write RUN --mount=type=secret,id=${name.toLowerCase().replace(/_+/g, "-")},env=${name},required=true at this step.`,
    key: `${stageKey(step.stage)} ${name}`,
  };
}
