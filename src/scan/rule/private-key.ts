import type { Severity } from "../../finding/finding.ts";
import { lengthOnly } from "../../finding/redact.ts";
import { entropyOf } from "../likely.ts";
import { type ContentRule, matchAt, type RuleContext, type RuleText, type Verdict } from "../rule.ts";
import { isKnownToAll } from "./judge/known-sample.ts";
import { readPem } from "./judge/pem.ts";
import { severityIn } from "./judge/severity.ts";

const header = /-----BEGIN ((?:[A-Z0-9]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?)-----/y;
/** Base64 of a border at each of its usual labels, from where the line begins. */
const packedHeaders = ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "].map((label) => ({
  label: `${label}PRIVATE KEY`,
  // Without the last group: what follows decides it.
  text: Buffer.from(`-----BEGIN ${label}PRIVATE KEY-----`).toString("base64").slice(0, -4),
}));
/** An Ed25519 key in PKCS#8 is 64 characters. */
const shortestBody = 60;
/** An RSA key of 8192 bits is 6400 characters, once more in base64 8600. */
const longestBytes = 9200;

export const privateKey: ContentRule & RuleText = {
  id: "private-key",
  title: "A private key",
  severity: "error",
  what: "Private keys in PEM, OpenSSH, PuTTY and PGP form, also as base64 of that (as in a kubeconfig). One that is encrypted with a passphrase, is not whole, or lies among tests or in a package is a *warning*; one that is compiled into a program is an *info*.",
  why: "It is the identity of a server, a user or a signer; whoever has it can be them.",
  remedy: "Take the key for known, replace it, and mount a new one into the step that needs it.",
  literals: [
    "PRIVATE KEY-----",
    "PRIVATE KEY BLOCK-----",
    "PuTTY-User-Key-File-",
    ...packedHeaders.map(({ text }) => text),
  ],
  before: 600,
  after: longestBytes,
  judge: (text, at, context) => {
    // It goes through thousands of characters.
    context.spend?.(10);
    if (text.startsWith("PuTTY", at)) return ofPutty(text, at, context);
    const packed = packedHeaders.find((one) => text.startsWith(one.text, at));
    if (packed !== undefined) return ofPacked(text, at, packed.label, context);
    const match = matchAt(header, text, text.lastIndexOf("-----BEGIN ", at));
    if (match === undefined || at > match.index + match[0].length || isOfServiceAccount(text, match.index)) {
      return undefined;
    }
    const bodyStart = match.index + match[0].length;
    const footer = text.indexOf("-----END", bodyStart);
    const end = footer === -1 ? text.length : footer;
    const { body, isEncrypted, isWhole } = readPem(match[1]!, text.slice(bodyStart, end), footer !== -1);
    if (!isKey(body)) return undefined;
    const compiledIn = program.test(context.path) || (text[match.index - 1] === "\0" && isZeroAfter(text, end));
    const asItStands = isWhole ? (isInComment(text, match.index) ? "comment" : "whole") : "partial";
    return verdict(match.index, end, body, context, isEncrypted ? "encrypted" : compiledIn ? "compiled" : asItStands);
  },
};

type State = "whole" | "partial" | "comment" | "encrypted" | "compiled";

const states: Readonly<Record<State, { readonly severity: Severity; readonly what: string }>> = {
  whole: { severity: "error", what: "a private key" },
  partial: { severity: "warning", what: "a private key, or a part of one: it cannot be read as it stands" },
  comment: { severity: "warning", what: "a private key, in a comment" },
  encrypted: { severity: "warning", what: "a private key, encrypted with a passphrase" },
  compiled: { severity: "info", what: "a private key, compiled into a program" },
};

/** An image is run many times, and all of them then answer with the same key. */
const hostKey = /(?:^|\/)etc\/(?:ssh\/ssh_host_\w+_key|dropbear\/\w+_host_key)$/;

function verdict(start: number, end: number, body: string, context: RuleContext, state: State): Verdict {
  const { severity, what } = states[state];
  return {
    start,
    end,
    value: body,
    severity: severityIn(context, severity),
    what: hostKey.test(context.path) ? `${what}, of an SSH server: every container of the image shares it` : what,
    redacted: lengthOnly(body.length),
  };
}

function isKey(body: string): boolean {
  // Many zero bytes in a row are in no key: those are tables, and what a test is filled up with.
  return body.length >= shortestBody && entropyOf(body) >= 4 && !/A{24}/.test(body) && !isKnownToAll(body);
}

/** As code shows how it is called: the line begins with `*` or `//`. */
function isInComment(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", at) + 1, at);
  return /^\s{0,80}(?:\*|\/\/)/.test(line);
}

/** That file has a rule of its own, which says whose key it is. */
function isOfServiceAccount(text: string, at: number): boolean {
  return (
    /"private_key\\?"\s{0,4}:\s{0,4}\\?"$/.test(text.slice(Math.max(0, at - 40), at)) &&
    text.slice(Math.max(0, at - 600), at + 5000).includes("private_key_id")
  );
}

/** In lines, or in one. */
const base64 = /(?:[A-Za-z0-9+/]{60,76}\s{1,40}){1,200}[A-Za-z0-9+/]{1,76}={0,2}|[A-Za-z0-9+/]{80,9200}={0,2}/y;

function ofPacked(text: string, at: number, label: string, context: RuleContext): Verdict | undefined {
  if (at > 0 && /[A-Za-z0-9+/]/.test(text[at - 1]!)) return undefined;
  const wrapped = matchAt(base64, text, at)?.[0];
  if (wrapped === undefined) return undefined;
  const inner = Buffer.from(wrapped.replace(/\s/g, ""), "base64").toString("latin1");
  const begin = inner.indexOf("-----", 11) + 5;
  const footer = inner.indexOf("-----END", begin);
  const { body, isEncrypted, isWhole } = readPem(
    label,
    inner.slice(begin, footer === -1 ? undefined : footer),
    footer !== -1,
  );
  if (!isKey(body)) return undefined;
  return verdict(at, at + wrapped.length, body, context, isEncrypted ? "encrypted" : isWhole ? "whole" : "partial");
}

/** https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html */
const puttyFile =
  /PuTTY-User-Key-File-[23]: [\w@.-]{3,40}\r?\nEncryption: ([\w-]{3,20})\r?\n[\s\S]{20,6000}?Private-Lines: \d{1,3}\r?\n((?:[A-Za-z0-9+/=]{1,64}\r?\n){1,120})/y;

function ofPutty(text: string, at: number, context: RuleContext): Verdict | undefined {
  const match = matchAt(puttyFile, text, at);
  const body = match?.[2]?.replace(/\s/g, "");
  if (match === undefined || body === undefined || body.length < 40 || entropyOf(body) < 4) return undefined;
  return verdict(
    match.index,
    match.index + match[0].length,
    body,
    context,
    match[1] === "none" ? "whole" : "encrypted",
  );
}

/** Netty, for one, has a key in a class, to try out what its library can do. */
const program = /\.(?:class|pyc|so|a|o|dll|exe|dylib|wasm|node)(?:\.[\d.]+)?$/;

/** A string constant of a program ends with a zero byte: such keys are those of its self-tests (GnuTLS, for one). */
function isZeroAfter(text: string, footer: number): boolean {
  return /^-----END [A-Z0-9 ]+-----(?:\r?\n)?\0/.test(text.slice(footer, footer + 80));
}
