import { randomBytes } from "node:crypto";
import type { IssuedKey } from "../../../src/scan/rule.ts";
import { Secret } from "../../../src/secret/secret.ts";

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function madeId(prefix = "AKIA"): string {
  return prefix + Array.from(randomBytes(16), (byte) => base32[byte % 32]).join("");
}

/** As AWS makes them; a temporary one has a token. */
export function madeKey(kind: "lasting" | "temporary" = "lasting"): IssuedKey {
  const secret = new Secret("secret", randomBytes(30).toString("base64"));
  if (kind === "lasting") return { issuer: "aws", id: madeId(), secret };
  const token = new Secret("token", `${["IQoJb3Jp", "Z2luX2Vj"].join("")}${randomBytes(300).toString("base64")}`);
  return { issuer: "aws", id: madeId("ASIA"), secret, token };
}
