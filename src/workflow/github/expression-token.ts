const TOKEN = /[A-Za-z_][A-Za-z0-9_-]*|'[^']*'(?:'[^']*')*|[-+]?\.?[0-9][0-9A-Za-z_.+-]*|&&|\|\||[=!<>]=|\S/y;

/** Collects the tokens of an expression up to `}}` and gives the offset after it; undefined where there is none. */
export function readTokens(text: string, from: number, tokens: string[]): number | undefined {
  let at = from;
  for (;;) {
    while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
    if (at >= text.length) return undefined;
    if (text.startsWith("}}", at)) return at + 2;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return undefined;
    tokens.push(token);
    at += token.length;
  }
}

/** The tokens of an `if:`, which may have its braces or not. */
export function withoutBraces(text: string): string[] {
  const tokens: string[] = [];
  const inside = /^\s*\$\{\{([\s\S]*)\}\}\s*$/.exec(text)?.[1] ?? text;
  readTokens(`${inside}}}`, 0, tokens);
  return tokens;
}
