import {
  byteForms,
  byteText,
  everyByte,
  hexForms,
  textOf,
  upperHexForms,
  type Writing,
  whereNotBig,
  writtenBytes,
  writtenText,
} from "./writing.ts";

const controls: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
};

const backquoted: Readonly<Record<string, string>> = { "\n": "`n", "\r": "`r", "\t": "`t", "\0": "`0" };

/** Strings with backslashes: which characters get one, and what becomes of bytes that cannot be shown. */
const backslashed: readonly (readonly [
  variant: string,
  quotes: RegExp,
  hidden: RegExp,
  hide: (char: string) => string,
])[] = [
  ["C string", /["\\]/g, /[^\x20-\x7e\x80-\xff]/g, octal],
  ["C string, octal", /["\\]/g, /[^\x20-\x7e]/g, octal], // git's quoted paths
  ["C string, hex", /["\\]/g, /[^\x20-\x7e]/g, hex], // Go's %q of bytes
  ["$'…'", /['\\]/g, /[^\x20-\x7e\x80-\xff]/g, octal],
  ["$'…', octal", /['\\]/g, /[^\x20-\x7e]/g, octal], // bash's %q in the C locale
  ["$'…', hex", /['\\]/g, /[^\x20-\x7e]/g, hex], // Python's repr of bytes
  ["$'…', both quotes", /["'\\]/g, /[^\x20-\x7e]/g, octal],
];

const lowerHex = hexForms("\\x");
const upperHex = upperHexForms("\\x");
const threeDigits = byteForms((byte) => octal(String.fromCharCode(byte)));
const fourDigits = byteForms((byte) => `\\0${byte.toString(8).padStart(3, "0")}`);

/** Quoted by shells, by C-like languages and by PowerShell. */
export function writeShell(value: Uint8Array): Writing[] {
  const bytes = byteText(value);
  // most values have nothing that is escaped: each form of them is the value itself
  const isPlain = /^[\w@%+=:,./-]*$/.test(bytes);
  const found = [
    ...(isPlain ? [] : quoted(textOf(value))),
    ...(isPlain ? [] : backslashed).map(([variant, quotes, hidden, hide]) =>
      writtenBytes(
        variant,
        bytes.replace(quotes, "\\$&").replace(hidden, (char) => controls[char] ?? hide(char)),
      ),
    ),
  ];
  return [
    ...found,
    ...whereNotBig(value, () => [
      everyByte("every byte, hex", value, lowerHex),
      everyByte("every byte, upper case hex", value, upperHex),
      everyByte("every byte, octal", value, threeDigits),
      everyByte("every byte, four octal digits", value, fourDigits), // printf %b
    ]),
  ];
}

function quoted(text: string | undefined): Writing[] {
  if (text === undefined) {
    return [];
  }
  return [
    writtenText("single quotes", text.replaceAll("'", "'\\''")),
    writtenText("single quotes, by double ones", text.replaceAll("'", `'"'"'`)),
    writtenText("single quotes doubled", text.replaceAll("'", "''")), // PowerShell, YAML, SQL
    writtenText("double quotes", text.replace(/["\\$`]/g, "\\$&")),
    writtenText("double quotes, history too", text.replace(/["\\$`!]/g, "\\$&")),
    writtenText("backslashes", text.replace(/[^\w@%+=:,./\-\u0080-\uffff]/g, "\\$&")), // printf %q
    writtenText("backslashes, fewer", text.replace(/[\s"'\\$`!&|;()<>*?[\]{}#~^]/g, "\\$&")),
    writtenText(
      "PowerShell",
      text.replace(/["`$]/g, "`$&").replace(/[\n\r\t\0]/g, (char) => backquoted[char]!),
    ),
  ];
}

function octal(char: string): string {
  return `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`;
}

function hex(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
