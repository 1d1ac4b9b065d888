import type { Dockerfile } from "../dockerfile.ts";
import type { TemplateSpan } from "./template.ts";

/** Whether a piece of a template stands in a part of the file, or reaches into it: what is written there is then not what will be. */
export function holdsTemplate({ template }: Dockerfile, start: number, end: number): boolean {
  return template !== undefined && createTagFinder(template.spans)(start, end);
}

/** The same for pieces that decide what else is there; a value only fills in a place. */
export function holdsControl({ template }: Dockerfile, start: number, end: number): boolean {
  return template !== undefined && some(template.spans, start, end, isControl);
}

/** Whether such a piece stands whole between two places. */
export function controlBetween({ template }: Dockerfile, start: number, end: number): boolean {
  const isWhole = (span: TemplateSpan) => isControl(span) && span.start >= start && span.end <= end;
  return template !== undefined && some(template.spans, start, end, isWhole);
}

/** Tells whether a part of the text has a span in it. */
export function createTagFinder(spans: readonly TemplateSpan[]): (from: number, to: number) => boolean {
  return (from, to) => (spans[firstAfter(spans, from)]?.start ?? to) < to;
}

function isControl({ kind }: TemplateSpan): boolean {
  return kind !== "value" && kind !== "comment";
}

function some(
  spans: readonly TemplateSpan[],
  start: number,
  end: number,
  isMeant: (span: TemplateSpan) => boolean,
): boolean {
  for (let at = firstAfter(spans, start); at < spans.length && spans[at]!.start < end; at++) {
    if (isMeant(spans[at]!)) return true;
  }
  return false;
}

/** The first span that ends after an offset: they are in order. */
function firstAfter(spans: readonly TemplateSpan[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
