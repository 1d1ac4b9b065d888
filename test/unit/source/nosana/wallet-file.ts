import { generateKeyPairSync } from "node:crypto";
import { toBase58 } from "../../../../src/source/nosana/base58.ts";

/** A wallet made now, as `solana-keygen new` writes it. */
export function makeWallet(): { readonly bytes: Buffer; readonly json: string; readonly address: string } {
  const { d = "", x = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const publicKey = Buffer.from(x, "base64url");
  const bytes = Buffer.concat([Buffer.from(d, "base64url"), publicKey]);
  return { bytes, json: JSON.stringify([...bytes]), address: toBase58(publicKey) };
}
