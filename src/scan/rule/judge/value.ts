import { isReference } from "../../../lint/placeholder.ts";
import { kindOfValue } from "../../../lint/secret-value.ts";
import { entropyOf } from "../../likely.ts";

/** So many tell what a value is; the rest of a long one may be anything. */
const seenCharacters = 300;

/**
 * What stands under a credential's name. `nothing`: a variable, a placeholder, a path, a switch. `weak`: what everybody tries first. `word`: may be
 * a password or a name. `random`: nobody writes it but as a secret.
 */
export type ValueGrade = "nothing" | "weak" | "word" | "random";

export function gradeOf(whole: string): ValueGrade {
  // A dollar within a password is no variable, unless what follows is written like one.
  const value = whole.slice(0, seenCharacters).replace(/(?<=[^$])\$(?![{(]|[A-Z_]{3})/g, "#");
  if (isStandIn(value)) return "nothing";
  const kind = kindOfValue(value);
  if (kind === "random" || kind === "weak") return kind;
  if (kind !== "word") return "nothing";
  return isGenerated(value) ? "random" : "word";
}

/** How documentation and templates spell "the password goes here", and what SOPS leaves of one; an ellipsis and a bullet come in UTF-8. */
function isStandIn(value: string): boolean {
  return (
    isReference(value) ||
    /[<>{}]|\$\(|^(?:[_.*#-]|\xe2\x80[\xa2\xa6])+$|^%[sdr]?$|^\*\*.*\*\*$|^ENC\[AES256_GCM(?:,|$)|[-_ ]here$/i.test(
      value,
    ) ||
    /^\[?(?:my|your|the|some|a|new|old|db|user|admin|root|api|access|secret|auth)?[-_ ]?(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|api[-_]?key|key|credentials?|auth|user(?:name)?|login|value|string)\d{0,3}\]{0,2}$/i.test(
      value,
    )
  );
}

/** Short, but of three kinds of characters in no order, as generators make passwords. */
function isGenerated(value: string): boolean {
  if (value.length < 8 || value.length > 200) return false;
  // What only parts words (`Token-Name`) is no kind of its own.
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s./:-]/].filter((kind) => kind.test(value)).length;
  // Words have long runs of small letters.
  return kinds >= 3 && entropyOf(value) >= 2.8 && !/[a-z]{5}/.test(value);
}
