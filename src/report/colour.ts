import type { Severity } from "../finding/finding.ts";

/** Paints text for a terminal, or leaves it as it is. */
export type Paint = {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly blue: (text: string) => string;
  readonly green: (text: string) => string;
};

const asItIs = (text: string) => text;

export const plainPaint: Paint = {
  bold: asItIs,
  dim: asItIs,
  red: asItIs,
  yellow: asItIs,
  blue: asItIs,
  green: asItIs,
};

export const colourPaint: Paint = {
  bold: (text) => `\x1b[1m${text}\x1b[22m`,
  dim: (text) => `\x1b[2m${text}\x1b[22m`,
  red: (text) => `\x1b[31m${text}\x1b[39m`,
  yellow: (text) => `\x1b[33m${text}\x1b[39m`,
  blue: (text) => `\x1b[34m${text}\x1b[39m`,
  green: (text) => `\x1b[32m${text}\x1b[39m`,
};

export function severityPaint(paint: Paint, severity: Severity): (text: string) => string {
  return severity === "error" ? paint.red : severity === "warning" ? paint.yellow : paint.blue;
}
