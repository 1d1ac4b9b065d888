import { composerAuth } from "../composer-auth.ts";
import { gradleProperties } from "../gradle-properties.ts";
import { myCnf } from "../my-cnf.ts";
import { npmrc } from "../npmrc.ts";
import { pythonIndex } from "../python-index.ts";
import { secretFile } from "../secret-file.ts";
import { serverSettings } from "../server-settings.ts";
import { shellHistory } from "../shell-history.ts";
import { terraformState } from "../terraform-state.ts";
import { toolLogin } from "../tool-login.ts";
import { wirelessKey } from "../wireless-key.ts";
import { xmlSettings } from "../xml-settings.ts";

/** Names that end like a secret's and are none: what is made to be shown, or only points to one. */
const harmlessName =
  /PUBLIC|PUBLISHABLE|(?:^|[_.-])(?:GPG|PGP|SIGNING_PUB|SORT|PRIMARY|FOREIGN|CACHE|PARTITION|MAX|MIN|REQUIRE|USE|NO|ENABLE|HAS|IS|OLD|KEYRING|TEST|EXAMPLE|NEXT|PAGE|CONTINUATION|CSRF|XSRF|AUTHENTICITY|HASHED)[_.-]|AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN)/i;

export function isHarmlessName(name: string): boolean {
  return harmlessName.test(name);
}

const settings = [
  composerAuth,
  gradleProperties,
  myCnf,
  npmrc,
  pythonIndex,
  secretFile,
  serverSettings,
  shellHistory,
  terraformState,
  toolLogin,
  wirelessKey,
  xmlSettings,
];

/** Has such a file a rule that reads it whole, and knows more of it? */
export function isReadBySettingsRule(path: string): boolean {
  return settings.some(({ place }) => place.test(path));
}

/** Words and numbers that signs part, as headers, limits and messages are named: `X-Hub-Signature-256`, `rate_limit.100_per_hour`. */
export function isOfParts(value: string): boolean {
  return (
    /^(?:[A-Za-z]{1,20}|\d{1,4})(?:[-_.:/](?:[A-Z]?[a-z]{1,20}|[A-Z]{1,20}|\d{1,4}))+$/.test(value) &&
    /[A-Za-z]{3}/.test(value)
  );
}

/** A call, a path, an address, the fingerprint of a key to check with: nothing that a program takes as a secret. */
export function isCode(value: string): boolean {
  return /[()[\]{}]|^\/|^~|^[a-z]+:\/\/|^[A-Za-z_]+(?:\.[A-Za-z_]+)+$|[,;][A-Za-z_$][\w$.]{0,60}=|^arn:|^sha\d+:|^(?:0x)?[0-9A-F]{40}$/.test(
    value,
  );
}
