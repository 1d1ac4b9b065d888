import type { Host } from "./host.ts";

const secretName = /TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE|SESSION|AUTH|_PAT$|_KEY$/i;
/** Shorter than this it would tear words apart. */
const shortestHidden = 6;
const longRun = /[A-Za-z0-9+/_=.~%-]{20,}/g;
/** Bytes as a list of numbers: a Solana wallet, a key as JavaScript prints it. */
const numberList = /(?:\d{1,3}\s*[,;]\s*){15,}\d{1,3}/g;

/**
 * A text of somebody else's, who was given values or has his own, without anything that could be one: what is known is
 * masked, so is what stands in variables with a telling name; and as he may name a value that nobody knows yet, every
 * long run of letters and digits that looks like one is cut.
 */
export function hideUnknown(
  text: string,
  host: Pick<Host, "mask" | "environment">,
  hidden: readonly string[] = [],
): string {
  let clean = host.mask(text);
  for (const value of hiddenValues(hidden, host)) clean = clean.replaceAll(value, "[hidden]");
  return clean.replaceAll(numberList, "[hidden]").replaceAll(longRun, (run) => (looksRandom(run) ? "[hidden]" : run));
}

function hiddenValues(hidden: readonly string[], host: Pick<Host, "environment">): readonly string[] {
  const values = [...hidden];
  for (const [name, value] of Object.entries(host.environment)) {
    if (value !== undefined && secretName.test(name)) values.push(value);
  }
  const trimmed = new Set(values.map((value) => value.trim()).filter((value) => value.length >= shortestHidden));
  // The longest first: a part of a value must not break the whole before it is found.
  return [...new Set([...trimmed].flatMap(formsOf))].sort((a, b) => b.length - a.length);
}

/** As it is, and as somebody may repeat it: in an address, in JSON, in base64. */
function formsOf(value: string): readonly string[] {
  const base64 = Buffer.from(value).toString("base64").replace(/=+$/, "");
  const base64url = base64.replaceAll("+", "-").replaceAll("/", "_");
  // half of a character, as of bytes that are no text, cannot stand in an address
  return [value, encodeURIComponent(value.toWellFormed()), JSON.stringify(value).slice(1, -1), base64, base64url];
}

function looksRandom(run: string): boolean {
  if (/[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)) return true;
  if (/[a-z]/.test(run) && /[A-Z]/.test(run) && !isMadeOfWords(run)) return true;
  return run.split(/[/.]/).some((word) => word.length >= 20 && /\d/.test(word));
}

/** `InvalidIdentityTokenException`, and not base64 that happens to have no digit, as that of hexadecimal digits mostly has. */
function isMadeOfWords(run: string): boolean {
  const words = run.match(/[A-Z]?[a-z]{3,}/g) ?? [];
  return words.join("").length >= run.length * 0.6;
}
