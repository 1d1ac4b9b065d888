/** A word without its quotes and backslashes; what is expanded in it stays as it is written. */
export function plainText(raw: string): string {
  if (!/["'\\]/.test(raw)) return raw;
  const parts: string[] = [];
  let quote = "";
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!;
    if (character === quote) quote = "";
    else if (quote === "" && (character === '"' || character === "'")) quote = character;
    else if (quote !== "'" && character === "\\") {
      at++;
      if (raw[at] !== "\n") parts.push(raw[at] ?? "");
    } else parts.push(character);
  }
  return parts.join("");
}
