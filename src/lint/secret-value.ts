import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { lex } from "../dockerfile/shell-lexer.ts";
import { entropyOf, isLikely, isPlaceholder, isReference } from "./placeholder.ts";
import { isWeakPassword } from "./url-credentials.ts";

/**
 * What a value looks like that stands under a credential's name.
 *
 * `empty`: nothing. `reference`: a variable or a template's piece makes it. `placeholder`: a word that stands for a
 * value. `harmless`: a path, a plain URL, a switch, a number, a fingerprint: no credential. `weak`: a password that
 * everybody tries. `word`: something else. `random`: nobody would write it but in place of a secret.
 */
export type ValueKind = "empty" | "reference" | "placeholder" | "harmless" | "weak" | "word" | "random";

/** `value` is as it is meant, without quotes. */
export function kindOfValue(value: string): ValueKind {
  if (value === "") return "empty";
  if (isReference(value) || /\$[\w{(]/.test(value)) return "reference";
  // a switch, though one character alone is no word
  if (/^[01]$/.test(value)) return "harmless";
  if (isPlaceholder(value)) return "placeholder";
  if (isWeakPassword(value)) return "weak";
  if (isHarmless(value)) return "harmless";
  return isRandom(value) ? "random" : "word";
}

type Escape = Dockerfile["escape"];

/** As BuildKit takes quotes and escapes off, with variables left as they are. */
export function plainValue(written: string, escapeToken: Escape): string {
  if (!/["'\\`$]/.test(written)) return written;
  const lexed = lex(written, { escape: escapeToken, skipUnset: true, lookup: () => undefined });
  return lexed.ok ? lexed.result : written;
}

/** The same with the variables expanded for which there is a value; the others are left as they are, in the form `${NAME}`. */
export function expandedValue(
  written: string,
  escapeToken: Escape,
  given: (name: string) => string | undefined,
): string {
  if (!written.includes("$")) return plainValue(written, escapeToken);
  const lexed = lex(written, { escape: escapeToken, lookup: (name) => given(name) ?? `\${${name}}` });
  return lexed.ok ? lexed.result : written;
}

/** The names of the variables that a written value expands: those in single quotes, or escaped, are none. */
export function variablesIn(written: string, escapeToken: Escape): readonly string[] {
  if (!written.includes("$")) return [];
  const names: string[] = [];
  lex(written, {
    escape: escapeToken,
    lookup: (name) => {
      names.push(name);
      return "";
    },
  });
  return names;
}

function isHarmless(value: string): boolean {
  if (/^(?:true|false|yes|no|on|off|y|n|enabled?|disabled?|required|optional|always|never|auto)$/i.test(value))
    return true;
  if (/^-?\d{1,19}$/.test(value)) return value.length <= 5;
  if (/^v?\d+(?:\.\d+){1,3}(?:[-+][\w.]+)?$/.test(value)) return true;
  if (/^[a-z][a-z0-9+.-]*:\/\/[^\s@]*$/i.test(value)) return true;
  return isHash(value) || isPath(value);
}

/** Of a password, as programs keep it to check one: who reads it cannot log in with it. */
function isHash(value: string): boolean {
  return /^(?:(?:md5|sha\d+|argon2\w*|bcrypt|scrypt|pbkdf2\w*)[:$]|\$(?:\d|2[abxy]|argon2\w*|y|apr1)\$|\{(?:S?SHA\d*|S?MD5|CRYPT)\})/i.test(
    value,
  );
}

/** A path, not a base64 text that has slashes: its parts are short, or words. */
function isPath(value: string): boolean {
  if (
    /^(?:\.{1,2}|~|[A-Za-z]:)[\\/]/.test(value) ||
    /\.(?:json|ya?ml|txt|pem|key|crt|cfg|conf|ini|toml|env|gpg|asc)$/.test(value)
  ) {
    return true;
  }
  if (!value.startsWith("/") || /[+=\s]/.test(value)) return false;
  return value.split("/").every((part) => part.length < 20 || !isRandom(part));
}

/** A GPG key's id or fingerprint, as images name the keys that they check with. */
export function isFingerprint(value: string): boolean {
  const joined = value.replace(/[\s:]/g, "");
  return (
    /^(?:0x)?(?:[0-9A-F]{8}|[0-9A-F]{16}|[0-9A-F]{40})$/i.test(joined) || /^(?:sha(?:1|256|512)|md5)[:-]/i.test(value)
  );
}

/** Letters and digits mixed as no words are, at least 16 of them. */
export function isRandom(value: string): boolean {
  if (value.length < 16 || value.length > 4096 || /\s/.test(value) || isHash(value)) return false;
  if (/^[0-9a-f]+$/i.test(value)) return /\d/.test(value) && isLikely(value, 2.9);
  if (!/\d/.test(value)) return !isOfWords(value) && isMixedCase(value) && isLikely(value, 4);
  if (!/[a-zA-Z]/.test(value)) return false;
  if (UUID.test(value)) return true;
  if (isOfWords(value)) return false;
  return isLikely(value, value.length < 24 ? 3.2 : 3.5);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** my-app-v2-secret, ThisIsMyPassword2024, projects/acme/keys/1: long runs of letters, few numbers between them. */
function isOfWords(value: string): boolean {
  const words = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  const numbers = value.match(/\d+/g)?.length ?? 0;
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  return numbers <= 2 && words.length > 0 && letters / words.length >= 3.5;
}

function isMixedCase(value: string): boolean {
  // words begin with a capital at most: qWeRtZ has one in the middle of small letters, again and again
  return value.length >= 20 && (value.match(/[a-z][A-Z]/g)?.length ?? 0) >= 4 && entropyOf(value) >= 4;
}
