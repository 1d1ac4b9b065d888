import { invocationOf } from "../dockerfile/shell/program.ts";
import type { Script, ShellCommand } from "../dockerfile/shell/script.ts";

/** For each command where its tracing was turned on: a command's index, "shell" for the shell's own options. */
export type Tracing = readonly (number | "shell" | undefined)[];

/** Follows `set -x` and `-x` of shells: a subshell takes it over, another shell does not. */
export function tracingOf({ commands, scopes }: Script): Tracing {
  const now = new Map<number, number | "shell" | undefined>();
  const stateOf = (scope: number): number | "shell" | undefined => {
    if (now.has(scope)) return now.get(scope);
    const { kind, parent, traced } = scopes[scope]!;
    const state =
      kind === "shell" ? (traced ? "shell" : undefined) : parent === undefined ? undefined : stateOf(parent);
    now.set(scope, state);
    return state;
  };
  return commands.map((command, index) => {
    const before = stateOf(command.scope);
    const set = traceSetBy(command);
    if (set === undefined) return before;
    const owner = ownerOf(scopes, command.scope);
    now.set(owner, set ? index : undefined);
    if (owner !== command.scope) now.set(command.scope, set ? index : undefined);
    return set ? index : undefined;
  });
}

const SHELL = /^(?:ba|da|a|k|mk|z|rba)?sh$/;

/** The file that a command gives to a shell with `-x`: what it runs is not seen, and all of it is traced. */
export function tracedFile(command: ShellCommand): string | undefined {
  const invocation = invocationOf(command);
  if (invocation === undefined || !SHELL.test(invocation.program)) return undefined;
  const words = invocation.arguments.map(({ value, raw }) => value ?? raw);
  let traced = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!/^[-+]./.test(word)) return traced ? word : undefined;
    if (word.startsWith("--")) continue;
    // what -c and -s give is read, and seen command by command
    if (/^-[A-Za-z]*[cs]/.test(word)) return undefined;
    if (/^-[A-Za-z]*x/.test(word)) traced = true;
    if (!/[oO]$/.test(word)) continue;
    traced ||= word.startsWith("-") && words[at + 1] === "xtrace";
    at++;
  }
  return undefined;
}

// eval runs in the shell around it
function ownerOf(scopes: Script["scopes"], scope: number): number {
  let at = scope;
  while (scopes[at]!.kind === "eval" && scopes[at]!.parent !== undefined) at = scopes[at]!.parent!;
  return at;
}

/** Whether a command turns tracing on or off; undefined: neither. */
function traceSetBy(command: ShellCommand): boolean | undefined {
  const invocation = invocationOf(command);
  if (invocation?.program !== "set") return undefined;
  let set: boolean | undefined;
  const words = invocation.arguments.map(({ value }) => value ?? "");
  for (const [at, word] of words.entries()) {
    if (word === "--") break;
    if (/^-[A-Za-z]*x/.test(word) || (/^-[A-Za-z]*o$/.test(word) && words[at + 1] === "xtrace")) set = true;
    if (/^\+[A-Za-z]*x/.test(word) || (/^\+[A-Za-z]*o$/.test(word) && words[at + 1] === "xtrace")) set = false;
  }
  return set;
}
