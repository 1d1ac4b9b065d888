/** What values of a kind have in common, by more characters than a run has to have. */

import { blank, blanked, decodedWith, type Rare, replacedIn, unescaped } from "./blank.ts";
import { withoutPublicHalves } from "./public-half.ts";

/** RFC 7468, and OpenPGP's. */
const publicBlock: Rare = {
  sign: "-----BEGIN ",
  pattern:
    /-----BEGIN ((?:[A-Z\d]{1,20} ){0,3}(?:CERTIFICATE(?: REQUEST)?|PUBLIC KEY(?: BLOCK)?|PARAMETERS|CRL))-----(?:(?!-----)[\s\S])*-----END \1-----/g,
};
/** As known_hosts has them. */
const publicKey: Rare = {
  sign: "AAAA",
  pattern: /(?<=\b(?:ssh|ecdsa|sk)-[\w@.-]{3,60} )AAAA[A-Za-z\d+/]{20,}={0,2}/g,
};
/** Hosts that are hashed there. */
const hashedHost: Rare = { sign: "|1|", pattern: /\|1\|[A-Za-z\d+/]{27}=\|[A-Za-z\d+/]{27}=(?= )/g };
const border: Rare = { sign: "-----", pattern: /-----(?:BEGIN|END) [A-Z\d ]+-----/g };
/** A key's first line, and whether it is the only one. */
const keyBegin: Rare = {
  sign: "PRIVATE KEY-----",
  pattern: /(?<=-----BEGIN (OPENSSH |ENCRYPTED )?PRIVATE KEY-----\s{1,80})([A-Za-z\d+/=]{1,200})(\s{1,80}-----END)?/g,
};
/** Header and payload; a token may wrap them (`ghs_<id>_<jwt>`, `hf_jwt_<jwt>`). */
const beforeSignature: Rare = { sign: "eyJ", pattern: /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.(?=[\w-]{32,})/g };
/** Where a token of PyPI, or of its test site, says for which of the two it is. */
const packageIndex: Rare = {
  sign: "pypi-AgE",
  pattern: /pypi-AgE(?:IcHlwaS5vcmcC|NdGVzdC5weXBpLm9yZwI)[\w-]{2}/g,
};
/** What gcloud, gsutil and Google's libraries log in with, the same on every machine. */
const installedClient = /d-FL95Q19q7MQmFpd7hHD0Ty|ZmssLNjJy2998hD4CTg2ejr2|p3RlpR10xMFh9ZXBS\/ZNLYUu/g;
/** `origin_ec` and `er/aws`, with which session tokens of AWS begin. */
const sessionToken = /(?:IQoJb3JpZ2luX2Vj|FwoGZXIvYXdz)[A-Za-z\d+/=]{80,}/g;
/** Who signed it, where, and the form of a signature; or who sealed it. */
const sessionHead = /^(?:!\n\torigin_ec.{36}|\x17\n\x06er\/aws.{15})/s;
/** The account, with what says that it is one. */
const sessionAccount = /.{0,13}\x1a\x0c\d{12}"\x0c/s;

/** What goes before a public key: hosts, hashed or not, options. */
const lead = `(?:[\\w@.,:*?[\\]|+/=${blank}-]|="[^"]*")+ `;
/** Beside certificates and public keys: comments, what OpenSSL, keytool and Mozilla's bundle say of them, whose key it is. */
const explained = new RegExp(
  [
    "#.*|=+|\\*+",
    "(?:subject|issuer)=.*|Bag Attributes.*|Certificate chain|---|Server certificate|\\d+ s:.*|[iav]:.*|\\d+(?:\\.\\d+)+: .*",
    "(?:friendlyName|localKeyID|Alias name|Creation date|Entry type|Owner|Issuer|Serial number|Valid from): .*",
    `(?:${lead})*[\\w@.-]+ ${blank}+(?: [A-Za-z@.:()'_-][\\w@.:()'-]*){0,4}`,
  ]
    .map((each) => `^(?:${each})$`)
    .join("|"),
);

/** Whether a text is of certificates and public keys, and of what explains them. */
export function isOfPublicKeys(text: string): boolean {
  const left = withoutPublicKeys(replacedIn(unescaped(text), publicBlock, () => ""));
  if (left === text) return false;
  const lines = left.split("\n").map((line) => line.trim());
  // in Mozilla's bundle a name is underlined
  const isName = (at: number) => /^=+$/.test(lines[at + 1] ?? "");
  return lines.every((line, at) => line === "" || explained.test(line) || isName(at));
}

/** A text of bytes in which blanks stand for what is not of this value alone, and ends of lines for those that are escaped. */
export function withoutShared(text: string): string {
  const secret = withoutPublicKeys(withoutPublicHalves(replacedIn(unescaped(text), publicBlock, blanked)));
  const begun = replacedIn(secret, keyBegin, (found, kind = "", line = "", end = "") => {
    const shared = kind === "OPENSSH " ? 70 : end === "" ? 52 : 24;
    return blanked(line.slice(0, shared)) + found.slice(Math.min(shared, line.length));
  });
  return [border, beforeSignature, packageIndex]
    .reduce((left, rare) => replacedIn(left, rare, blanked), begun)
    .replace(installedClient, blanked)
    .replace(sessionToken, (found) =>
      decodedWith(found, (token) => token.replace(sessionHead, blanked).replace(sessionAccount, blanked)),
    );
}

function withoutPublicKeys(text: string): string {
  return replacedIn(replacedIn(text, publicKey, blanked), hashedHost, blanked);
}
