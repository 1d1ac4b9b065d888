import type { Script, ShellCommand } from "../dockerfile/shell/script.ts";

/** A part of a step's body: UTF-16 offsets, the end exclusive. */
export type BodyRange = { readonly from: number; readonly to: number };

/** The body without some ranges, which stand in order. */
export function withoutRanges(body: string, ranges: readonly BodyRange[]): string {
  const parts: string[] = [];
  let copied = 0;
  for (const { from, to } of ranges) {
    parts.push(body.slice(copied, from));
    copied = Math.max(copied, to);
  }
  parts.push(body.slice(copied));
  return parts.join("");
}

/** A command that is to go whole, or parts of one that are; by its index in the script. */
export type Gone = { readonly command: number; readonly whole: boolean; readonly parts: readonly BodyRange[] };

/**
 * What of a body is cut so that commands go and those around them run as before: a command with the operator behind it. A
 * string says why that cannot be told: what stands alone in a condition, or is the last, has to be looked at.
 */
export function cutsFor(body: string, script: Script, gone: readonly Gone[]): readonly BodyRange[] | string {
  const whole = new Set(gone.filter((one) => one.whole).map(({ command }) => script.commands[command]!));
  const ranges: BodyRange[] = gone.filter((one) => !one.whole).flatMap(({ parts }) => [...parts]);
  const outer = outermost(script.commands);
  for (let at = 0; at < outer.length; at++) {
    if (!whole.has(outer[at]!)) continue;
    const first = at;
    while (at + 1 < outer.length && whole.has(outer[at + 1]!)) at++;
    const range = rangeOf(body, outer, first, at);
    if (typeof range === "string") return range;
    ranges.push(range);
  }
  if (outer.filter((command) => whole.has(command)).length < whole.size) return "it stands within another command";
  return ranges.sort((a, b) => a.from - b.from);
}

/** Those that stand in no other one. */
function outermost(commands: readonly ShellCommand[]): ShellCommand[] {
  const outer: ShellCommand[] = [];
  for (const command of commands.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (command.start >= (outer.at(-1)?.end ?? 0)) outer.push(command);
  }
  return outer;
}

function rangeOf(body: string, outer: readonly ShellCommand[], first: number, last: number): BodyRange | string {
  for (let at = first; at < last; at++) {
    const between = body.slice(outer[at]!.end, outer[at + 1]!.start);
    if (!/^\s*(?:&&|;|\n)\s*$/.test(between)) return "what runs it is more than one list of commands";
  }
  const { start } = outer[first]!;
  const { end } = outer[last]!;
  const before = operatorBefore(body.slice(outer[first - 1]?.end ?? 0, start));
  const after = /^[ \t]*(&&|;(?!;)|\n)/.exec(body.slice(end, end + 1000));
  if (before === undefined) return "it stands in a condition, a loop or a group";
  if (after === null) return "nothing that surely runs follows it";
  if (before === "&&" && after[1] !== "&&") return "what follows it would then depend on what stands before it";
  return { from: start, to: end + after[0].length };
}

// a line or a piece of a template that decides what is there, and gives no text itself
const CONTROL = /\{%[^%]*%\}|<%[^%=][^%]*%>|\{\{[-~]?\s*(?:if|else|end|with|range|#|\/)[^}]*\}\}/g;

/** What joins a command to what stands before it; undefined: it is more than a list. */
function operatorBefore(text: string): "start" | "&&" | ";" | undefined {
  const plain = text.slice(-1000).replace(CONTROL, "").trimEnd();
  if (/\n[ \t]*$/.test(text)) return ";";
  if (plain === "") return "start";
  if (plain.endsWith("&&")) return "&&";
  return /(?<![;])[;]$/.test(plain) ? ";" : undefined;
}
