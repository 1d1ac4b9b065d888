import { createMask } from "./mask.ts";
import type { Secret } from "./secret.ts";

/**
 * Tells which secret a text holds: a value in any encoding, or a run that only this value can have (not the header that all
 * tokens of an issuer share).
 */
export function createHolder(secrets: Iterable<Secret>): (text: string) => string | undefined {
  const mask = createMask("scan");
  for (const secret of secrets) mask.add(secret);
  return (text) => {
    mask.text(text);
    return mask.hits()[0]?.name;
  };
}
