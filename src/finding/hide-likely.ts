// a name that speaks of a credential, then the value behind = : or a blank; what follows the blank behind a variable that is
// used, or that a mount sets, is the command
const NAMED =
  /((?:passw(?:or)?d|passwd|pword|passphrase|secret|token|api_?key|access_?key|private_?key|credentials?)[\w-]{0,60}["']?(?:\s*[=:]\s*|(?<!(?:\$\{?|[, ]env=)[\w-]{0,60}["']?)\s+)["']?)([^\s"',;&|)]+)/gi;
// what a value is not: a variable, a template's, a path, a word of the language around, a line's end
const PLAIN =
  /^(?:\\$|\$|\{|\}\}|\.{1,2}$|(?:id|type|src|env|reason)=|<|%|@|~|\.{0,2}\/(?:run|etc|root|home|tmp|usr|var|opt|proc|dev)\b|[a-z]{1,12}$|\d{1,4}$|--)/;
const URL_CREDENTIALS = /(:\/\/[^/\s:@]*:)([^@\s/]+)(?=@)/g;
// curl's and others' `-u user:password`
const USER = /((?:^|\s)(?:-u|--(?:proxy-)?user)[ =]["']?[^\s:"']{1,100}:)([^\s"']+)/g;
// with what stands before it: `project.git#COMMIT` and `actions/checkout@COMMIT` name a commit
const TOKEN = /([#@]?)([A-Za-z0-9+/_=.-]{20,})/g;
const COMMIT = /^[#@][0-9a-f]{40}$/;

/**
 * Stars out what looks like a value in a line, or a piece of one, that is shown: unit for unit, so that columns hold. The
 * patterns are generous, as nobody needs it to be readable.
 */
export function hideLikely(line: string): string {
  return hideNamed(line)
    .replace(URL_CREDENTIALS, (all, before: string, value: string) =>
      /^[${]/.test(value) ? all : before + "*".repeat(value.length),
    )
    .replace(USER, (all, before: string, value: string) =>
      PLAIN.test(value) ? all : before + "*".repeat(value.length),
    )
    .replace(TOKEN, (all, mark: string, word: string) =>
      isRandom(word) && !COMMIT.test(all) ? mark + "*".repeat(word.length) : all,
    );
}

/** The same of a text with words of our own in it, which stay as they are: a long name of ours may look like a value. */
export function hideLikelyAround(text: string, ours: readonly string[]): string {
  const longestFirst = ours.filter((word) => word !== "").sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return hideLikely(text);
  const word = new RegExp(longestFirst.map((one) => one.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "g");
  let shown = "";
  let at = 0;
  for (const { 0: own, index } of text.matchAll(word)) {
    shown += hideLikely(text.slice(at, index)) + own;
    at = index + own.length;
  }
  return shown + hideLikely(text.slice(at));
}

function hideNamed(line: string): string {
  let shown = "";
  let at = 0;
  const named = new RegExp(NAMED);
  for (let match = named.exec(line); match !== null; match = named.exec(line)) {
    const [, name = "", value = ""] = match;
    const start = match.index + name.length;
    if (PLAIN.test(value)) {
      // it may be a name itself: `--token $TOKEN --password x`
      named.lastIndex = start;
      continue;
    }
    shown += line.slice(at, start) + "*".repeat(value.length);
    at = start + value.length;
  }
  return shown + line.slice(at);
}

const PREFIXES = /^(?:gh[opsur]_|github_pat_|glpat-|hf_|npm_|pypi-|xox[abeoprs]-|sk-|AKIA|ASIA|eyJ|AIza|dop_v1_)/;

/** Letters of both cases and digits mixed, or hexadecimal digits without a name before them, as no word or path has. */
function isRandom(word: string): boolean {
  if (PREFIXES.test(word)) return true;
  return (
    word.split(/[/.=_-]/).some((part) => {
      if (part.length < 20) return false;
      if (/^[0-9a-f]+$/i.test(part)) return part.length === 40 || part.length === 32;
      return /[a-z]/.test(part) && /[A-Z]/.test(part) && /\d/.test(part);
    }) ||
    (word.length >= 32 && !word.includes(".") && changes(word) > word.length / 3)
  );
}

/** How often a word changes between lower case, upper case, digits and the rest. */
function changes(word: string): number {
  let count = 0;
  let last = "";
  for (const character of word) {
    const kind = /[a-z]/.test(character) ? "a" : /[A-Z]/.test(character) ? "A" : /\d/.test(character) ? "0" : "-";
    if (last !== "" && kind !== last) count++;
    last = kind;
  }
  return count;
}
