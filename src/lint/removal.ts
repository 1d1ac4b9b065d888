import { type Invocation, invocationOf } from "../dockerfile/shell/program.ts";
import type { Script, ShellCommand, Word } from "../dockerfile/shell/script.ts";
import type { LintedStep } from "./rule.ts";
import { textOf } from "./secret-at-hand.ts";

/** Whether a path that is written at command `from` is gone when the step ends: removed later, or by a trap. */
export function isRemoved(script: Script, from: number, path: string, home: string): boolean {
  return removersOf(script).some(
    ({ index, isAnywhere, empties, operands }) =>
      (index >= from || isAnywhere) &&
      !(empties && index === from) &&
      operands.some((word) => covers(textOf(word, home), path)),
  );
}

/** A command that takes files away; a trap and a function run later than where they stand. */
type Remover = {
  readonly index: number;
  readonly isAnywhere: boolean;
  readonly empties: boolean;
  readonly operands: readonly Pick<Word, "raw" | "value">[];
};

// each finding of a step asks for them
const known = new WeakMap<Script, readonly Remover[]>();

function removersOf(script: Script): readonly Remover[] {
  let removers = known.get(script);
  if (removers === undefined) {
    const { commands, scopes } = script;
    const around = new Set(commands.map(({ redirectedBy }) => redirectedBy));
    removers = commands.flatMap((command, index) => {
      const isAnywhere = command.within === "function" || scopes[command.scope]?.kind === "eval";
      const emptied = around.has(index) ? [] : emptiedBy(command);
      const operands = emptied.length > 0 ? emptied : removedBy(command);
      return operands.length === 0 ? [] : [{ index, isAnywhere, empties: emptied.length > 0, operands }];
    });
    known.set(script, removers);
  }
  return removers;
}

/** `: > FILE` */
function emptiedBy({ words, redirects }: ShellCommand): Word[] {
  if (words.length > 1 || (words.length === 1 && !/^(?::|true)$/.test(words[0]!.value ?? ""))) return [];
  return redirects.flatMap(({ operator, target }) => (operator === ">" ? [target] : []));
}

function removedBy(command: ShellCommand): readonly Word[] {
  const invocation = invocationOf(command);
  if (invocation === undefined) return [];
  const { program, arguments: words } = invocation;
  if (program === "sed" ? !deletesLines(invocation) : !REMOVERS.has(program)) return [];
  if (program === "find" && !words.some(({ raw }) => raw === "-delete" || raw === "rm")) return [];
  return (program === "mv" ? words.slice(0, -1) : words).filter(({ raw }) => !raw.startsWith("-"));
}

/** `sed -i /_authToken/d FILE`: what was written is mostly such a line. */
function deletesLines({ arguments: words }: Invocation): boolean {
  const isInPlace = words.some(({ value }) => /^(?:-[nE]*i|--in-place)/.test(value ?? ""));
  return isInPlace && words.some(({ value }) => /^(?:[\d$,]*|(?:.*[/|#,]))I?d$/.test(value ?? ""));
}

const REMOVERS: ReadonlySet<string> = new Set(["rm", "unlink", "shred", "rmdir", "find", "mv", "truncate"]);

/** Whether removing `word` removes `path`; either may be relative to a folder that is not known. */
function covers(word: string, path: string): boolean {
  const operand = word.replace(/\/\*?$/, "").replace(/^\.\//, "");
  const target = path.replace(/^\.\//, "").replace(/\/+$/, "");
  if (operand === "") return word === "/*";
  if (operand === target || target.startsWith(`${operand}/`)) return true;
  if (operand.startsWith("/")) return matchesGlob(operand, target);
  // `rm -f *.log`
  if (operand.includes("*")) return matchesGlob(operand, target.slice(target.lastIndexOf("/") + 1));
  return `/${target}/`.includes(`/${operand}/`);
}

function matchesGlob(pattern: string, path: string): boolean {
  const star = pattern.indexOf("*");
  return (
    star >= 0 && path.startsWith(pattern.slice(0, star)) && path.endsWith(pattern.slice(pattern.lastIndexOf("*") + 1))
  );
}

/** Whether what is written to a path stays out of the layer: a device, or what a mount lies over. */
export function isOutside({ mounts }: LintedStep, path: string): boolean {
  if (/^\/(?:dev|proc|sys)(?:\/|$)|^[&-]/.test(path)) return true;
  return mounts.some(({ target, type, env }) => {
    if (target === undefined || (type === "secret" && env !== undefined)) return false;
    const folder = target.replace(/\/+$/, "");
    return path === folder || path.startsWith(`${folder}/`);
  });
}
