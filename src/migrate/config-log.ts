import { readStep, shellsOf } from "../dockerfile/shell/index.ts";
import { programOf } from "../dockerfile/shell/program.ts";
import type { ShellCommand, Word } from "../dockerfile/shell/script.ts";
import type { Step } from "../dockerfile/step.ts";
import type { MigrationSubject, Remark } from "./migration.ts";
import { removeConfigLog } from "./name.ts";

export type ConfigLog = {
  readonly insert: readonly { readonly at: number; readonly text: string }[];
  readonly remark: Remark | undefined;
};

const logs = ["config.log", "config.status"] as const;

/**
 * Looks whether a step runs configure or cmake and leaves what these write down of their environment and results. Said;
 * where it was asked for (`--also remove-config-log`) and the place is certain, the removal is widened or added.
 */
export function configLogOf(
  step: Step,
  { dockerfile, also }: MigrationSubject,
  shells = shellsOf(dockerfile.stages),
): ConfigLog {
  const nothing: ConfigLog = { insert: [], remark: undefined };
  if (!/\bconfigure\b|\bcmake\b/.test(step.body)) return nothing;
  const { commands } = readStep(step.run, { shell: shells(step), templates: dockerfile.template !== undefined });
  const configures = commands.findLastIndex(isConfigure);
  if (configures < 0) return nothing;
  const after = commands.slice(configures + 1);
  const isGone = (log: string) => after.some((command) => removes(command, log));
  const left = logs.filter((log) => !isGone(log));
  if (left.length === 0 || after.some(removesFolder)) return nothing;
  const insert = also.has(removeConfigLog) ? removal(step, commands, configures, left) : undefined;
  const program = programOf(commands[configures]!);
  const hold = left.length === 1 ? "holds" : "hold";
  // cmake writes them where it configures what others made
  const leaves = program === "cmake" ? "may leave" : "leaves";
  const what = `${step.label} runs ${program} and ${leaves} ${left.join(" and ")}, which ${hold} what it saw of its environment`;
  if (insert !== undefined) {
    return { insert, remark: { kind: "note", line: step.line, what: `${what}: now removed`, remedy: "" } };
  }
  const remedy = also.has(removeConfigLog)
    ? "Remove them by hand at the end of the step: where they lie is not certain"
    : `Remove them at the end of the step, or add --also ${removeConfigLog}`;
  return { insert: [], remark: { kind: "note", line: step.line, what, remedy } };
}

function isConfigure(command: ShellCommand): boolean {
  const program = programOf(command);
  if (program === "configure") return true;
  return (
    program === "cmake" && !command.words.some(({ raw }) => /^(?:--build|--install|-E|-P|--version|--help)$/.test(raw))
  );
}

function removes(command: ShellCommand, log: string): boolean {
  const program = programOf(command);
  if (program === "rm" || program === "unlink" || program === "shred")
    return command.words.some(({ raw }) => names(raw, log));
  return (
    program === "find" &&
    command.words.some(({ raw }) => names(raw, log)) &&
    command.words.some(({ raw }) => /^(?:-delete|-exec|-execdir)$/.test(raw))
  );
}

function names(raw: string, log: string): boolean {
  const plain = raw.replace(/["']/g, "");
  const last = plain.slice(plain.lastIndexOf("/") + 1);
  return (
    last === log ||
    (log.startsWith("config.") &&
      /^config\.(?:\*|\{.*\})$/.test(last) &&
      (last.includes("*") || last.includes(log.slice(7))))
  );
}

/** `rm -rf build` takes them along; those of package managers and caches do not count. */
function removesFolder(command: ShellCommand): boolean {
  if (programOf(command) !== "rm" || !command.words.some(({ raw }) => /^-\w*[rR]/.test(raw))) return false;
  return command.words
    .slice(1)
    .some(
      ({ raw }) =>
        !raw.startsWith("-") && !/^["']?\/(?:var|tmp|root|home|usr\/share)\//.test(raw) && !raw.endsWith("/*"),
    );
}

type Insert = ConfigLog["insert"];

function removal(
  step: Step,
  commands: readonly ShellCommand[],
  configures: number,
  left: readonly string[],
): Insert | undefined {
  const after = commands.slice(configures + 1);
  // one of the two is removed already: the other lies beside it
  const there = logs.find((log) => !left.includes(log));
  if (there !== undefined && left.length === 1) return widened(after, there, left[0]!);
  // what runs at the end runs where configure ran, if nothing changed the folder in between
  const configure = commands[configures]!;
  const last = commands.at(-1)!;
  const body = step.body.trimEnd();
  const isPlain = step.run.form === "shell" && step.instruction.ending === "known" && last.end === body.length;
  const stays = !after.some((command) => /^(?:cd|pushd|popd|chroot|su|sudo)$/.test(programOf(command) ?? ""));
  const isOuter = [configure, last].every(({ scope, within }) => scope === 0 && within === "script");
  if (programOf(configure) !== "configure" || !isPlain || !stays || !isOuter) return undefined;
  return [{ at: body.length, text: ` && rm -f ${left.join(" ")}` }];
}

function widened(after: readonly ShellCommand[], there: string, missing: string): Insert | undefined {
  for (const command of after) {
    const { words } = command;
    const at = words.findIndex((word) => endsWith(word, there));
    const word = words[at];
    if (word === undefined) continue;
    if (programOf(command) === "rm") {
      return [{ at: word.end, text: ` ${word.raw.slice(0, word.raw.length - there.length)}${missing}` }];
    }
    const [before, test] = [words[at - 2], words[at - 1]];
    if (programOf(command) !== "find" || test?.raw !== "-name" || word.raw !== there) continue;
    if (/^(?:!|-not|-o|-or)$/.test(before?.raw ?? "")) continue;
    return [
      { at: test.start, text: "\\( " },
      { at: word.end, text: ` -o -name ${missing} \\)` },
    ];
  }
  return undefined;
}

function endsWith({ raw, template }: Word, log: string): boolean {
  return !template && raw.endsWith(log) && /^[\w./*-]*$/.test(raw);
}
