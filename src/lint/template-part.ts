import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { TemplateSpan } from "../dockerfile/template/template.ts";

/** Whether a piece of a template stands within these bytes: what is written there is then not what will be. */
export function holdsTemplate({ template }: Dockerfile, start: number, end: number): boolean {
  return spanFrom(template?.spans ?? [], start, end) !== undefined;
}

/** The same for pieces that decide what else is there; a value only fills in a place. */
export function holdsControl({ template }: Dockerfile, start: number, end: number): boolean {
  const spans = template?.spans ?? [];
  for (let at = firstAfter(spans, start); at < spans.length && spans[at]!.start < end; at++) {
    if (spans[at]!.kind !== "value" && spans[at]!.kind !== "comment") return true;
  }
  return false;
}

function spanFrom(spans: readonly TemplateSpan[], start: number, end: number): TemplateSpan | undefined {
  const span = spans[firstAfter(spans, start)];
  return span !== undefined && span.start < end ? span : undefined;
}

/** The first span that ends after `start`. */
function firstAfter(spans: readonly TemplateSpan[], start: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}
