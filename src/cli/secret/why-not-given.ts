import type { NotHere } from "../../error.ts";

/** Why nothing comes of a secret, as a clause; where something else than an identity would help, none is missing. */
export function whyNotGiven(name: string, { reason, remedy }: NotHere): string {
  const what = remedy === undefined ? `there is no identity for secret ${name}` : `secret ${name} is not given`;
  return `${what}: ${reason}`;
}
