import { textOf, type Writing, whereNotBig, writtenText } from "./writing.ts";

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
    return [
      writtenText(variant, form),
      // Attributes keep their line ends only as numbers.
      writtenText(`${variant}, line ends by number`, form.replaceAll("\n", "&#10;").replaceAll("\r", "&#13;")),
      writtenText(`${variant}, line ends in hex`, form.replaceAll("\n", "&#xA;").replaceAll("\r", "&#xD;")),
      writtenText(`${variant}, not ASCII by number`, form.replace(/[\u0080-\u{10ffff}]/gu, decimal)),
    ];
  });
  return [
    ...found,
    ...whereNotBig(value, () => {
      const hex = everyCharacter(text, hexadecimals, hexadecimal);
      return [
        writtenText("every character, decimal", everyCharacter(text, decimals, decimal), 6),
        writtenText("every character, hex", hex, 6),
        writtenText("every character, upper case hex", hex.toUpperCase().replaceAll("&#X", "&#x"), 6),
      ];
    }),
  ];
}

/** @param forms those of the first characters, made once */
function everyCharacter(text: string, forms: readonly string[], formOf: (char: string) => string): string {
  let all = "";
  for (const char of text) all += forms[char.codePointAt(0)!] ?? formOf(char);
  return all;
}

const firstCharacters = Array.from({ length: 256 }, (_, code) => String.fromCodePoint(code));
const decimals = firstCharacters.map(decimal);
const hexadecimals = firstCharacters.map(hexadecimal);

function decimal(char: string): string {
  return `&#${char.codePointAt(0)};`;
}

function hexadecimal(char: string): string {
  return `&#x${char.codePointAt(0)!.toString(16)};`;
}
