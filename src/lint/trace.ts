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
