import { findMark, type Reader } from "./reader.ts";

/** A piece of a template's own language. Only a value leaves text where it stands. */
export type Span = { readonly end: number; readonly kind: "value" | "control" };

const CLOSING: Readonly<Record<string, string>> = { "{{": "}}", "{%": "%}", "{#": "#}", "<%": "%>" };

// Go templates, Handlebars, Liquid and docker-library's jq: what steers, in the same braces as values
const CONTROL =
  /\{\{[-~]?\s*(?:[#/^!>)&]|(?:if|else|elif|elsif|end|endif|range|with|block|define|template|for|unless|endfor|def)\b)/y;
// EJS writes values with <%-, ERB statements
const VALUE = /<%(?:=|-(?!\s*(?:[})]|(?:if|else|elsif|end|for|unless|case|when|while)\b|\w[\w.]*\.each\b)))/y;

/** The span that begins at `at`, if one does. */
export function spanAt(reader: Reader, at: number): Span | undefined {
  const first = reader.text.charCodeAt(at);
  if (!reader.templates || (first !== 0x7b && first !== 0x3c)) return undefined;
  const opening = reader.text.slice(at, at + 2);
  const closing = CLOSING[opening];
  if (closing === undefined) return undefined;
  const found = findMark(reader, closing, at + 2);
  if (found + 2 > reader.end) return undefined;
  let end = found + 2;
  if (reader.text.startsWith("{{{", at) && reader.text.charAt(end) === "}" && end < reader.end) end++;
  return { end, kind: isControl(reader.text, at, opening) ? "control" : "value" };
}

function isControl(text: string, at: number, opening: string): boolean {
  if (opening !== "{{" && opening !== "<%") return true;
  const pattern = opening === "{{" ? CONTROL : VALUE;
  pattern.lastIndex = at;
  return pattern.test(text) === (opening === "{{");
}

/** The end of the spans from `at` on that leave no text, one after the other; `at` itself where there is none. */
export function skipControl(reader: Reader, at: number): number {
  let end = at;
  for (let span = spanAt(reader, end); span?.kind === "control"; span = spanAt(reader, end)) end = span.end;
  return end;
}

/** Marks that are filled in by a search and replace. */
export function holdsPlaceholder(raw: string): boolean {
  return (raw.includes("%%") || raw.includes("@")) && /%%[\w.-]+%%|@[A-Z][A-Z0-9_]*@/.test(raw);
}
