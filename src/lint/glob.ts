/**
 * Patterns of paths as .gitignore has them: `*` and `?` within a name, `[…]`, `**` over folders. Matching takes at most
 * the pattern's length times the path's, whatever the pattern: it may come from a checkout that nobody trusts.
 */
export type PathPattern = {
  readonly negated: boolean;
  /** It ends with `/`: only folders match. */
  readonly folderOnly: boolean;
  /** One for each name of the path; `**` for any number of them. */
  readonly names: readonly (NamePattern | "**")[];
};

type NamePattern = readonly Token[];
type Token = "*" | "?" | { readonly literal: string } | { readonly set: RegExp };

/** Reads a line of a .gitignore; undefined for an empty line or a comment. */
export function parseIgnoreLine(line: string): PathPattern | undefined {
  let text = line.replace(/\r$/, "");
  // blanks at the end count only where they are escaped
  while (text.endsWith(" ") && !/(?:^|[^\\])(?:\\\\)*\\ $/.test(text)) text = text.slice(0, -1);
  if (text === "" || text.startsWith("#")) return undefined;
  const negated = text.startsWith("!");
  if (negated) text = text.slice(1);
  const folderOnly = text.endsWith("/");
  if (folderOnly) text = text.slice(0, -1);
  if (text === "") return undefined;
  // a slash at the beginning or in the middle ties the pattern to the file's own folder
  const tied = text.includes("/");
  if (text.startsWith("/")) text = text.slice(1);
  return { negated, folderOnly, names: [...(tied ? [] : ["**" as const]), ...namesOf(text)] };
}

/** Reads a glob of a configuration or a command line, from the folder on in which it counts. */
export function parseGlob(glob: string): PathPattern {
  return { negated: false, folderOnly: false, names: namesOf(glob.replace(/^\.\//, "")) };
}

/** Whether a path (with `/`, relative to the pattern's folder) matches. A pattern's last `/**` needs something below. */
export function matchesPath({ names }: PathPattern, path: string): boolean {
  const parts = path.split("/");
  let part = 0;
  let name = 0;
  let starName = -1;
  let starPart = 0;
  while (part < parts.length) {
    const pattern = names[name];
    if (pattern === "**") {
      if (name === names.length - 1) return true;
      starName = name++;
      starPart = part;
    } else if (pattern !== undefined && matchesName(pattern, parts[part]!)) {
      name++;
      part++;
    } else if (starName >= 0) {
      name = starName + 1;
      part = ++starPart;
    } else return false;
  }
  return name === names.length;
}

function namesOf(text: string): (NamePattern | "**")[] {
  const names: (NamePattern | "**")[] = [];
  for (const name of text.split("/")) {
    if (name !== "**") names.push(tokensOf(name));
    else if (names.at(-1) !== "**") names.push("**");
  }
  return names;
}

function tokensOf(name: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < name.length; at++) {
    const character = name.charAt(at);
    if (character === "*") {
      if (tokens.at(-1) !== "*") tokens.push("*");
    } else if (character === "?") tokens.push("?");
    else if (character === "\\" && at + 1 < name.length) tokens.push({ literal: name.charAt(++at) });
    else if (character === "[") {
      const set = setAt(name, at);
      tokens.push(set === undefined ? { literal: "[" } : { set: set.expression });
      if (set !== undefined) at = set.end;
    } else tokens.push({ literal: character });
  }
  return tokens;
}

/** `[abc]`, `[!a-z]`, `[^…]`, `[[:alpha:]]`; undefined where it has no end. */
function setAt(name: string, start: number): { readonly expression: RegExp; readonly end: number } | undefined {
  let at = start + 1;
  const negated = name.charAt(at) === "!" || name.charAt(at) === "^";
  if (negated) at++;
  const first = at;
  let inside = "";
  for (; at < name.length; at++) {
    const character = name.charAt(at);
    if (character === "]" && at > first) {
      try {
        return { expression: new RegExp(`^[${negated ? "^" : ""}${inside}]$`, "u"), end: at };
      } catch {
        return { expression: /(?!)/, end: at };
      }
    }
    const kind = /^\[:([a-z]+):\]/.exec(name.slice(at, at + 12));
    if (kind !== null) {
      inside += CLASSES[kind[1]!] ?? "";
      at += kind[0].length - 1;
    } else if (character === "\\" && at + 1 < name.length) inside += `\\u{${name.codePointAt(++at)!.toString(16)}}`;
    else inside += character === "-" ? "-" : `\\u{${character.charCodeAt(0).toString(16)}}`;
  }
  return undefined;
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  digit: "0-9",
  lower: "a-z",
  upper: "A-Z",
  space: "\\s",
  punct: "!-\\u{2f}:-@\\u{5b}-`\\u{7b}-~",
  xdigit: "0-9A-Fa-f",
};

function matchesName(tokens: NamePattern, name: string): boolean {
  let at = 0;
  let token = 0;
  let starToken = -1;
  let starAt = 0;
  while (at < name.length) {
    const wanted = tokens[token];
    if (wanted === "*") {
      starToken = token++;
      starAt = at;
    } else if (wanted !== undefined && isOne(wanted, name.charAt(at))) {
      token++;
      at++;
    } else if (starToken >= 0) {
      token = starToken + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[token] === "*") token++;
  return token === tokens.length;
}

function isOne(token: Exclude<Token, "*">, character: string): boolean {
  if (token === "?") return true;
  return "literal" in token ? token.literal === character : token.set.test(character);
}
