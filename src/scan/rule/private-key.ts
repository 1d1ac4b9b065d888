import { lengthOnly } from "../../finding/redact.ts";
import { entropyOf, isExamplePath } from "../likely.ts";
import { type ContentRule, matchAt } from "../rule.ts";

const header = /-----BEGIN (?:[A-Z0-9]{2,10} ){0,2}PRIVATE KEY-----/y;
/** An Ed25519 key in PKCS#8 is 64 characters. */
const shortestBody = 60;

export const privateKey: ContentRule = {
  id: "private-key",
  literals: ["PRIVATE KEY-----"],
  before: 48,
  after: 8000,
  judge: (text, at, { path }) => {
    const match = matchAt(header, text, text.lastIndexOf("-----BEGIN ", at));
    if (match === undefined) return undefined;
    const bodyStart = match.index + match[0].length;
    const footer = text.indexOf("-----END", bodyStart);
    const end = footer === -1 ? text.length : footer;
    const raw = text.slice(bodyStart, end);
    // Line ends may be spelt out (JSON, C), and lines quoted; what has a colon is a header inside the border.
    const lines = raw
      .replace(/\\r|\\n/g, "\n")
      .split("\n")
      .filter((line) => !line.includes(":"));
    const body = lines.join("").replace(/[\s"'\\,]/g, "");
    const key = /^[A-Za-z0-9+/]+/.exec(body)?.[0] ?? "";
    if (key.length < shortestBody || entropyOf(key) < 4) return undefined;
    const encrypted = match[0].includes("ENCRYPTED") || raw.includes("ENCRYPTED") || isEncryptedOpenSsh(key);
    const compiledIn = program.test(path) || (text[match.index - 1] === "\0" && isZeroAfter(text, end));
    const lower = encrypted || isExamplePath(path);
    return {
      start: match.index,
      end,
      value: key,
      severity: compiledIn ? "info" : lower ? "warning" : "error",
      what: encrypted
        ? "a private key, encrypted with a passphrase"
        : compiledIn
          ? "a private key, compiled into a program"
          : "a private key",
      redacted: lengthOnly(key.length),
    };
  },
  remedy: "Take the key for known, replace it, and mount a new one into the step that needs it.",
};

/** Netty, for one, has a key in a class, to try out what its library can do. */
const program = /\.(?:class|pyc|so|a|o|dll|exe|dylib|wasm|node)(?:\.[\d.]+)?$/;

/** A string constant of a program ends with a zero byte: such keys are those of its self-tests (GnuTLS, for one). */
function isZeroAfter(text: string, footer: number): boolean {
  return /^-----END [A-Z0-9 ]+-----(?:\r?\n)?\0/.test(text.slice(footer, footer + 80));
}

/** The OpenSSH format names its cipher after its magic and two lengths: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key */
function isEncryptedOpenSsh(key: string): boolean {
  const start = Buffer.from(key.slice(0, 64), "base64").toString("latin1");
  return start.startsWith("openssh-key-v1\0") && start.slice(19, 23) !== "none";
}
