import { createPrivateKey, type KeyObject } from "node:crypto";
import { SealError } from "../../error.ts";
import { Secret } from "../../secret/secret.ts";

/** A GitHub App's key. It signs, in this process, and goes nowhere. */
export type AppKey = {
  readonly key: KeyObject;
  /** The key as it may turn up in an image or a log: as it was stored, as PEM of both kinds, their base64, on one line. */
  readonly forms: readonly Secret[];
};

const pem = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/;
const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * Reads the key as people store it: PEM (PKCS#1, as GitHub gives it, or PKCS#8), with line ends written as `\n` or made
 * blanks by a variable's one line, in quotes, or the whole of it in base64.
 *
 * @param name the key's, for the mask and the scan: never its value
 * @throws SOURCE
 */
export function readAppKey(name: string, stored: Secret): AppKey {
  const text = stored.exposeText();
  const [, label = "", body = ""] = pem.exec(unfold(text)) ?? [];
  const problem = problemOf(label, body);
  if (problem !== undefined) throw refuse(name, problem);
  const lines = body.replaceAll(/\s+/g, "").replaceAll(/.{64}(?=.)/g, "$&\n");
  const key = parse(`-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`);
  if (key === undefined) throw refuse(name, "cannot be read as a key: a part of it is missing or was changed");
  if (key.asymmetricKeyType !== "rsa") {
    throw refuse(name, `is a key of the kind ${key.asymmetricKeyType}, and GitHub takes RSA`);
  }
  return { key, forms: formsOf(name, stored, key) };
}

/** The text with real line ends, out of its quotes and its base64. */
function unfold(text: string): string {
  const unescaped = text.replaceAll(/(?:\\+r)?\\+n/g, "\n");
  if (unescaped.includes("-----BEGIN")) return unescaped;
  const compact = text.replaceAll(/[\s"'`]+/g, "");
  return base64.test(compact) ? Buffer.from(compact, "base64").toString("latin1") : "";
}

function problemOf(label: string, body: string): string | undefined {
  if (label === "") return "holds no private key: neither PEM nor base64 of it";
  if (label.startsWith("ENCRYPTED") || /ENCRYPTED/.test(body)) return "is encrypted by a passphrase";
  if (label === "OPENSSH PRIVATE KEY") return "is a key of OpenSSH's own form";
  if (!label.endsWith("PRIVATE KEY")) return `is a ${label.toLowerCase()}, not a private key`;
  return base64.test(body.replaceAll(/\s+/g, "")) ? undefined : "is not whole: there is no base64 between its borders";
}

/** What OpenSSL says of a key that it cannot read helps nobody. */
function parse(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

function formsOf(name: string, stored: Secret, key: KeyObject): readonly Secret[] {
  const forms = [stored.exposeText()];
  for (const type of ["pkcs1", "pkcs8"] as const) {
    const text = key.export({ type, format: "pem" }).toString();
    const body = text.replaceAll(/-----[^-]+-----|\s+/g, "");
    forms.push(text, Buffer.from(text).toString("base64"), body);
  }
  return [...new Set(forms)].map((form) => new Secret(name, form));
}

function refuse(name: string, problem: string): SealError {
  const remedy = "Give the .pem file that GitHub let you download (the App's settings, Private keys).";
  return new SealError("SOURCE", `The private key of the GitHub App (${name}) ${problem}.`, remedy);
}
