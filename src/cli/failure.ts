import { breakCommands } from "../buildx/terminal/break-commands.ts";
import { SealError } from "../error.ts";
import { printable } from "../report/printable.ts";

/**
 * What a user sees of an error: one line that says what happened, where, and what to do. An error that is none of
 * ours is a mistake in buildseal and says so; `stack` adds where it came from. Names of a checkout stand in it: nothing
 * in it can control a terminal or a CI's runner.
 */
export function printFailure(error: unknown, options: { readonly stack: boolean }): string {
  const lines = [`buildseal: ${sentenceOf(error)}`];
  if (options.stack && error instanceof Error) {
    lines.push(error.stack ?? "");
    if (error.cause !== undefined) lines.push(`caused by ${String(error.cause)}`);
  }
  const shown = lines.flatMap((line) => line.split("\n")).map((line) => breakCommands(printable(line)));
  return `${shown.join("\n")}\n`;
}

function sentenceOf(error: unknown): string {
  if (error instanceof SealError) return `${sentence(error.message)} ${sentence(error.remedy)}`;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `a mistake of buildseal's own: ${sentence(what)} Run again with BUILDSEAL_DEBUG=1 and report what it shows.`;
}

function sentence(text: string): string {
  const line = text.replace(/\s*[\n\r]\s*/g, " ").trim();
  return /[.?!]$/.test(line) ? line : `${line}.`;
}
