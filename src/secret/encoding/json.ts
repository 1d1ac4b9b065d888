import {
  type ByteForms,
  hexForms,
  otherTexts,
  textOf,
  upperHexForms,
  type Writing,
  whereNotBig,
  writtenText,
} from "./writing.ts";

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
    ...whereNotBig(value, () => [
      everyUnit("every unit", text, lowerCase),
      everyUnit("every unit, upper case", text, upperCase),
    ]),
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
  const both = dialects.flatMap(([variant, form]) => [
    [variant, form] as const,
    [`${variant}, upper case`, inUpperCase(form)] as const,
  ]);
  return otherTexts(text, both, writtenText);
}

const lowerCase = hexForms("");
const upperCase = upperHexForms("");

function everyUnit(variant: string, text: string, { bytes: digits }: ByteForms): Writing {
  const spread = 6;
  const written = Buffer.allocUnsafe(text.length * spread);
  for (let at = 0, to = 0; at < text.length; at++, to += spread) {
    const unit = text.charCodeAt(at);
    const upper = 2 * (unit >>> 8);
    const lower = 2 * (unit & 255);
    written[to] = backslash;
    written[to + 1] = letterU;
    written[to + 2] = digits[upper]!;
    written[to + 3] = digits[upper + 1]!;
    written[to + 4] = digits[lower]!;
    written[to + 5] = digits[lower + 1]!;
  }
  return { variant, bytes: written, spread };
}

const backslash = 0x5c;
const letterU = 0x75;
