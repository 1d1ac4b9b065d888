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
  if (outcome.stderr.trim() === "") return "";
  const printed = partsOf(new TextDecoder().decode(outcome.stdout));
  const text = hideUnknown(outcome.stderr.replaceAll(escapeSequence, ""), host, printed);
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const last = lines.filter((line) => line !== "").slice(-3);
  return last.length === 0 ? "" : `; it said: ${last.map((line) => plain(line, 200)).join(" / ")}`;
}

/** A text of JSON, also of JSON that was cut: one way to read it from each quote on, or it would take forever. */
const jsonText = /"((?:[^"\\]|\\.)*)(?:"|\\?$)/gs;

/** A text, and each part of it: lines and what they assign, words, the texts of JSON, also of half of it and of JSON within. */
function partsOf(printed: string): readonly string[] {
  const lines = linesOf(printed);
  const texts = [...printed.matchAll(jsonText)].flatMap(([, text]) => unescaped(text ?? ""));
  return [
    ...[printed, ...lines, ...lines.map((line) => line.replaceAll(/^[^:=]*[:=]\s*["']?|["']\s*$/g, ""))],
    ...printed.split(/["'\s,:{}[\]=\\/@;&]+/),
    ...texts.flatMap(partsOf),
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
