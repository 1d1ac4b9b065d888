/** What values of a kind have in common, by more characters than a run has to have. */

/** Stands where a character does not tell values apart; no byte is it. */
export const blank = "\uffff";

/** A line's end as it is, or as it stands in JSON, or in JSON in JSON. */
const lineEnd = String.raw`(?:\r?\n|(?:\\+r)?\\+n)`;
const certificate = /-----BEGIN ((?:[A-Z\d]+ )?(?:CERTIFICATE|PUBLIC KEY))-----[^-]*-----END \1-----/g;
/** As known_hosts has them. */
const publicKey = /(?<=\b(?:ssh|ecdsa|sk)-[\w@.-]{3,60} )AAAA[A-Za-z\d+/]{20,}/g;
const border = /-----(?:BEGIN|END) [A-Z\d ]+-----/g;
/** A key's first line, and whether it is the only one. */
const keyBegin = new RegExp(
  `(?<=-----BEGIN (OPENSSH |ENCRYPTED )?PRIVATE KEY-----${lineEnd}[ \\t]{0,80})([A-Za-z\\d+/=]{1,200})(${lineEnd}[ \\t]{0,80}-----END)?`,
  "g",
);
/** P-256 by name, in a key of SEC 1. */
const curveInside = new RegExp(`oAoGCCqGSM49${lineEnd}?AwEHoUQDQgAE`, "g");
/** Header and payload; a token may wrap them (`ghs_<id>_<jwt>`, `hf_jwt_<jwt>`). */
const beforeSignature = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.(?=[\w-]{32,})/g;
/** Where a token of PyPI, or of its test site, says for which of the two it is. */
const packageIndex = /pypi-AgE(?:IcHlwaS5vcmcC|NdGVzdC5weXBpLm9yZwI)[\w-]{2}/g;
const pemInBase64 = /LS0tLS1CRUdJTi[A-Za-z\d+/=]+/g;
/** `origin_ec` and `er/aws`, with which session tokens of AWS begin. */
const sessionToken = /(?:IQoJb3JpZ2luX2Vj|FwoGZXIvYXdz)[A-Za-z\d+/=]{80,}/g;
/** Who signed it, where, and the form of a signature; or who sealed it. */
const sessionHead = /^(?:!\n\torigin_ec.{36}|\x17\n\x06er\/aws.{15})/s;
/** The account, with what says that it is one. */
const sessionAccount = /.{0,13}\x1a\x0c\d{12}"\x0c/s;

/** A text of bytes in which blanks stand for what is not of this value alone. */
export function withoutShared(text: string): string {
  return text
    .replace(certificate, blanked)
    .replace(publicKey, blanked)
    .replace(keyBegin, (found, kind = "", line: string, end = "") => {
      const shared = kind === "OPENSSH " ? 70 : end === "" ? 52 : 24;
      return blanked(line.slice(0, shared)) + found.slice(Math.min(shared, line.length));
    })
    .replace(border, blanked)
    .replace(curveInside, blanked)
    .replace(beforeSignature, blanked)
    .replace(packageIndex, blanked)
    .replace(pemInBase64, (found) => decodedWith(found, withoutShared))
    .replace(sessionToken, (found) =>
      decodedWith(found, (token) => token.replace(sessionHead, blanked).replace(sessionAccount, blanked)),
    );
}

export function blanked(text: string): string {
  return blank.repeat(text.length);
}

/** Blanks in base64 each character that has a bit of what is a blank in what it means. */
function decodedWith(text: string, change: (meant: string) => string): string {
  const meant = change(Buffer.from(text, "base64").toString("latin1"));
  const isBlank = (bit: number) => meant[bit >> 3] === blank;
  return Array.from(text, (char, at) => (isBlank(6 * at) || isBlank(6 * at + 5) ? blank : char)).join("");
}
