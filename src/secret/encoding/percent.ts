import { type ByteForms, everyByte, hexForms, upperHexForms, type Writing, whereNotBig } from "./writing.ts";

const lowerCase = hexForms("%");
const upperCase = upperHexForms("%");

type Dialect = {
  readonly variant: string;
  /** 1 for each of the 256 bytes that is escaped. */
  readonly escaped: Uint8Array;
  readonly blankIsPlus: boolean;
};

const dialects = [
  dialect("component", /[^\w.!~*'()-]/), // encodeURIComponent
  dialect("unreserved", /[^\w.~-]/), // RFC 3986; AWS signatures
  dialect("path", /[^\w.~/-]/), // Python's quote
  dialect("whole address", /[^\w.!~*'();/?:@&=+$,#-]/), // encodeURI
  dialect("form", /[^\w.*-]/, true), // URLSearchParams, Java's URLEncoder
  dialect("form, unreserved", /[^\w.~-]/, true), // Python's quote_plus, Go's QueryEscape
];

function dialect(variant: string, escaped: RegExp, blankIsPlus = false): Dialect {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => Number(escaped.test(String.fromCharCode(byte))));
  return { variant, escaped: bytes, blankIsPlus };
}

const escapedAnywhere = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(dialects.some(({ escaped }) => escaped[byte] === 1)),
);

export function writePercent(value: Uint8Array): Writing[] {
  return [
    ...distinct(value).flatMap((dialect) => [
      write(dialect.variant, value, dialect, upperCase),
      // What the value itself has of the kind `%2F` is escaped by then, so every `%` is ours.
      write(`${dialect.variant}, lower case`, value, dialect, lowerCase),
    ]),
    ...whereNotBig(value, () => [
      everyByte("every byte, lower case", value, lowerCase),
      everyByte("every byte", value, upperCase),
    ]),
  ];
}

/** Those that write the value otherwise than it is, and otherwise than those before: few values have anything that one escapes and another does not. */
function distinct(value: Uint8Array): Dialect[] {
  const special: number[] = [];
  for (let at = 0; at < value.length; at++) {
    const byte = value[at]!;
    if (escapedAnywhere[byte] === 1 && !special.includes(byte)) special.push(byte);
  }
  const seen = new Set([special.map(() => 0).join("")]);
  return dialects.filter(({ escaped, blankIsPlus }) => {
    const ways = special.map((byte) => (blankIsPlus && byte === blank ? 2 : escaped[byte]!)).join("");
    const isNew = !seen.has(ways);
    seen.add(ways);
    return isNew;
  });
}

const blank = 0x20;
const plus = 0x2b;

function write(variant: string, value: Uint8Array, { escaped, blankIsPlus }: Dialect, forms: ByteForms): Writing {
  let length = value.length;
  for (let at = 0; at < value.length; at++) length += (forms.width - 1) * escaped[value[at]!]!;
  const bytes = Buffer.allocUnsafe(length);
  let to = 0;
  for (let at = 0; at < value.length; at++) {
    const byte = value[at]!;
    if (blankIsPlus && byte === blank) bytes[to++] = plus;
    else if (escaped[byte] === 0) bytes[to++] = byte;
    else {
      for (let index = forms.width * byte; index < forms.width * (byte + 1); index++) bytes[to++] = forms.bytes[index]!;
    }
  }
  return { variant, bytes: bytes.subarray(0, to), spread: 1 };
}
