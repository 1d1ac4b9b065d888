/** Whether a path fits. */
export type PathPattern = (path: string) => boolean;

/**
 * A pattern of a .dockerignore as moby/patternmatcher compiles it: `?` and `*` do not cross a `/`, `**` does and may be
 * nothing, `[a-z]` and `\` as in a regular expression of Go. Matched by walking over all places at once, so that no
 * pattern is slow in a surprising way. A pattern that Go refuses fits nothing.
 */
export function createPathPattern(text: string): PathPattern {
  if (!/[*?[\]\\]/.test(text)) return (path) => path === text;
  const simple = asPrefix(text) ?? asSuffix(text);
  if (simple !== undefined) return simple;
  const elements = parse([...text]);
  return elements === undefined ? () => false : (path) => fits([...path], elements);
}

type Element =
  | { readonly kind: "this"; readonly text: string }
  /** `?` */
  | { readonly kind: "one" }
  /** `*` */
  | { readonly kind: "many" }
  /** `**` at the end: all that follows. */
  | { readonly kind: "rest" }
  /** `**` elsewhere: nothing, or folders with their `/`. */
  | { readonly kind: "folders" }
  | { readonly kind: "class"; readonly holds: (character: string) => boolean };

// patternmatcher looks at these without an expression, which is not quite the same: `**foo` fits `xfoo`
function asPrefix(text: string): PathPattern | undefined {
  const start = /^([^*?[\]\\]+)\*\*\/?$/.exec(text)?.[1];
  return start === undefined ? undefined : (path) => path.startsWith(start);
}

function asSuffix(text: string): PathPattern | undefined {
  if (!text.startsWith("**")) return undefined;
  const end = text.slice(2);
  if (/[*?[\]\\]/.test(end)) return undefined;
  return (path) => path.endsWith(end) || (end.startsWith("/") && path === end.slice(1));
}

function parse(characters: readonly string[]): Element[] | undefined {
  const elements: Element[] = [];
  for (let at = 0; at < characters.length; at++) {
    const ch = characters[at]!;
    if (ch === "*" && characters[at + 1] === "*") {
      at += characters[at + 2] === "/" ? 2 : 1;
      elements.push({ kind: at + 1 >= characters.length ? "rest" : "folders" });
    } else if (ch === "*") elements.push({ kind: "many" });
    else if (ch === "?") elements.push({ kind: "one" });
    else if (ch === "[") {
      const found = parseClass(characters, at + 1);
      if (found === undefined) return undefined;
      elements.push({ kind: "class", holds: found.holds });
      at = found.end;
    } else if (ch === "^") {
      // an anchor in the expression that patternmatcher makes
      if (at > 0) return undefined;
    } else if (ch === "\\") {
      at++;
      // filepath.Match refuses a last backslash; a letter after one has a meaning in Go's expressions
      if (at === characters.length || /[A-Za-z0-9]/.test(characters[at]!)) return undefined;
      elements.push({ kind: "this", text: characters[at]! });
    } else elements.push({ kind: "this", text: ch });
  }
  return elements;
}

type Range = readonly [from: string, to: string];

function parseClass(
  characters: readonly string[],
  from: number,
): { readonly holds: (character: string) => boolean; readonly end: number } | undefined {
  let at = from;
  const negated = characters[at] === "^";
  if (negated) at++;
  const ranges: Range[] = [];
  for (;;) {
    const ch = characters[at];
    if (ch === "]" && ranges.length > 0) break;
    const first = readMember(characters, at);
    if (first === undefined) return undefined;
    at = first.end;
    let last = first;
    if (characters[at] === "-" && characters[at + 1] !== "]") {
      const found = readMember(characters, at + 1);
      if (found === undefined || found.text < first.text) return undefined;
      last = found;
      at = found.end;
    }
    ranges.push([first.text, last.text]);
  }
  const holds = (character: string) => ranges.some(([low, high]) => low <= character && character <= high) !== negated;
  return { holds, end: at };
}

function readMember(characters: readonly string[], at: number): { text: string; end: number } | undefined {
  const ch = characters[at];
  // filepath.Match takes neither a bare `]` nor a bare `-` for a member
  if (ch === undefined || ch === "]" || ch === "-") return undefined;
  if (ch !== "\\") return { text: ch, end: at + 1 };
  const escaped = characters[at + 1];
  return escaped === undefined ? undefined : { text: escaped, end: at + 2 };
}

function fits(path: readonly string[], elements: readonly Element[]): boolean {
  let places = new Set([0]);
  for (const element of elements) {
    const next = new Set<number>();
    for (const place of places) addPlaces(next, path, place, element);
    if (next.size === 0) return false;
    places = next;
  }
  return places.has(path.length);
}

function addPlaces(next: Set<number>, path: readonly string[], from: number, element: Element): void {
  const ch = path[from];
  switch (element.kind) {
    case "this":
      if (ch === element.text) next.add(from + 1);
      return;
    case "one":
      if (ch !== undefined && ch !== "/") next.add(from + 1);
      return;
    case "class":
      if (ch !== undefined && element.holds(ch)) next.add(from + 1);
      return;
    case "many":
      // all that follows a place that is there already was added with it
      for (let at = from; !next.has(at); at++) {
        next.add(at);
        if (at === path.length || path[at] === "/") return;
      }
      return;
    case "rest":
      next.add(path.length);
      return;
    case "folders":
      next.add(from);
      // from the first place on: later ones add nothing
      for (let at = from; at < path.length; at++) if (path[at] === "/") next.add(at + 1);
  }
}
