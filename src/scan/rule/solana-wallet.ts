import { createPrivateKey, createPublicKey } from "node:crypto";
import { lengthOnly } from "../../finding/redact.ts";
import type { ContentRule, PlaceRule, RuleContext, RuleText, Verdict } from "../rule.ts";
import { severityIn } from "./judge/severity.ts";

const text: RuleText = {
  id: "solana-wallet",
  title: "A Solana wallet",
  severity: "error",
  what: "Key pairs of Solana: 64 numbers in a JSON file or a variable, or the same in base58, whose second half is the public key of the first.",
  why: "Whoever has it moves all that the wallet holds, and nobody can take it back.",
  remedy: "Move what the wallet holds to a new one at once, and mount the new one where it is needed.",
};

const numbers = /\[\s{0,8}\d{1,3}(?:\s{0,8},\s{0,8}\d{1,3}){63}\s{0,8}\]/;
const base58 = /(?<![A-Za-z0-9])[1-9A-HJ-NP-Za-km-z]{86,88}(?![A-Za-z0-9])/;

/** Names that `solana-keygen` and programs give to wallets; it also names a file by its public key. */
export const solanaWallet: PlaceRule & RuleText = {
  ...text,
  place:
    /(?:^|\/)(?:id|[1-9A-HJ-NP-Za-km-z]{32,44})\.json$|(?:keypair|wallet|payer|authority|deployer|signer|solana|faucet|mint)[^/]{0,60}\.json$/i,
  read: (content, context) => (content.length > 4096 ? [] : walletIn(content, 0, context)),
};

/** In variables and settings, beside their usual names. */
export const solanaWalletInText: ContentRule & RuleText = {
  ...text,
  literals: [
    "SOLANA_",
    "WALLET_PRIVATE",
    "WALLET_SECRET",
    "WALLET_KEY",
    "ANCHOR_WALLET",
    "PAYER_",
    "KEYPAIR=",
    "walletPrivateKey",
  ],
  before: 1,
  after: 480,
  judge: (content, at, context) =>
    /^\w{0,48}["']?\s{0,4}[:=]/.test(content.slice(at, at + 64))
      ? walletIn(content.slice(at), at, context)[0]
      : undefined,
};

function walletIn(content: string, offset: number, context: RuleContext): Verdict[] {
  const match = numbers.exec(content) ?? base58.exec(content);
  if (match === null) return [];
  const [value] = match;
  const bytes = value.startsWith("[") ? Buffer.from(JSON.parse(value) as number[]) : fromBase58(value);
  if (bytes === undefined || !isPair(bytes)) return [];
  const start = offset + match.index;
  return [
    {
      start,
      end: start + value.length,
      value,
      severity: severityIn(context, "error"),
      what: "a Solana wallet",
      redacted: lengthOnly(value.length),
    },
  ];
}

/** PKCS#8 of an Ed25519 key, before its 32 bytes: RFC 8410, section 7. */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

function isPair(bytes: Buffer): boolean {
  if (bytes.length !== 64) return false;
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, bytes.subarray(0, 32)]), format: "der", type: "pkcs8" });
  const known = createPublicKey(key).export({ format: "der", type: "spki" });
  return known.subarray(-32).equals(bytes.subarray(32));
}

const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function fromBase58(text: string): Buffer | undefined {
  let number = 0n;
  for (const digit of text) number = number * 58n + BigInt(digits.indexOf(digit));
  const hex = number.toString(16);
  return hex.length > 128 ? undefined : Buffer.from(hex.padStart(128, "0"), "hex");
}
