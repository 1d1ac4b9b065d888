/** What in a file of settings is no secret by where it stands: names, hosts, values that are called public. */
import { blanked, type Rare, replacedIn } from "./blank.ts";
import { kindOf } from "./word.ts";

/** `name=`, `name:`, `"name":`, before a value. */
const name = /(?<=^|[\s"'`<>;:&,?{]-{0,2})[A-Za-z_][\w.-]{0,200}(?:=(?!=|$)|(?=\\*["']?\s*:(?:[\s"'{[\\]|$)))/gm;

/** `https://user:word@host`: what is no password, nor a user who is a token. */
const host: Rare = {
  sign: "://",
  pattern:
    /\b[a-z][a-z\d+.-]{0,30}:\/\/([^\s/@:"'`<>]{0,4096}:)?([^\s/"'`<>]{1,4096})@[\w.-]{1,253}(?=[\s/:?#"'`<>]|$)/gi,
};

const before = String.raw`(?<=(?<![\w.-])`;
/** A colon alone is of `user:word@host`, too: one that assigns has a quote or a blank beside it. */
const assigns = String.raw`(?:\\*["'][ \t]{0,9}[=:][ \t]{0,9}|[ \t]{0,9}=[ \t]{0,9}|[ \t]{0,9}:(?:[ \t]{1,9}|(?=\\*["'])))`;
/** What build tools write into what everybody downloads. */
const bundled = String.raw`(?:NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|REACT_APP|VUE_APP|VITE|GATSBY)_\w{1,99}`;
/** Who somebody is, which is not what he proves it with. */
const identifier = String.raw`[\w.-]{0,99}(?:(?:client|tenant|subscription|account|project|organi[sz]ation|org|workspace|installation|sender|object|principal|user)[_-]?id|tenant|subscription)`;
const fingerprint = String.raw`[\w.-]{0,99}(?:digest|checksum|fingerprint|sha-?\d{1,3}|public[_-]?key(?:[_-]?token)?)|GPG_KEY`;
const publicValue = new RegExp(
  `${before}(?:${bundled}|${identifier}|${fingerprint})${assigns}\\\\*["']?)[^\\s"'\`<>,;&\\\\]+`,
  "gi",
);
/** For some services it is the key itself, which is no UUID, no number and no `1:1234:web:abcd`. */
const application = new RegExp(
  `${before}[\\w.-]{0,99}app(?:lication)?[_-]?id${assigns}\\\\*["']?)(?:[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}|\\d+(?::\\d+:\\w+:[\\da-f]+)?)(?![\\w-])`,
  "gi",
);
/** Nix has several keys in a line, Terraform in a list; what `ls` has in colours is of the shell's start. */
const publicList = new RegExp(
  `${before}(?:[\\w.-]{0,99}public[_-]keys|LS_COLORS)${assigns})(?:\\\\*"[^"\\n]*"|'[^'\\n]*'|\\[[^\\]\\n]*\\]|[^\\s"'{[\\\\][^\\n"']*)`,
  "gi",
);

/** Of an image, a package, a host's key. */
const checksum =
  /(?<![A-Za-z\d])sha-?(?:1|224|256|384|512)[:-](?:[\da-f]{40,128}(?![\w-])|[A-Za-z\d+/]{27,86}={0,2}(?![\w+/=-]))/gi;

/** An address that is signed: of Azure's storage, of S3, of Google's. */
const signature = /[?&;](?:sig|X-Amz-Signature|X-Goog-Signature)=/;
/** What of it says for what, for whom and until when; the signature and a session's token are the secret. */
const parameter =
  /(?<=[?&;])(?:s[vsprtk]|s[ei]|srt|spr|sk(?:oid|tid|t|e|s|v)|sdd|rsc[cdelt]|api-version|X-(?:Amz|Goog)-(?:Algorithm|Credential|Date|Expires|SignedHeaders))=[^&;]*/g;

/** In all that gives a value to a name. What base64 ends with does not. */
const assignment = /:|=./s;

/** A text with blanks for values whose name says that anybody may have them. */
export function withoutPublicValues(text: string): string {
  const unsummed = /sha/i.test(text) ? text.replace(checksum, blanked) : text;
  if (!assignment.test(unsummed)) return unsummed;
  const left = unsummed.replace(publicList, blanked).replace(publicValue, blanked).replace(application, blanked);
  if (!signature.test(left)) return left;
  return left.replace(/[^\s"'`<>]+/g, (word) => (signature.test(word) ? word.replace(parameter, blanked) : word));
}

/** A text with blanks for the names of settings, and for the hosts of addresses that log in. */
export function withoutNames(text: string): string {
  const left = replacedIn(text, host, (found, user = "", own = "") => {
    const login = kindOf(user.slice(0, -1)) === "random" ? user + own : own;
    const start = found.lastIndexOf(`${login}@`);
    return blanked(found.slice(0, start)) + login + blanked(found.slice(start + login.length));
  });
  if (!assignment.test(left)) return left;
  return left.replace(name, (found) => (kindOf(found.replace(/=$/, "")) === "written" ? blanked(found) : found));
}
