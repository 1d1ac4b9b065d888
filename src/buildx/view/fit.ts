/** Two columns wide: CJK, Hangul, full-width forms, most emoji (Unicode's East Asian Width, without its rarities). */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const none = /[\p{Mark}\p{Default_Ignorable_Code_Point}]/u;
const colour = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;:]*m`, "g");

/** The beginning of a line that fits into so many columns, without colours; tabs become blanks. */
export function fitTo(line: string, columns: number): string {
  const plain = line.replace(colour, "").replaceAll("\t", "    ");
  if (plain.length <= columns && /^[\x20-\x7e]*$/.test(plain)) {
    return plain;
  }
  let used = 0;
  let shown = "";
  for (const char of plain) {
    used += wide.test(char) ? 2 : none.test(char) ? 0 : 1;
    if (used > columns) {
      break;
    }
    shown += char;
  }
  return shown;
}

/** A line with something at its right end, in all so many columns wide; the left part gives way. */
export function justify(left: string, right: string, columns: number): string {
  const shown = fitTo(left, Math.max(0, columns - right.length - 1));
  const width = [...shown].reduce((sum, char) => sum + (wide.test(char) ? 2 : none.test(char) ? 0 : 1), 0);
  return `${shown}${" ".repeat(Math.max(1, columns - width - right.length))}${right}`;
}
