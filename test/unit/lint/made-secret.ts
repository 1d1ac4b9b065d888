import { randomBytes, randomInt } from "node:crypto";

const letters = "abcdefghijklmnopqrstuvwxyz";
const alphanumeric = `${letters}${letters.toUpperCase()}0123456789`;

function from(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}

function base64Url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** Values that look like secrets and are none: made anew in each run, so that none stands in the tree. */
const kinds: Readonly<Record<string, () => string>> = {
  "aws-key-id": () => `AK${"IA"}${from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}`,
  "aws-secret": () => from(`${alphanumeric}+/`, 40),
  // one in 500 has no digit, and is no login of a URL then
  github: () => `gh${"p_"}${from(alphanumeric, 35)}${randomInt(10)}`,
  jwt: () =>
    `${base64Url({ alg: "RS256", typ: "JWT" })}.${base64Url({ sub: from(letters, 12), iat: 1_700_000_000 })}.${randomBytes(256).toString("base64url")}`,
  "base64-40": () => randomBytes(30).toString("base64"),
  "hex-40": () => randomBytes(20).toString("hex"),
  pem: () =>
    [
      `-----BEGIN ${"PRIVATE"} KEY-----`,
      ...(randomBytes(600)
        .toString("base64")
        .match(/.{1,64}/g) ?? []),
      `-----END ${"PRIVATE"} KEY-----`,
    ].join("\\n"),
  // as ssh-keygen writes one of ed25519 without a passphrase
  openssh: () => {
    const text = (word: string | Buffer) => {
      const bytes = Buffer.from(word);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    };
    const none = [text("none"), text("none"), text("")];
    const key = Buffer.concat([text("ssh-ed25519"), text(randomBytes(32))]);
    const count = Buffer.from([0, 0, 0, 1]);
    const bytes = Buffer.concat([Buffer.from("openssh-key-v1\0"), ...none, count, text(key), text(randomBytes(136))]);
    return [
      `-----BEGIN OPENSSH ${"PRIVATE"} KEY-----`,
      ...(bytes.toString("base64").match(/.{1,70}/g) ?? []),
      `-----END OPENSSH ${"PRIVATE"} KEY-----`,
    ].join("\\n");
  },
  npm: () => `np${"m_"}${from(alphanumeric, 36)}`,
  hf: () => `h${"f_"}${from(letters + letters.toUpperCase(), 34)}`,
  slack: () => `xo${"xb-"}${randomInt(1e10, 9e10)}-${randomInt(1e10, 9e10)}-${from(alphanumeric, 24)}`,
};

/** Puts a made value in the place of each `@@SECRET:kind@@`, and says which they are. */
export function withMadeSecrets(text: string): { readonly text: string; readonly values: readonly string[] } {
  const values: string[] = [];
  const made = text.replace(/@@SECRET:([\w-]+)@@/g, (_, kind: string) => {
    const make = kinds[kind];
    if (make === undefined) throw new Error(`there is no kind of secret ${kind}`);
    const value = make();
    values.push(value);
    return value;
  });
  return { text: made, values };
}
