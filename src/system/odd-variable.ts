/**
 * Puts back the variables that the shell of our first lines dropped (`scripts/bundle.ts`): one a line in base64, with \x01 for a
 * line's end in a value.
 */
export function restoreOddVariables(environment: Record<string, string | undefined>): void {
  const packed = environment["buildseal_odd"];
  delete environment["buildseal_odd"];
  for (const line of Buffer.from(packed ?? "", "base64")
    .toString("utf8")
    .split("\n")) {
    const end = line.indexOf("=", 1);
    if (end !== -1) environment[line.slice(0, end)] ??= line.slice(end + 1).replace(/\x01/g, "\n");
  }
}
