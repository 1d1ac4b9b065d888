import type { Token } from "../token.ts";
import type { Engine } from "./engine.ts";

/** Words that a script replaces: `%%NAME%%`, `@NAME@` of configure and CMake, a line that is a variable of envsubst. */
export const placeholder: Engine = {
  name: "placeholder",
  endings: ["envsubst"],
  sign: /^[ \t]*%%\w+%%[ \t]*$|^FROM [^\n]*(?:%%\w+%%|@[A-Z_][A-Z0-9_]*@)/m,
  scan(text) {
    const tokens: Token[] = [];
    let at = 0;
    for (const { index, 0: found } of text.matchAll(PLACES)) {
      if (index > at) tokens.push({ kind: "text", start: at, end: index });
      at = index + found.length;
      tokens.push({ kind: "value", start: index, end: at });
    }
    if (at < text.length) tokens.push({ kind: "text", start: at, end: text.length });
    return tokens;
  },
};

// a variable of the shell begins no line of a Dockerfile, but for the words of a continued one, which are no matter
const PLACES = /%%[A-Za-z_][\w.-]*%%|@[A-Z_][A-Z0-9_]*@|^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})(?=[ \t\r]*$)/gm;
