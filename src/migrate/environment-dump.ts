import { invocationOf } from "../dockerfile/shell/program.ts";
import type { Script, ShellCommand } from "../dockerfile/shell/script.ts";

/**
 * The command with which a script writes its whole environment into a file (`printenv > .env`): whoever reads that file
 * later may want each variable. undefined: none does. What is only shown is no such thing.
 */
export function environmentDump({ commands }: Script): string | undefined {
  const dump = commands.find((command) => listsEnvironment(command) && isKept(command, commands));
  return dump && invocationOf(dump)?.program;
}

function listsEnvironment(command: ShellCommand): boolean {
  const invocation = invocationOf(command);
  if (invocation === undefined) return false;
  const { program, arguments: rest } = invocation;
  const words = rest.map(({ raw }) => raw);
  if (program === "env" || program === "printenv") return words.every((word) => /^-0?$|^--null$/.test(word));
  if (program === "export" || program === "declare")
    return words.length > 0 && words.every((word) => /^-[px]+$/.test(word));
  return program === "set" && words.length === 0;
}

function isKept(command: ShellCommand, commands: readonly ShellCommand[]): boolean {
  const seen = new Set<ShellCommand>();
  for (let one: ShellCommand | undefined = command; one !== undefined && !seen.has(one); ) {
    seen.add(one);
    if (invocationOf(one)?.program === "tee" || one.redirects.some(isToFile)) return true;
    one = commands[one.pipeTo ?? one.redirectedBy ?? -1];
  }
  return false;
}

function isToFile({ operator, target }: ShellCommand["redirects"][number]): boolean {
  return /^&?>[>|]?$/.test(operator) && !/^\/dev\/|^&/.test(target.raw);
}
