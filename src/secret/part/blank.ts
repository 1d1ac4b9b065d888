/** Blanks: what stands in a text for characters that do not tell values apart. */

/** No byte is it. */
export const blank = "\uffff";

export function blanked(text: string): string {
  return blank.repeat(text.length);
}

/** What is in few texts, and what is in all that it matches: a text that has not that need not be gone through for it. */
export type Rare = { readonly sign: string; readonly pattern: RegExp };

/** The text with something else for what the pattern matches. */
export function replacedIn(
  text: string,
  { sign, pattern }: Rare,
  by: (found: string, ...groups: string[]) => string,
): string {
  return text.includes(sign) ? text.replace(pattern, by) : text;
}

/**
 * A text in which ends of lines, tabs and `&` that are escaped are what they mean, and as many characters: in JSON, in a PEM
 * wherever it stands, and before what goes on as a line of a file does. Elsewhere a backslash and an `n` may be of a password.
 */
export function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  // Go writes it so
  const left = text.replace(/\\+u0026/g, (found) => "&".padStart(found.length, blank));
  if (isJson(text)) return left.replace(escapeInJson, meant);
  return left.replace(pem, (found) => found.replace(escapeInPem, meant)).replace(escapeBeforeName, meant);
}

/** One backslash; in JSON in JSON several, which only what goes on tells from a password with one. */
const escapeInJson =
  /(?<!\\)(?:(?:\\r)?\\n|\\t)|(?:(?:\\{2,}r)?\\{2,}n|\\{2,}t)(?=[\s\\[]|-----|[A-Za-z_][\w.-]{0,99} ?[:=]|[A-Za-z\d+/=]{40}|$)/g;
const pem = /-----BEGIN [A-Z\d ]{1,60}-----(?:(?!-----)[\s\S])*-----END /g;
const escapeInPem = /(?:\\+r)?\\+n|\\+t/g;
const escapeBeforeName = /(?:\\+r)?\\+n(?=[A-Za-z_@/[][\w.@:/-]{0,99} ?[=:]|-----|\[\w|["']?\s*$)/gm;

function meant(found: string): string {
  return (found.endsWith("t") ? "\t" : "\n").padEnd(found.length);
}

function isJson(text: string): boolean {
  if (!/^\s*[{["]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Blanks each character of base64, in one line or in several, that has a bit of what `change` blanks in what it means.
 *
 * @param change gets the bytes, a character each, and gives as many
 */
export function decodedWith(text: string, change: (meant: string) => string): string {
  const meant = change(Buffer.from(text.replaceAll(/\s/g, ""), "base64").toString("latin1"));
  const isBlank = (bit: number) => meant[bit >> 3] === blank;
  let nth = 0;
  return text.replaceAll(/\S/g, (char) => {
    const bit = 6 * nth++;
    return isBlank(bit) || isBlank(bit + 5) ? blank : char;
  });
}
