import { hideUnknown } from "./hidden.ts";
import type { CommandOutcome, Host } from "./host.ts";
import { plain } from "./quoted.ts";

const escapeCharacter = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);
/** ECMA-48 control sequences, operating system commands, and what else begins with an escape. */
const escapeSequence = new RegExp(
  `${escapeCharacter}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${bell}${escapeCharacter}]*(?:${bell}|${escapeCharacter}\\\\)?|.)`,
  "g",
);

/** What a failed helper said, as the end of a sentence: its last lines, without anything that could be a value. */
export function quoteStderr(
  outcome: Extract<CommandOutcome, { stderr: string }>,
  host: Pick<Host, "mask" | "environment">,
): string {
  const text = hideUnknown(outcome.stderr.replaceAll(escapeSequence, ""), host, printedBy(outcome));
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const last = lines.filter((line) => line !== "").slice(-3);
  return last.length === 0 ? "" : `; it said: ${last.map((line) => plain(line, 200)).join(" / ")}`;
}

/** What it printed on stdout, and each part of that. */
function printedBy(outcome: Extract<CommandOutcome, { stderr: string }>): readonly string[] {
  if (outcome.kind !== "exited") return [];
  const printed = new TextDecoder().decode(outcome.stdout);
  return [printed, ...printed.split(/[\r\n]+/), ...printed.split(/["'\s,:{}[\]=]+/)];
}
