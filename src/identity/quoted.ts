/** C0, C1 and the marks that turn the direction of text: what could make a message look like another one. */
const unprintable = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text of somebody else's making, safe to put into a sentence: on one line, in quotes, at most `limit` characters. */
export function quoted(text: string, limit = 160): string {
  return `"${plain(text, limit).replaceAll('"', "'")}"`;
}

/** The same without the quotes. */
export function plain(text: string, limit = 160): string {
  const clean = text.replaceAll(unprintable, "?");
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`;
}
