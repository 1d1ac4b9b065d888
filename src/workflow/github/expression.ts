import { readTokens } from "./expression-token.ts";

/**
 * GitHub's expressions, `${{ … }}`: which contexts a value can come from. Source of the grammar: GitHub's "Evaluate
 * expressions in workflows and actions" and actions/runner, `src/Sdk/DTExpressions2`.
 */
export type Expression = {
  /** Offsets in the text, `${{` and `}}` included. */
  readonly start: number;
  readonly end: number;
  /** What the result can hold a part of. `secrets.X != ''` is true or false, and holds nothing. */
  readonly origins: readonly Origin[];
};

/** `secrets.TOKEN`: context and path, in lower case but for the names. `undefined` in a path: not known before it runs. */
export type Origin = {
  readonly context: string;
  readonly path: readonly (string | undefined)[];
  /** It went through toJSON. */
  readonly printed: boolean;
};

/** The expressions of a text; one without an end is none. */
export function expressionsIn(text: string): Expression[] {
  const expressions: Expression[] = [];
  let from = text.indexOf(`\${{`);
  while (from >= 0) {
    const tokens: string[] = [];
    const end = readTokens(text, from + 3, tokens);
    if (end === undefined) break;
    expressions.push({ start: from, end, origins: originsOf(tokens) });
    from = text.indexOf(`\${{`, end);
  }
  return expressions;
}

type Reader = { readonly tokens: readonly string[]; at: number; depth: number };

// Deeper than GitHub takes (50)
const DEEPEST = 100;

function originsOf(tokens: readonly string[]): readonly Origin[] {
  const reader: Reader = { tokens, at: 0, depth: 0 };
  const origins = readOr(reader);
  // what is left over is no expression that GitHub takes: whatever it names is named
  while (reader.at < tokens.length) {
    reader.at++;
    origins.push(...readOr(reader));
  }
  return origins;
}

/** `a || b` is one of both. */
function readOr(reader: Reader): Origin[] {
  const origins = readAnd(reader);
  while (take(reader, "||")) origins.push(...readAnd(reader));
  return origins;
}

/** `a && b` is b, or an `a` that is empty. */
function readAnd(reader: Reader): Origin[] {
  let origins = readComparison(reader);
  while (take(reader, "&&")) origins = readComparison(reader);
  return origins;
}

/** A comparison is true or false. */
function readComparison(reader: Reader): Origin[] {
  let origins = readUnary(reader);
  while (/^(?:[=!<>]=|[<>])$/.test(reader.tokens[reader.at] ?? "")) {
    reader.at++;
    readUnary(reader);
    origins = [];
  }
  return origins;
}

function readUnary(reader: Reader): Origin[] {
  let negated = false;
  while (take(reader, "!")) negated = true;
  const origins = readPostfix(reader);
  return negated ? [] : origins;
}

// What these give holds nothing of what they take.
const telling = new Set([
  "contains",
  "startswith",
  "endswith",
  "hashfiles",
  "success",
  "always",
  "cancelled",
  "failure",
]);

function readPostfix(reader: Reader): Origin[] {
  const token = reader.tokens[reader.at];
  if (token === undefined || reader.depth > DEEPEST) return [];
  if (token === "(") {
    reader.at++;
    const origins = nested(reader);
    take(reader, ")");
    return readPath(reader, origins);
  }
  if (!/^[A-Za-z_]/.test(token)) {
    // a text or a number; or something that is no value, which whoever reads on will meet
    if (/^['0-9.+-]/.test(token)) reader.at++;
    return [];
  }
  reader.at++;
  const name = token.toLowerCase();
  if (!take(reader, "(")) {
    return /^(?:true|false|null|nan|infinity)$/.test(name)
      ? []
      : readPath(reader, [{ context: name, path: [], printed: false }]);
  }
  const origins: Origin[] = [];
  while (reader.at < reader.tokens.length && reader.tokens[reader.at] !== ")") {
    const before = reader.at;
    origins.push(...nested(reader));
    if (!take(reader, ",") && reader.at === before) reader.at++;
  }
  take(reader, ")");
  if (telling.has(name)) return [];
  return readPath(reader, name === "tojson" ? origins.map((origin) => ({ ...origin, printed: true })) : origins);
}

/** `.name`, `['name']`, `.*` after a value. */
function readPath(reader: Reader, origins: Origin[]): Origin[] {
  const path: (string | undefined)[] = [];
  for (;;) {
    if (take(reader, ".")) {
      const name = reader.tokens[reader.at++];
      path.push(name === undefined || name === "*" ? undefined : name);
    } else if (take(reader, "[")) {
      const index = reader.tokens[reader.at];
      const literal = index?.startsWith("'") && reader.tokens[reader.at + 1] === "]";
      path.push(literal ? index!.slice(1, -1).replaceAll("''", "'") : undefined);
      nested(reader);
      take(reader, "]");
    } else break;
  }
  return path.length === 0 ? origins : origins.map((origin) => ({ ...origin, path: [...origin.path, ...path] }));
}

function nested(reader: Reader): Origin[] {
  reader.depth++;
  const origins = readOr(reader);
  reader.depth--;
  return origins;
}

function take(reader: Reader, token: string): boolean {
  if (reader.tokens[reader.at] !== token) return false;
  reader.at++;
  return true;
}
