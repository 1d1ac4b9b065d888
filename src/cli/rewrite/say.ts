import { printable } from "../../report/printable.ts";
import type { Machine } from "../machine.ts";
import type { RewriteCommand } from "./arguments.ts";
import type { Outcome } from "./outcome.ts";

/** Tells on stderr what came of a file; a notice that many files share is given once. */
export function say(outcome: Outcome, command: RewriteCommand, machine: Machine, told: Set<string>): void {
  const { name, after, summary, details, notices, remarks } = outcome;
  for (const { kind, line, what, remedy } of remarks) {
    if (kind === "note" && command.quiet) continue;
    const word = kind === "left" ? "left as it is: " : "";
    const advice = remedy.replace(/^[a-z]/, (letter) => letter.toUpperCase());
    machine.say(`${name}, line ${line}: ${word}${what}. ${advice}`.replace(/\.? $/, ""));
  }
  if (command.quiet) return;
  for (const notice of notices) {
    if (told.has(notice)) continue;
    told.add(notice);
    machine.say(notice);
  }
  if (after !== undefined && command.mode !== "check") {
    process.stderr.write(details());
    machine.say(`${printable(name)}: ${summary}${command.mode === "write" ? " (written)" : ""}`);
  }
}
