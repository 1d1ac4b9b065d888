/** Blanks: what stands in a text for characters that do not tell values apart. */

/** No byte is it. */
export const blank = "\uffff";

export function blanked(text: string): string {
  return blank.repeat(text.length);
}

/**
 * A text in which ends of lines and tabs that are escaped are what they mean, and as many characters: in JSON, and in a PEM
 * wherever it stands. Elsewhere a backslash and an `n` may well be of a password.
 */
export function unescaped(text: string): string {
  if (isJson(text)) return text.replace(escapeInJson, meant);
  return text.replace(pem, (found) => found.replace(escapeInPem, meant));
}

/** One backslash; in JSON in JSON several, which only what goes on tells from a password with one. */
const escapeInJson =
  /(?<!\\)(?:(?:\\r)?\\n|\\t)|(?:(?:\\{2,}r)?\\{2,}n|\\{2,}t)(?=[\s\\[]|-----|[A-Za-z_][\w.-]{0,99} ?[:=]|[A-Za-z\d+/=]{40}|$)/g;
const pem = /-----BEGIN [A-Z\d ]{1,60}-----(?:(?!-----)[\s\S])*-----END /g;
const escapeInPem = /(?:\\+r)?\\+n|\\+t/g;

function meant(found: string): string {
  return (found.endsWith("t") ? "\t" : "\n").padEnd(found.length);
}

function isJson(text: string): boolean {
  if (!/^\s*[{["]/.test(text) || !text.includes("\\")) return false;
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
