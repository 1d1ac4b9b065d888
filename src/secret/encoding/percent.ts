import {
  byteText,
  everyByte,
  hexForms,
  hexOf,
  upperHexForms,
  type Writing,
  whereNotBig,
  writtenBytes,
} from "./writing.ts";

/** What each dialect escapes, and whether a blank becomes a plus. */
const dialects: readonly (readonly [variant: string, escaped: RegExp, blankIsPlus: boolean])[] = [
  ["component", /[^\w.!~*'()-]/g, false], // encodeURIComponent
  ["unreserved", /[^\w.~-]/g, false], // RFC 3986; AWS signatures
  ["path", /[^\w.~/-]/g, false], // Python's quote
  ["whole address", /[^\w.!~*'();/?:@&=+$,#-]/g, false], // encodeURI
  ["form", /[^\w.*-]/g, true], // URLSearchParams, Java's URLEncoder
  ["form, unreserved", /[^\w.~-]/g, true], // Python's quote_plus, Go's QueryEscape
];

const lowerCase = hexForms("%");
const upperCase = upperHexForms("%");

export function writePercent(value: Uint8Array): Writing[] {
  const text = byteText(value);
  // most values have nothing that is escaped: each form of them is the value itself
  const found = (/[^\w.-]/.test(text) ? dialects : []).flatMap(([variant, escaped, blankIsPlus]) => {
    const form = text.replace(escaped, (char) => (blankIsPlus && char === " " ? "+" : `%${hexOf(char).toUpperCase()}`));
    // What the value itself has of the kind `%2F` is escaped by now, so every `%` is ours.
    const lower = form.replace(/%../g, (triple) => triple.toLowerCase());
    return [writtenBytes(variant, form), writtenBytes(`${variant}, lower case`, lower)];
  });
  return [
    ...found,
    ...whereNotBig(value, () => [
      everyByte("every byte, lower case", value, lowerCase),
      everyByte("every byte", value, upperCase),
    ]),
  ];
}
