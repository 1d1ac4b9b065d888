/** `https://user:word@host`, `…?sig=…`, `Server=…;Password=…`. */
export function holdsLogin(text: string): boolean {
  return /:\/\/[^/]*@|[?;=]/.test(text);
}

/** The same, where only the text tells it. */
export function namesLogin(text: string): boolean {
  return /:\/\/[^/\s:@]*:[^/\s@]+@|(?:password|passwd|pwd|secret|token|key|sig|signature)=[^\s=]/i.test(text);
}

/** What GitHub has in a password's place where the user is the token. */
const noPassword = "x-oauth-basic";

/** What the addresses in a text log in with: the password, and a user that is a token. As it stands there, and as it is meant. */
export function loginsIn(text: string): readonly string[] {
  const found: string[] = [];
  for (const [, user = "", password] of text.matchAll(/:\/\/([^\s/:@"]*)(?::([^\s/@"]+))?@/g)) {
    if (password !== undefined && password !== noPassword) found.push(password, decoded(password));
    if (holdsRandom(user)) found.push(user, decoded(user));
  }
  return [...new Set(found)];
}

const time = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;
/** An address, or a name of Amazon's. */
const address = /^(?:[a-z][a-z\d+.-]*:\/\/|arn:aws)\S+$/i;

/** A file's, from the root. */
const path = /^(?:\/[\w.@-]+){2,}$/;

/** What is no secret whatever its key, but one that says so: a time, a path, an address that nothing is hidden in. */
export function isPlain(text: string): boolean {
  if (time.test(text)) return true;
  return (path.test(text) || (address.test(text) && !holdsLogin(text))) && !holdsRandom(text);
}

const uuid = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi;
/** Where no `_` and no `-` may stand, people write names in one: `acmeproductionregistry.azurecr.io`. */
const host = /^(?:[a-z][a-z\d+.-]*:\/\/)?(?:[a-z\d-]+\.)+[a-z]{2,}(?=[:/]|$)/;
const camelCase = /^[A-Z]?[a-z]{3,}(?:[A-Z][a-z]{3,})+$/;

/** A long word of letters and digits, or a longer one of letters, as nobody makes one up; a UUID names something. */
export function holdsRandom(text: string): boolean {
  const meant = decoded(text).replaceAll(uuid, " ");
  const words = meant.split(/[^A-Za-z\d+~%]+/);
  if (words.some((word) => word.length >= 16 && /\d/.test(word) && /[a-z]/i.test(word))) return true;
  return (meant.replace(host, "").match(/[A-Za-z]{20,}/g) ?? []).some((word) => !camelCase.test(word));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
