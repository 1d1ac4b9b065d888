import type { CommandOutcome, Host } from "./host.ts";
import { plain } from "./quoted.ts";

const secretName = /TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE|SESSION|AUTH|_PAT$|_KEY$/i;
/** Shorter than this it would tear words apart. */
const shortestHidden = 6;
const longRun = /[A-Za-z0-9+/_=.~%-]{20,}/g;
const escapeCharacter = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);
/** ECMA-48 control sequences, operating system commands, and what else begins with an escape. */
const escapeSequence = new RegExp(
  `${escapeCharacter}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${bell}${escapeCharacter}]*(?:${bell}|${escapeCharacter}\\\\)?|.)`,
  "g",
);

/**
 * What a failed helper said, as the end of a sentence: its last lines, without anything that could be a value. Known
 * values are masked, so is what the helper printed on stdout and what stands in variables with a telling name; and as
 * a helper may name a value that nobody knows yet, every long run of letters and digits that looks like one is cut.
 */
export function quoteStderr(
  outcome: Extract<CommandOutcome, { stderr: string }>,
  host: Pick<Host, "mask" | "environment">,
): string {
  let text = host.mask(outcome.stderr.replaceAll(escapeSequence, ""));
  for (const value of hiddenValues(outcome, host)) text = text.replaceAll(value, "[hidden]");
  text = text.replaceAll(longRun, (run) => (looksRandom(run) ? "[hidden]" : run));
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const last = lines.filter((line) => line !== "").slice(-3);
  return last.length === 0 ? "" : `; it said: ${last.map((line) => plain(line, 200)).join(" / ")}`;
}

function hiddenValues(outcome: CommandOutcome, host: Pick<Host, "environment">): readonly string[] {
  const values: string[] = [];
  if (outcome.kind === "exited") {
    const printed = new TextDecoder().decode(outcome.stdout);
    values.push(printed, ...printed.split(/[\r\n]+/), ...printed.split(/["'\s,:{}[\]=]+/));
  }
  for (const [name, value] of Object.entries(host.environment)) {
    if (value !== undefined && secretName.test(name)) values.push(value);
  }
  const trimmed = values.map((value) => value.trim()).filter((value) => value.length >= shortestHidden);
  // The longest first: a part of a value must not break the whole before it is found.
  return [...new Set(trimmed)].sort((a, b) => b.length - a.length);
}

function looksRandom(run: string): boolean {
  if (/[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)) return true;
  return run.split(/[/.]/).some((word) => word.length >= 20 && /\d/.test(word));
}
