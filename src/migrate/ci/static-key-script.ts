import { assignmentIn } from "../../dockerfile/shell/program.ts";
import type { ShellCommand } from "../../dockerfile/shell/script.ts";
import type { PlacedStep } from "../../workflow/build.ts";
import type { CiScript } from "../../workflow/script.ts";
import { placeOf } from "../../workflow/sourced-text.ts";
import { keyPartOf } from "./key-part.ts";
import { type KeySource, sourceOfFields } from "./static-key-build.ts";
import type { StaticKeyPlace } from "./static-key-place.ts";

/** Arguments that stand in no command of Docker's yet, keys that the script itself sets, and keys that are put into its text. */
export function scriptKeysIn(script: CiScript, placed: PlacedStep, gone: ReadonlySet<string>): StaticKeyPlace[] {
  return [...laterArguments(script, placed, gone), ...assignments(script, placed), ...mentions(script, placed)];
}

function laterArguments(script: CiScript, { job, step }: PlacedStep, gone: ReadonlySet<string>): StaticKeyPlace[] {
  const { masked, source } = script;
  const pattern = /--(secret|build-arg)(?:=|[ \t]+)(["']?)([A-Za-z0-9_.:,=/~${}-]+)\2/g;
  const find = finder(script);
  const isQuoted = quotesOf(script);
  return [...masked.matchAll(pattern)].flatMap((match): StaticKeyPlace[] => {
    const [all, option, , value] = match as unknown as [string, "secret" | "build-arg", string, string];
    const from = match.index;
    const to = from + all.length;
    const found = option === "secret" ? sourceOfFields(value, gone) : argumentOf(value);
    if (found === undefined) return [];
    const command = find(from, to);
    if (command === undefined && isComment(masked, from)) return [];
    const id = /(?:^|,)id=([^,]*)/.exec(value)?.[1] ?? value;
    const kept = command && keeperOf(command, from);
    const quoted = command !== undefined && isQuoted(command, from);
    const span = placeOf(source, from, to);
    return [{ kind: "later-argument", option, script, from, to, id, kept, quoted, ...found, ...span, job, step }];
  });
}

function argumentOf(value: string): KeySource | undefined {
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(value)?.[0] ?? "";
  const part = keyPartOf(name);
  return part && { part, name };
}

/** The command that a stretch stands in, of those that are asked for in order. */
function finder({ shell }: CiScript): (from: number, to: number) => ShellCommand | undefined {
  const commands = (shell?.commands ?? []).toSorted((a, b) => a.start - b.start || b.end - a.end);
  let next = 0;
  return (from, to) => {
    while (next < commands.length && commands[next]!.end < to) next++;
    const command = commands[next];
    return command !== undefined && command.start <= from ? command : undefined;
  };
}

function isComment(text: string, at: number): boolean {
  return /(?:^|\s)#/.test(text.slice(text.lastIndexOf("\n", at - 1) + 1, at));
}

/** The variable that a command keeps a stretch in: `args+=(…)`, `ARGS="…"`, `set -- "$@" …`. */
function keeperOf({ assignments, words }: ShellCommand, at: number): string | undefined {
  const own = assignments.find(({ start, end }) => start <= at && at < end);
  if (own !== undefined) return words.length === 0 ? own.name : undefined;
  if (words[0]?.value === "set" && words[1]?.value === "--") return "@";
  if (!/^(?:export|local|declare|readonly|typeset)$/.test(words[0]?.value ?? "")) return undefined;
  const word = words.find(({ start, end }) => start <= at && at < end);
  return word && assignmentIn(word)?.name;
}

/** Tells whether a stretch is in a word with single quotes; a word, which may be an array of any length, is looked at once. */
function quotesOf({ masked }: CiScript): (command: ShellCommand, at: number) => boolean {
  const known = new Map<object, boolean>();
  return ({ words, assignments }, at) => {
    const word = [...words, ...assignments].find(({ start, end }) => start <= at && at < end);
    if (word === undefined) return false;
    const quoted = known.get(word) ?? masked.slice(word.start, word.end).includes("'");
    known.set(word, quoted);
    return quoted;
  };
}

function assignments(script: CiScript, { job, step }: PlacedStep): StaticKeyPlace[] {
  return (script.shell?.commands ?? []).flatMap((command) => {
    const { words } = command;
    const set = [...command.assignments, ...(words[0]?.value === "export" ? words.slice(1) : [])];
    return set.flatMap((one): StaticKeyPlace[] => {
      const name = "name" in one ? one.name : (/^[A-Za-z_][A-Za-z0-9_]*/.exec(one.raw)?.[0] ?? "");
      const part = keyPartOf(name);
      if (part === undefined || !/^(?:AWS|S3|SCCACHE)_/.test(name)) return [];
      const { start: from, end } = one;
      return [
        { kind: "assignment", script, command, from, part, name, ...placeOf(script.source, from, end), job, step },
      ];
    });
  });
}

/** `${{ secrets.AWS_SECRET_ACCESS_KEY }}` within a script. */
function mentions({ expressions, source }: CiScript, { job, step }: PlacedStep): StaticKeyPlace[] {
  return expressions.flatMap(({ start, end, origins }): StaticKeyPlace[] => {
    for (const { context, path } of origins) {
      const name = path.at(-1) ?? "";
      const part = /^(?:secrets|inputs|vars)$/.test(context) ? keyPartOf(name) : undefined;
      if (part !== undefined) return [{ kind: "mention", part, name, ...placeOf(source, start, end), job, step }];
    }
    return [];
  });
}
