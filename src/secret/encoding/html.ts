import { otherTexts, textOf, type Writing, whereNotBig, writtenText } from "./writing.ts";

/** The five characters that HTML and XML writers escape; they differ over the quotes. */
const dialects: readonly (readonly [variant: string, names: Readonly<Record<string, string>>])[] = [
  ["named", { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" }],
  ["named, quotes kept", { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': '"', "'": "'" }],
  ["named, apostrophe by number", { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }],
  ["named, apostrophe by two digits", { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;" }],
  ["named, apostrophe in hex", { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" }],
  ["named, quotes by number", { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" }],
];

/** What any dialect, or a stricter writer of one, does not leave as it is. */
const ESCAPED = /[&<>"'\n\r\u0080-\u{10ffff}]/u;

export function writeHtml(value: Uint8Array): Writing[] {
  const text = textOf(value);
  if (text === undefined) {
    return [];
  }
  // most values have nothing that is escaped: each form of them is the value itself
  const found = (ESCAPED.test(text) ? dialects : []).flatMap(([variant, names]) => {
    const form = text.replace(/[&<>"']/g, (char) => names[char]!);
    const variants: readonly (readonly [string, string])[] = [
      [variant, form],
      // Attributes keep their line ends only as numbers.
      [`${variant}, line ends by number`, form.replaceAll("\n", "&#10;").replaceAll("\r", "&#13;")],
      [`${variant}, line ends in hex`, form.replaceAll("\n", "&#xA;").replaceAll("\r", "&#xD;")],
      [`${variant}, not ASCII by number`, form.replace(/[\u0080-\u{10ffff}]/gu, decimal)],
    ];
    return variants;
  });
  return [
    ...otherTexts(text, found, writtenText),
    ...whereNotBig(value, () => [
      everyCharacter("every character, decimal", text, decimals, decimal),
      everyCharacter("every character, hex", text, lowerCase, hexadecimal),
      everyCharacter("every character, upper case hex", text, upperCase, upperHexadecimal),
    ]),
  ];
}

const spread = 6;

/** @param forms those of the first characters, made once: few values have others */
function everyCharacter(
  variant: string,
  text: string,
  forms: readonly Uint8Array[],
  formOf: (char: string) => string,
): Writing {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const form = forms[text.charCodeAt(at)];
    if (form === undefined) return writtenText(variant, Array.from(text, formOf).join(""), spread);
    length += form.length;
  }
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0, to = 0; at < text.length; at++) {
    const form = forms[text.charCodeAt(at)]!;
    for (let index = 0; index < form.length; index++) bytes[to++] = form[index]!;
  }
  return { variant, bytes, spread };
}

const firstCharacters = Array.from({ length: 256 }, (_, code) => String.fromCodePoint(code));
const decimals = inBytes(decimal);
const lowerCase = inBytes(hexadecimal);
const upperCase = inBytes(upperHexadecimal);

function inBytes(formOf: (char: string) => string): Uint8Array[] {
  return firstCharacters.map((char) => Buffer.from(formOf(char), "latin1"));
}

function decimal(char: string): string {
  return `&#${char.codePointAt(0)};`;
}

function hexadecimal(char: string): string {
  return `&#x${char.codePointAt(0)!.toString(16)};`;
}

function upperHexadecimal(char: string): string {
  return `&#x${char.codePointAt(0)!.toString(16).toUpperCase()};`;
}
