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

/** What it printed on stdout, and each part of that: lines and what they assign, words, the texts of JSON, also of half of it. */
function printedBy({ stdout }: Extract<CommandOutcome, { stderr: string }>): readonly string[] {
  const printed = new TextDecoder().decode(stdout);
  const lines = linesOf(printed);
  const texts = [...printed.matchAll(/"((?:[^"\\]|\\.)*)(?:"|$)/gs)].flatMap(([, text]) => unescaped(text ?? ""));
  return [
    ...[printed, ...lines, ...lines.map((line) => line.replace(/^[^:=]*[:=]/, ""))],
    ...texts.flatMap((text) => [text, ...linesOf(text)]),
    ...printed.split(/["'\s,:{}[\]=]+/),
  ];
}

function linesOf(text: string): readonly string[] {
  return text.split(/[\r\n]+/);
}

function unescaped(text: string): readonly string[] {
  try {
    return [JSON.parse(`"${text}"`) as string];
  } catch {
    return [];
  }
}
