import { printable } from "../printable.ts";

/** Markup that is safe to put into a page. Only `html` makes it, and a text becomes it by being escaped. */
export type Markup = { readonly markup: string };

type Part = Markup | string | number | undefined | readonly (Markup | undefined)[];

/** Markup with parts: texts are escaped, in elements and in attributes between double quotes alike. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: literals.reduce((all, literal, at) => all + markupOf(parts[at - 1]) + literal) };
}

function markupOf(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "object") return "markup" in part ? part.markup : part.map(markupOf).join("");
  return escapeText(`${part}`);
}

/** What stands in an image can neither end an element nor turn the line around it. */
function escapeText(text: string): string {
  return printable(text)
    .toWellFormed()
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}
