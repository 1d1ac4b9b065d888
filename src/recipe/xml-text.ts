import { SealError } from "../error.ts";
import { lineOf } from "./value.ts";

/** Text between two tags or in an attribute. What is not known to be a character of XML 1.0 is no option's to hold. */
export function xmlText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}

/**
 * A value as text of XML.
 *
 * @throws SealError SOURCE, without the value
 */
export function xmlValue(value: string, secret: string): string {
  const line = lineOf(value, secret);
  if (!/[\ufffe\uffff]/.test(line)) return xmlText(line);
  throw new SealError(
    "SOURCE",
    `Secret ${secret} has a character in it that no XML file can hold`,
    "Check what its source gives: the token or password alone, in one line",
  );
}
