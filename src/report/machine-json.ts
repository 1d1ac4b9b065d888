/** Of more findings nobody reads the text itself, and blanks would be half of it. */
const mostIndented = 1000;

/** A document for machines, with a line end: one that people may look at is indented. */
export function machineJson(document: unknown, findings: number): string {
  return `${JSON.stringify(document, undefined, findings > mostIndented ? undefined : 2)}\n`;
}
