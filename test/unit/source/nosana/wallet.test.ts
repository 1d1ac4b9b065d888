import { createPublicKey, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fromBase58, toBase58 } from "../../../../src/source/nosana/base58.ts";
import { readWallet } from "../../../../src/source/nosana/wallet.ts";
import { makeWallet } from "./wallet-file.ts";

const { bytes, json, address } = makeWallet();
const seed = bytes.subarray(0, 32);

describe("a wallet", () => {
  test.each([
    ["as solana-keygen writes it", json],
    ["with line breaks", `${JSON.stringify([...bytes], null, 2)}\n`],
    ["in base58, as browsers export it", toBase58(bytes)],
  ])("is read %s", (_, text) => {
    expect(readWallet(text)).toMatchObject({ kind: "wallet", address });
  });

  test("signs what its public key, which is its address, verifies", () => {
    const wallet = readWallet(json);
    if (wallet.kind !== "wallet") throw new Error("no wallet");
    const x = Buffer.from(fromBase58(wallet.address)!).toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    expect(verify(null, Buffer.from("it"), key, fromBase58(wallet.sign("it"))!)).toBe(true);
    expect(verify(null, Buffer.from("that"), key, fromBase58(wallet.sign("it"))!)).toBe(false);
  });

  test("knows the forms that it could be found in, and its address is none of them", () => {
    for (const text of [json, toBase58(bytes)]) {
      const wallet = readWallet(text);
      if (wallet.kind !== "wallet") throw new Error("no wallet");
      const forms = wallet.forms.map((form) => Buffer.from(form).toString("latin1"));
      for (const wanted of [text, toBase58(bytes), toBase58(seed), [...seed].join(","), seed.toString("latin1")]) {
        expect(forms.includes(wanted)).toBe(true);
      }
      expect(forms.includes(address)).toBe(false);
    }
  });
});

describe("what is no wallet says why, and nothing of what it holds", () => {
  const other = makeWallet().bytes;
  test.each([
    ["two halves", JSON.stringify([...seed, ...other.subarray(32)]), "its public half does not match the seed"],
    ["two halves in base58", toBase58(Buffer.concat([seed, other.subarray(32)])), "does not match the seed"],
    ["a seed", JSON.stringify([...seed]), "a public key alone, or a seed alone"],
    ["an address", address, "32 bytes in base58: a public key alone"],
    ["63 numbers", JSON.stringify([...bytes.subarray(1)]), "its list has 63 numbers and not 64"],
    ["an empty list", "[]", "its list has 0 numbers"],
    ["a number too large", JSON.stringify([...bytes.subarray(1), 256]), "not a number from 0 to 255"],
    ["a fraction", JSON.stringify([...bytes.subarray(1), 1.5]), "not a number from 0 to 255"],
    ["texts", JSON.stringify([...bytes].map(String)), "not a number from 0 to 255"],
    ["a list that was cut", json.slice(0, 100), "is not whole"],
    ["an object", JSON.stringify({ secretKey: [...bytes] }), "a JSON object"],
    ["a phrase", Array.from({ length: 12 }, () => "apple").join(" "), "12 words, which looks like a seed phrase"],
    ["hex", bytes.toString("hex"), "neither a list of numbers nor base58"],
    ["base64", bytes.toString("base64"), "neither a list of numbers nor base58"],
    ["part of the base58", toBase58(bytes.subarray(0, 60)), "its base58 holds 60 bytes and not 64"],
    ["a PEM", "-----BEGIN PRIVATE KEY-----", "neither a list of numbers nor base58"],
    ["nothing", "", "its base58 holds 0 bytes"],
  ])("%s", (_, text, why) => {
    const read = readWallet(text);
    if (read.kind !== "not-a-wallet") throw new Error("it was taken");
    expect(read.why).toContain(why);
    expect(read.remedy).not.toBe("");
    const told = `${read.why} ${read.remedy}`;
    expect(
      [seed.toString("hex").slice(0, 12), toBase58(bytes).slice(0, 12), json.slice(1, 20)].some((part) =>
        told.includes(part),
      ),
    ).toBe(false);
  });
});
