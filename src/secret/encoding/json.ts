import { textOf, type Writing, whereNotBig, writtenText } from "./writing.ts";

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function inUpperCase(text: string): string {
  return text.includes("\\u")
    ? text.replace(/\\u([0-9a-f]{4})/g, (_, digits: string) => `\\u${digits.toUpperCase()}`)
    : text;
}

/** The inside of a JSON string as the writers in the field make it; each with lower and upper case digits. */
export function writeJson(value: Uint8Array): Writing[] {
  const text = textOf(value);
  if (text === undefined) {
    return [];
  }
  return [
    ...(ESCAPED.test(text) ? escaped(text) : []),
    ...whereNotBig(value, () => inBothCases("every unit", text.replace(/./gs, unicodeEscape), 6)),
  ];
}

/** What any writer escapes. Most values have nothing of it. */
const ESCAPED = /[^ !#$%(-.0-;=?-[\]-~]/;

function escaped(text: string): Writing[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const ascii = plain.replace(/[\u007f-\uffff]/g, unicodeEscape);
  const dialects: readonly (readonly [string, string])[] = [
    ["string", plain],
    ["slash escaped", plain.replaceAll("/", "\\/")], // PHP
    ["safe in HTML", plain.replace(/[<>&\u2028\u2029]/g, unicodeEscape)], // Go, BuildKit's own progress
    ["safe in HTML, quote too", plain.replace(/[<>&'\u2028\u2029]/g, unicodeEscape)], // .NET, Rails
    ["ASCII only", ascii], // Python
    ["ASCII only, slash escaped", ascii.replaceAll("/", "\\/")],
    ["in a string in a string", JSON.stringify(plain).slice(1, -1)],
  ];
  return dialects.flatMap(([variant, form]) => inBothCases(variant, form, 1));
}

function inBothCases(variant: string, form: string, spread: number): Writing[] {
  return [writtenText(variant, form, spread), writtenText(`${variant}, upper case`, inUpperCase(form), spread)];
}
