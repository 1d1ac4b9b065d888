import { entropyOf, isPlaceholder, isReference } from "./placeholder.ts";
import type { ShapedSecret } from "./shaped-secret.ts";

/** What a URL's userinfo is worth: `weak` for a password that everybody knows, or that equals the user's name. */
export type UrlCredentials = ShapedSecret & { readonly kind: "url"; readonly weak: boolean };

const USERINFO = /([^\s:@/?#'"`<>\\|;&]{0,128}):([^\s@/?#'"`<>\\]{1,256})@(?=[\w[$.{-])/y;
const USER_ALONE = /([^\s:@/?#'"`<>\\|;&]{20,256})@(?=[\w[$.{-])/y;

/** The passwords and tokens that stand in URLs (`scheme://user:password@host`). What is made of a variable is none. */
export function urlCredentialsIn(text: string): UrlCredentials[] {
  const found: UrlCredentials[] = [];
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
    if (!/[a-z0-9+.-]/i.test(text.charAt(at - 1))) continue;
    const secret = credentialsAt(text, at + 3);
    if (secret !== undefined) found.push(secret);
  }
  return found;
}

function credentialsAt(text: string, start: number): UrlCredentials | undefined {
  USERINFO.lastIndex = start;
  const pair = USERINFO.exec(text);
  if (pair !== null) {
    const [whole, user, password] = pair as unknown as [string, string, string];
    if (holdsReference(password) || isWordForPassword(password) || isPlaceholder(password)) return undefined;
    const end = start + whole.length - 1;
    return { kind: "url", what: "a password in a URL", start, end, doubtful: false, weak: isWeak(user, password) };
  }
  USER_ALONE.lastIndex = start;
  const token = USER_ALONE.exec(text)?.[1];
  if (token === undefined || holdsReference(token) || isPlaceholder(token)) return undefined;
  // a name is shorter, or has no digits among its letters
  if (!/\d/.test(token) || !/[a-z]/i.test(token) || entropyOf(token) < 3) return undefined;
  const end = start + token.length;
  return { kind: "url", what: "a token in a URL", start, end, doubtful: false, weak: false };
}

function holdsReference(text: string): boolean {
  return isReference(text) || /\$[\w({]|\{\{|<%|%%|\{%/.test(text);
}

/** `user:password@`, `login:pass@`: how documentation spells it. */
function isWordForPassword(password: string): boolean {
  return /^\[?\{?(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|api[-_]?key|key|credentials?|auth|[a-z_]*(?:password|token))\}?\]?$/i.test(
    password,
  );
}

function isWeak(user: string, password: string): boolean {
  return password.toLowerCase() === user.toLowerCase() || isWeakPassword(password);
}

/** What everybody tries first. */
export function isWeakPassword(password: string): boolean {
  return /^(?:admin|root|guest|user|postgres|mysql|mariadb|mongo|redis|rabbitmq|minioadmin|minio123|toor|secret|password\d*|passw0rd|pass|1234\d*|qwerty|letmein|welcome\d*|docker|vagrant|ubuntu|symfony|laravel|app|demo|sa|postgrespw|jovyan)$/i.test(
    password,
  );
}
