/** What in a file of settings is no secret by where it stands: names, hosts, values that are called public. */
import { blanked } from "./blank.ts";
import { kindOf } from "./word.ts";

/** `name=`, `name:`, `"name":`, before a value. */
const name = /(?<=^|[\s"'`<>;:&,?{]-{0,2})[A-Za-z_][\w.-]{0,200}(?:=(?!=|$)|(?=\\*["']?\s*:(?:[\s"'{[\\]|$)))/gm;

/** `https://user:word@host`: what is no password, nor a user who is a token. */
const host =
  /\b[a-z][a-z\d+.-]{0,30}:\/\/([^\s/@:"'`<>]{0,4096}:)?([^\s/"'`<>]{1,4096})@[\w.-]{1,253}(?=[\s/:?#"'`<>]|$)/gi;

const before = String.raw`(?<=(?<![\w.-])`;
const assigns = String.raw`\\*["']?[ \t]{0,9}[=:][ \t]{0,9}\\*["']?)`;
/** What build tools write into what everybody downloads. */
const bundled = String.raw`(?:NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|REACT_APP|VUE_APP|VITE|GATSBY)_\w{1,99}`;
/** Who somebody is, which is not what he proves it with. */
const identifier = String.raw`[\w.-]{0,99}(?:(?:client|application|app|tenant|subscription|account|project|organi[sz]ation|org|workspace|installation|sender|object|principal|user)[_-]?id|tenant|subscription)`;
const fingerprint = String.raw`[\w.-]{0,99}(?:digest|checksum|fingerprint|sha-?\d{1,3}|public[_-]?key(?:[_-]?token)?)|GPG_KEY`;
const publicValue = new RegExp(
  `${before}(?:${bundled}|${identifier}|${fingerprint})${assigns}[^\\s"'\`<>,;&\\\\]+`,
  "gi",
);
/** Nix has several keys in a line; what `ls` has in colours is of the shell's start. */
const publicLine = new RegExp(`${before}(?:[\\w.-]{0,99}public[_-]keys|LS_COLORS)${assigns}[^\\n]+`, "gi");

/** A text with blanks for values whose name says that anybody may have them. */
export function withoutPublicValues(text: string): string {
  return text.replace(publicLine, blanked).replace(publicValue, blanked);
}

/** A text with blanks for the names of settings, and for the hosts of addresses that log in. */
export function withoutNames(text: string): string {
  return text
    .replace(host, (found, user = "", own: string) => {
      const login = kindOf(user.slice(0, -1)) === "random" ? user + own : own;
      const start = found.lastIndexOf(`${login}@`);
      return blanked(found.slice(0, start)) + login + blanked(found.slice(start + login.length));
    })
    .replace(name, (found) => (kindOf(found.replace(/=$/, "")) === "written" ? blanked(found) : found));
}
