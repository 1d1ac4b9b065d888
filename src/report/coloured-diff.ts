/** Whether to colour, from what is written to and the two variables that tools agree on (no-color.org, force-color.org). */
export function wantsColour(
  stream: { readonly isTTY?: boolean | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  if (environment["NO_COLOR"]) return false;
  return stream.isTTY === true && environment["TERM"] !== "dumb";
}

/**
 * A unified diff for a terminal: coloured as git does it. What stands in a checkout can do nothing to the terminal: control
 * characters are spelt out, and the CR of a line end is not shown.
 */
export function colourDiff(diff: string, colour: boolean): string {
  return diff.replace(/[^\n]+/g, (line) => {
    const shown = line.replace(/\r+$/, "").replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, spelt);
    const code = colour ? codeOf(line) : undefined;
    return code === undefined ? shown : `\x1b[${code}m${shown}\x1b[m`;
  });
}

function spelt(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function codeOf(line: string): string | undefined {
  if (line.startsWith("--- ") || line.startsWith("+++ ")) return "1";
  if (line.startsWith("@@ ")) return "36";
  if (line.startsWith("-")) return "31";
  return line.startsWith("+") ? "32" : undefined;
}
