import { type Coverage, MARK, shifted } from "./coverage.ts";
import { parseSuppression } from "./suppression.ts";

/**
 * The suppressing comments of a CI file, by lines: each covers the line below, with those that continue it and what is
 * indented deeper below.
 */
export function coverageOfLines(text: string): Coverage[] {
  if (!/build[-_ ]?seal/i.test(text)) return [];
  const lines = linesOf(text);
  const ends = blockEnds(text, lines);
  return lines.flatMap((line, index): Coverage[] => {
    const found = commentIn(text.slice(line.start, line.end));
    if (found === undefined) return [];
    const start = line.start + found.at;
    const place = { start, end: line.end, suppression: shifted(found.suppression, -found.at) };
    if (found.misspelt) return [{ ...place, covers: undefined, why: undefined, misspelt: true }];
    if (found.isBehind) return [{ ...place, covers: undefined, why: "it stands behind something on its line" }];
    const below = ends[index];
    if (below === undefined) return [{ ...place, covers: undefined, why: "there is nothing below it" }];
    return [{ ...place, covers: { from: line.start, to: below }, why: undefined }];
  });
}

type Found = Pick<Coverage, "suppression"> & {
  /** Where the comment begins in its line. */
  readonly at: number;
  readonly isBehind: boolean;
  readonly misspelt: boolean;
};

const ALMOST =
  /^(?:#+|\/\/)\s*build[-_ ]?seal(?:\s*:\s*(?:ignor|suppress|disabl|skip|allow|no-?lint)|\s+(?:ignore|suppress|disable|skip|allow)\w*\s*[=:])/i;

function commentIn(line: string): Found | undefined {
  const own = /^\s*(?:#|\/\/)/.exec(line);
  const at = own === null ? commentBehind(line) : /^\s*/.exec(line)![0].length;
  if (at === undefined) return undefined;
  // HCL has both kinds of comment; `//` is as long as ` #`
  const suppression = parseSuppression(line.replace(/^(\s*)\/\//, "$1 #").slice(own === null ? at : 0));
  if (suppression !== undefined) {
    const rules = own === null ? shifted(suppression, at) : suppression;
    return { suppression: rules, at, isBehind: own === null, misspelt: false };
  }
  if (own === null || !ALMOST.test(line.slice(at))) return undefined;
  return { suppression: { rules: [], reason: undefined }, at, isBehind: false, misspelt: true };
}

/** Of `key: value # buildseal: …`; a text in quotes that holds the like is none. */
function commentBehind(line: string): number | undefined {
  const mark = line.indexOf(MARK);
  const at = mark < 0 ? -1 : line.lastIndexOf("#", mark);
  if (at < 1 || !/\s/.test(line.charAt(at - 1))) return undefined;
  return /["'`]/.test(line.slice(0, at)) ? undefined : at;
}

type Line = {
  readonly start: number;
  readonly end: number;
  /** undefined: it is empty. */
  readonly indent: number | undefined;
};

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    let first = start;
    while (first < end && /\s/.test(text.charAt(first))) first++;
    lines.push({ start, end, indent: first === end ? undefined : first - start });
    start = end + 1;
  }
  return lines;
}

/** For each line where the block below it ends; undefined where an empty line or nothing follows. */
function blockEnds(text: string, lines: readonly Line[]): (number | undefined)[] {
  const lasts = lastLines(text, lines);
  const ends: (number | undefined)[] = [];
  for (let index = lines.length - 2; index >= 0; index--) {
    const below = lines[index + 1]!;
    if (below.indent === undefined) continue;
    const isComment = /^(?:#|\/\/)/.test(text.slice(below.start + below.indent, below.start + below.indent + 2));
    ends[index] = isComment ? ends[index + 1] : lines[lasts[index + 1]!]!.end;
  }
  return ends;
}

/** For each line the last one of its block: what is indented deeper, and the lines that a `\` at the end ties to it. */
function lastLines(text: string, lines: readonly Line[]): number[] {
  const lasts: number[] = [];
  const continued: number[] = [];
  for (let index = lines.length - 1; index >= 0; index--) {
    const { indent, end } = lines[index]!;
    let last = index;
    // what lies deeper is leapt over whole
    while (indent !== undefined && last + 1 < lines.length && isDeeper(lines[last + 1]!, indent))
      last = lasts[last + 1]!;
    lasts[index] = last;
    const goesOn = index + 1 < lines.length && /\\\r?$/.test(text.slice(end - 2, end));
    continued[index] = goesOn ? continued[index + 1]! : index;
  }
  return lasts.map((last, index) => Math.max(last, continued[index]!));
}

function isDeeper(line: Line, indent: number): boolean {
  return line.indent === undefined || line.indent > indent;
}
