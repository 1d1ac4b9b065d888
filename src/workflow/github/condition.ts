import { withoutBraces } from "./expression-token.ts";

/**
 * What is known of a context's value, by its path in lower case: `github.event_name`. `same`: only with which others it is
 * equal.
 */
export type KnownValues = (path: string) => KnownValue | undefined;
export type KnownValue = string | boolean | { readonly same: string };

/**
 * What an `if:` comes to as far as it can be told; undefined: that depends on what is not known. Texts are compared
 * without regard to case, as GitHub does it (actions/runner, `DTExpressions2/Expressions2/Sdk/EvaluationResult.cs`).
 */
export function outcomeOf(condition: string, known: KnownValues): boolean | undefined {
  const reader: Reader = { tokens: withoutBraces(condition), at: 0, depth: 0, known };
  const value = readOr(reader);
  return reader.at < reader.tokens.length ? undefined : truth(value);
}

type Reader = { readonly tokens: readonly string[]; at: number; depth: number; readonly known: KnownValues };
type Value = KnownValue | undefined;

// As many as GitHub takes
const DEEPEST = 50;

function truth(value: Value): boolean | undefined {
  return typeof value === "object" ? true : typeof value === "string" ? value !== "" : value;
}

function readOr(reader: Reader): Value {
  let value = readAnd(reader);
  while (take(reader, "||")) {
    const next = readAnd(reader);
    if (truth(value) === false) value = next;
    else if (truth(value) === undefined) value = truth(next) === true ? true : undefined;
  }
  return value;
}

function readAnd(reader: Reader): Value {
  let value = readComparison(reader);
  while (take(reader, "&&")) {
    const next = readComparison(reader);
    if (truth(value) === true) value = next;
    else if (truth(value) === undefined) value = truth(next) === false ? false : undefined;
  }
  return value;
}

function readComparison(reader: Reader): Value {
  let value = readUnary(reader);
  for (;;) {
    const operator = reader.tokens[reader.at] ?? "";
    if (!/^(?:[=!<>]=|[<>])$/.test(operator)) return value;
    reader.at++;
    const equal = isEqual(value, readUnary(reader));
    value = operator === "==" ? equal : operator === "!=" && equal !== undefined ? !equal : undefined;
  }
}

/** Of two kinds is known only that they are not compared here. */
function isEqual(a: Value, b: Value): boolean | undefined {
  if (typeof a === "object" && typeof b === "object") return a.same === b.same;
  if (typeof a === "string" && typeof b === "string") return a.toLowerCase() === b.toLowerCase();
  return typeof a === "boolean" && typeof b === "boolean" ? a === b : undefined;
}

function readUnary(reader: Reader): Value {
  let negations = 0;
  while (take(reader, "!")) negations++;
  const value = readOperand(reader);
  if (negations === 0) return value;
  const isTrue = truth(value);
  return isTrue === undefined ? undefined : isTrue === (negations % 2 === 0);
}

function readOperand(reader: Reader): Value {
  const token = reader.tokens[reader.at];
  if (token === undefined || reader.depth > DEEPEST) return undefined;
  reader.at++;
  if (token === "(") {
    const value = nested(reader);
    take(reader, ")");
    return value;
  }
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (!/^[A-Za-z_]/.test(token)) return undefined;
  const name = token.toLowerCase();
  if (take(reader, "(")) return callOf(reader, name);
  if (name === "true" || name === "false") return name === "true";
  return reader.known(pathFrom(reader, name));
}

/** What a function gives is not known, but for those that say how the job went so far. */
function callOf(reader: Reader, name: string): Value {
  while (reader.at < reader.tokens.length && reader.tokens[reader.at] !== ")") {
    const before = reader.at;
    nested(reader);
    if (!take(reader, ",") && reader.at === before) reader.at++;
  }
  take(reader, ")");
  return name === "always" ? true : undefined;
}

function pathFrom(reader: Reader, name: string): string {
  const path = [name];
  for (;;) {
    if (take(reader, ".")) path.push((reader.tokens[reader.at++] ?? "").toLowerCase());
    else if (take(reader, "[")) {
      const index = reader.tokens[reader.at] ?? "";
      const isLiteral = index.startsWith("'") && reader.tokens[reader.at + 1] === "]";
      path.push(isLiteral ? index.slice(1, -1).toLowerCase() : "*");
      nested(reader);
      take(reader, "]");
    } else return path.join(".");
  }
}

function nested(reader: Reader): Value {
  reader.depth++;
  const value = readOr(reader);
  reader.depth--;
  return value;
}

function take(reader: Reader, token: string): boolean {
  if (reader.tokens[reader.at] !== token) return false;
  reader.at++;
  return true;
}
