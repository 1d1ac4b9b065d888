import { z } from "zod";
import { isLoopback } from "./origin.ts";
import { plainPath } from "./placement.ts";

/** Options that several recipes take. What stands in a file of a consumer's own syntax is plain enough for every one. */

/** `example.com`, `example.com:8443`. */
export const host = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/, "not a host (`example.com`, `example.com:8443`)");

/** A host, for https; or with its scheme. */
export const origin = z
  .string()
  .regex(
    /^(?:https?:\/\/)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?\/?$/,
    "not a host (`example.com`), nor one with its scheme (`https://example.com:8443`)",
  );

/** A URL without user, password, query and fragment: what is secret does not stand in a configuration. */
export const address = z
  .string()
  .regex(/^https?:\/\/[A-Za-z0-9[](?:[A-Za-z0-9.:-]*[A-Za-z0-9\]])?(?::\d{1,5})?(?:\/[\w.~%+/@:-]*)?$/, {
    error: "not a URL of plain characters, without user, password, query or fragment (`https://example.com/path/`)",
  });

/** Of HTTP's Basic credentials, which end a user's name at the first colon (RFC 7617). */
export const user = z.string().regex(/^[\x21-\x39\x3b-\x7e]+$/, "not a user's name without blanks and colons");

/** A name under `secrets:`. */
export const secret = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "not a name of letters, digits, `.`, `_`, `-`");

/** The home folder of a step that runs as root. */
export const home = z.string().regex(plainPath, "not an absolute path of plain characters");

/** For endpoints to which a credential goes by itself, not by the user's own repository files. */
export const secureAddress = address.refine((url) => url.startsWith("https://") || isLoopback(url), {
  error: "not https (plain http is for loopback only)",
});
