/** Blanks: what stands in a text for characters that do not tell values apart. */

/** No byte is it. */
export const blank = "\uffff";

export function blanked(text: string): string {
  return blank.repeat(text.length);
}

/** A text in which ends of lines and tabs that are escaped, as JSON has them, are what they mean, and as many characters. */
export function unescaped(text: string): string {
  return text.replace(/(?:\\+r)?\\+n|\\+t/g, (found) => (found.endsWith("t") ? "\t" : "\n").padEnd(found.length));
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
