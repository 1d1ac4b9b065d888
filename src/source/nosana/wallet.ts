import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { fromBase58, toBase58 } from "./base58.ts";

export type Wallet = {
  /** Its public key in base58: safe to show. */
  readonly address: string;
  /** An ed25519 signature of the text's bytes, in base58. */
  readonly sign: (text: string) => string;
  /** What the wallet could be written as: whoever finds one of these has it. */
  readonly forms: readonly (string | Uint8Array)[];
};

/** `why` is a clause to follow "is no Solana wallet:"; it never holds any of the text. */
export type WalletReading =
  | ({ readonly kind: "wallet" } & Wallet)
  | { readonly kind: "not-a-wallet"; readonly why: string; readonly remedy: string };

const seedBytes = 32;
const walletBytes = 64;
/** PKCS#8 of an ed25519 key, up to its seed (RFC 8410 §7, with neither attributes nor a public key). */
const keyPrefix = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Reads a wallet as `solana-keygen` writes it (`id.json`: 64 numbers, a seed of 32 bytes and the public key that belongs
 * to it), or as browser wallets export it: the same 64 bytes in base58.
 */
export function readWallet(text: string): WalletReading {
  const trimmed = text.trim();
  const bytes = trimmed.startsWith("[") ? bytesOfJson(trimmed) : bytesOfBase58(trimmed);
  if (!(bytes instanceof Uint8Array)) return bytes;
  const seed = bytes.subarray(0, seedBytes);
  const key = createPrivateKey({ key: Buffer.concat([keyPrefix, seed]), format: "der", type: "pkcs8" });
  const publicKey = publicKeyOf(key);
  if (!publicKey.equals(bytes.subarray(seedBytes))) {
    return no("its public half does not match the seed", "Parts of two wallets may be in it: take the file anew.");
  }
  const numbers = [...seed].join(",");
  const forms = [trimmed, numbers, numbers.replaceAll(",", ", "), toBase58(bytes), toBase58(seed), seed];
  return {
    kind: "wallet",
    address: toBase58(publicKey),
    sign: (message) => toBase58(sign(null, Buffer.from(message), key)),
    forms: [...new Set(forms)],
  };
}

function publicKeyOf(key: KeyObject): Buffer {
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return Buffer.from(x, "base64url");
}

function bytesOfJson(text: string): Uint8Array | WalletReading {
  let numbers: unknown;
  try {
    numbers = JSON.parse(text);
  } catch {
    return no("it begins like a list of numbers and is not whole", "Take the file anew; it may have been cut.");
  }
  if (!Array.isArray(numbers) || !numbers.every(isByte)) {
    return no("something in its list is not a number from 0 to 255", keygenRemedy);
  }
  if (numbers.length === seedBytes) return halfOnly("a list of 32 numbers");
  if (numbers.length !== walletBytes) return no(`its list has ${numbers.length} numbers and not 64`, keygenRemedy);
  return Uint8Array.from(numbers);
}

function bytesOfBase58(text: string): Uint8Array | WalletReading {
  if (text.startsWith("{")) return no("it is a JSON object, not a list of 64 numbers", keygenRemedy);
  const words = text.split(/\s+/);
  if (words.length >= 12 && words.every((word) => /^[a-z]+$/.test(word))) {
    const remedy =
      "Make the key file of it with `solana-keygen recover`, and keep the phrase itself away from machines.";
    return no(`it is ${words.length} words, which looks like a seed phrase`, remedy);
  }
  // of 64 bytes base58 makes 64 to 88 characters
  const bytes = text.length > 88 ? undefined : fromBase58(text);
  if (bytes === undefined) return no("it is neither a list of numbers nor base58", keygenRemedy);
  if (bytes.byteLength === seedBytes) return halfOnly("32 bytes in base58");
  if (bytes.byteLength !== walletBytes)
    return no(`its base58 holds ${bytes.byteLength} bytes and not 64`, keygenRemedy);
  return bytes;
}

const keygenRemedy = "Give it the file that `solana-keygen new` writes (id.json): one list of 64 numbers.";

/** Which half it is cannot be told: a public key is 32 bytes as well. */
function halfOnly(what: string): WalletReading {
  return no(`it is ${what}: a public key alone, or a seed alone`, keygenRemedy);
}

function isByte(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

function no(why: string, remedy: string): WalletReading {
  return { kind: "not-a-wallet", why, remedy };
}
