/**
 * A text that cannot do anything to a terminal, to a CI's command parser or to a reader's eyes: control characters,
 * bidirectional overrides and line separators are spelt out, and `##[…]` is broken up, which runners find anywhere in a
 * line (`wrap` sees to what they find at its beginning).
 */
export function printable(text: string): string {
  return text
    .replace(/##(?=\w*\[)/g, "#\\#")
    .replace(/[\0-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (character) => {
      const code = character.charCodeAt(0);
      if (character === "\n") return "\\n";
      if (character === "\t") return "\\t";
      return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
    });
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

/** The columns that a printable text takes on a terminal. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

/**
 * Breaks a printable text into lines of at most so many columns: at blanks where it can, else anywhere. No line begins
 * with `::`, which a runner would take for a command, blanks before it or not. A number stays with its unit.
 */
export function wrap(text: string, columns: number): string[] {
  if (!text.includes("::")) return broken(text, columns);
  return broken(text, columns - 1).map((line) => (line.startsWith("::") ? `\\${line}` : line));
}

/** A blank, but not the one between a number and its unit. */
const between = /(?<!\d) | (?!(?:m?s|[kMG]?B)\b)/;

function broken(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(between)) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) <= columns) {
      line += ` ${word}`;
      continue;
    }
    if (line !== "") lines.push(line);
    if (columnsOf(word) <= columns) {
      line = word;
      continue;
    }
    line = "";
    for (const character of word) {
      if (columnsOf(line) + columnsOf(character) > columns) {
        lines.push(line);
        line = "";
      }
      line += character;
    }
  }
  return [...lines, line];
}
