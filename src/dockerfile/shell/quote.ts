const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const NUMBER = /[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|c[\s\S]/y;

/** The text of `$'…'` from after its quote, and where it ends. */
export function ansiText(text: string, from: number, end: number): { readonly value: string; readonly end: number } {
  const parts: string[] = [];
  let at = from;
  let plain = from;
  while (at < end) {
    const ch = text.charAt(at);
    if (ch !== "'" && ch !== "\\") {
      at++;
      continue;
    }
    parts.push(text.slice(plain, at));
    if (ch === "'") return { value: parts.join(""), end: at + 1 };
    const escaped = readEscape(text, at + 1);
    parts.push(escaped.value);
    at = escaped.end;
    plain = at;
  }
  parts.push(text.slice(plain, end));
  return { value: parts.join(""), end };
}

function readEscape(text: string, at: number): { value: string; end: number } {
  const ch = text.charAt(at);
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text)?.[0];
  if (number !== undefined) return { value: character(number), end: at + number.length };
  return { value: LETTERS[ch] ?? ch, end: at + 1 };
}

function character(written: string): string {
  if (written.startsWith("c")) return String.fromCharCode(written.charCodeAt(1) & 0x1f);
  const code = /^[xuU]/.test(written) ? Number.parseInt(written.slice(1), 16) : Number.parseInt(written, 8) & 0xff;
  return code > 0x10ffff ? "\uFFFD" : String.fromCodePoint(code);
}
