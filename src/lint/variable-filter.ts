import { invocationOf, programOf } from "../dockerfile/shell/program.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { AtHand } from "./secret-at-hand.ts";

const DUMPS: ReadonlySet<string> = new Set(["env", "printenv", "export", "set", "declare", "typeset"]);

/**
 * Of the secrets that a command prints, those that are left where it is a `grep` over a list of variables: a pattern
 * that is known and does not match the variable's name leaves it out.
 */
export function filterOf(
  { commands }: Script,
  index: number,
  names: ReadonlySet<string>,
  { variables }: AtHand,
): ReadonlySet<string> {
  const invocation = invocationOf(commands[index]!);
  if (invocation === undefined || !/^[ef]?grep$/.test(invocation.program)) return names;
  const isOfDump = commands.some((command) => command.pipeTo === index && DUMPS.has(programOf(command) ?? ""));
  if (!isOfDump) return names;
  const options = invocation.arguments.filter(({ value }) => value?.startsWith("-")).map(({ value }) => value!);
  const pattern = invocation.arguments.find(({ value }) => value === undefined || !value.startsWith("-"))?.value;
  if (pattern === undefined) return names;
  const inverted = options.some((option) => /^-[A-Za-z]*v/.test(option));
  const anyCase = options.some((option) => /^-[A-Za-z]*i/.test(option));
  // only what is one word, perhaps with alternatives, is judged
  const words = pattern.split(/\\?\|/).map((word) => word.replace(/^\(?\^?/, "").replace(/[=)$]+.*$|\.\*$/g, ""));
  if (words.some((word) => !/^\w*$/.test(word))) return inverted ? new Set() : names;
  const left = [...variables].filter(([variable, name]) => {
    const text = anyCase ? variable.toLowerCase() : variable;
    const matches = words.some((word) => text.includes(anyCase ? word.toLowerCase() : word));
    return names.has(name) && matches !== inverted;
  });
  return new Set(left.map(([, name]) => name));
}
