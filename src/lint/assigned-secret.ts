import { credentialName, mayNameSecret } from "../migrate/secret-name.ts";
import { overlapsAny } from "./overlap.ts";
import { namesKeyOf } from "./secret-in-pair.ts";
import { secretsIn } from "./secret-shape.ts";
import { isRandom, kindOfValue } from "./secret-value.ts";
import type { ShapedSecret } from "./shaped-secret.ts";

// name = value, name: value, "name": "value", --name=value, "--name", "value"
const ASSIGNMENT =
  /(?<![A-Za-z0-9_$])([A-Za-z_-][\w.-]{2,60})(?:["']?[ \t]{0,3}(?::=|[:=])[ \t]{0,3}["']?|["'][ \t]{0,3},[ \t]{0,3}["'])([^\s"'<>,;)}\]]{12,512})/g;
// --name value
const OPTION = /(?<![\w$-])--([A-Za-z][\w.-]{2,60})[ \t]{1,3}["']?([^\s"'<>,;)}\]]{12,512})/g;
const NETRC = /\bmachine\s{1,8}\S{1,256}\s{1,8}(?:login|account)\s{1,8}\S{1,256}\s{1,8}password\s{1,8}(\S{1,256})/g;

/**
 * The secrets in the text of a file or a command: those with a shape of their own, those that look random beside a
 * credential's name, and logins in the form of a netrc file.
 */
export function literalSecretsIn(text: string): readonly ShapedSecret[] {
  const shaped = secretsIn(text);
  const login = text.includes("machine");
  if (!login && !mayNameSecret(text)) return shaped;
  const found = [...shaped];
  let known: readonly ShapedSecret[] = shaped;
  const isFree = (start: number, end: number) => !overlapsAny(known, start, end);
  for (const [at, whole, name, value] of assignmentsIn(text)) {
    const credential = credentialName(name);
    if (credential === undefined || credential.grade === "part") continue;
    if (!isRandom(value) || kindOfValue(value) !== "random") continue;
    if (namesKeyOf(credential, value)) continue;
    const end = at + whole.length;
    if (!isFree(end - value.length, end)) continue;
    const doubtful = credential.grade === "likely";
    found.push({ kind: "named", what: `what looks like ${credential.what}`, start: end - value.length, end, doubtful });
  }
  known = [...found].sort((a, b) => a.start - b.start);
  for (const match of login ? text.matchAll(NETRC) : []) {
    const kind = kindOfValue(match[1]!);
    const end = match.index + match[0].length;
    const start = end - match[1]!.length;
    if ((kind !== "random" && kind !== "word" && kind !== "weak") || !isFree(start, end)) continue;
    found.push({ kind: "netrc", what: "a login of a netrc file", start, end, doubtful: kind === "weak" });
  }
  return found.sort((a, b) => a.start - b.start);
}

function* assignmentsIn(text: string): Iterable<[at: number, whole: string, name: string, value: string]> {
  ASSIGNMENT.lastIndex = 0;
  for (let match = ASSIGNMENT.exec(text); match !== null; match = ASSIGNMENT.exec(text)) {
    const [whole, name, value] = match as unknown as [string, string, string];
    const next = ASSIGNMENT.lastIndex;
    yield [match.index, whole, name, value];
    // in a list, ["app", "--password", …], what follows a word may be the next name
    ASSIGNMENT.lastIndex = /["'][ \t]{0,3},/.test(whole.slice(name.length, -value.length)) ? next - value.length : next;
  }
  if (!text.includes("--")) return;
  for (const match of text.matchAll(OPTION)) yield [match.index, ...(match as unknown as [string, string, string])];
}
