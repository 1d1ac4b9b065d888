import { type Invocation, invocationOf, programOf } from "../dockerfile/shell/program.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { AtHand } from "./secret-at-hand.ts";

const DUMPS: ReadonlySet<string> = new Set(["env", "printenv", "export", "set", "declare", "typeset"]);
/** What passes lines on as they are, so that a filter may stand before or behind it. */
const LINES: ReadonlySet<string> = new Set(["sort", "uniq", "tee", "cat", "head", "tail", "grep", "egrep", "fgrep"]);
/** What takes out of each line what it is told to: mostly the names, or one variable. */
const EDITORS: ReadonlySet<string> = new Set(["sed", "awk", "gawk", "mawk", "cut"]);
/** A pipe of more commands is not followed. */
const LONGEST_PIPE = 16;

/**
 * Of the secrets that a command prints, those that are left where a `grep` went over a list of variables (`env | grep -v
 * TOKEN | sort`): a pattern that is known and does not match the variable's name leaves it out, and what `sed`, `cut` and `awk`
 * leave of a line is not known, and most often the name.
 */
export function filterOf(
  { commands }: Script,
  index: number,
  names: ReadonlySet<string>,
  { variables }: AtHand,
): ReadonlySet<string> {
  let left = names;
  let isCut = false;
  let at = index;
  for (let step = 0; step < LONGEST_PIPE; step++) {
    const invocation = invocationOf(commands[at]!);
    if (invocation === undefined) return names;
    if (invocation.program.endsWith("grep")) left = filtered(invocation, left, variables);
    else if (EDITORS.has(invocation.program)) isCut ||= !keepsLines(invocation);
    else if (!LINES.has(invocation.program)) return names;
    const before = commands.findLastIndex(({ pipeTo }) => pipeTo === at);
    if (before < 0) return names;
    if (DUMPS.has(programOf(commands[before]!) ?? "")) return isCut ? new Set() : left;
    at = before;
  }
  return names;
}

/** `sed 's/^/  /'`, `awk '{print}'`: the lines as they are. */
function keepsLines({ arguments: words }: Invocation): boolean {
  return words.some(({ value }) => /^s(.)\^\1|^\{ *print *\}$|^\{ *print \$0 *\}$/.test(value ?? ""));
}

function filtered(
  { arguments: words }: Invocation,
  names: ReadonlySet<string>,
  variables: AtHand["variables"],
): ReadonlySet<string> {
  const options = words.filter(({ value }) => value?.startsWith("-")).map(({ value }) => value!);
  const pattern = words.find(({ value }) => value === undefined || !value.startsWith("-"))?.value;
  if (pattern === undefined) return names;
  const inverted = options.some((option) => /^-[A-Za-z]*v/.test(option));
  const anyCase = options.some((option) => /^-[A-Za-z]*i/.test(option));
  // only what is one word, perhaps with alternatives, is judged
  const parts = pattern.split(/\\?\|/).map((word) => word.replace(/^\(?\^?/, "").replace(/[=)$]+.*$|\.\*$/g, ""));
  if (parts.some((word) => !/^\w*$/.test(word))) return inverted ? new Set() : names;
  const left = [...variables].filter(([variable, name]) => {
    const text = anyCase ? variable.toLowerCase() : variable;
    const matches = parts.some((word) => text.includes(anyCase ? word.toLowerCase() : word));
    return names.has(name) && matches !== inverted;
  });
  return new Set(left.map(([, name]) => name));
}
