import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readPem } from "../../../../../src/scan/rule/judge/pem.ts";
import { made, pem } from "../made-secret.ts";

/** What stands between the borders, and the label of the first. */
function parts(text: string): { label: string; raw: string } {
  const [, label = "", raw = ""] = /^-----BEGIN ([^-]+)-----([\s\S]*)-----END/.exec(text)!;
  return { label, raw };
}

describe("a key in PEM", () => {
  test.each(["pkcs8", "pkcs1", "sec1", "ed25519", "openssh"])(
    "in the form of %s is whole, and not encrypted",
    (kind) => {
      const { label, raw } = parts(pem(kind));
      expect(readPem(label, raw, true)).toMatchObject({ isWhole: true, isEncrypted: false });
      expect(readPem(label, JSON.stringify(raw), true)).toMatchObject({ isWhole: true });
      expect(readPem(label, raw.replaceAll("\n", "\r\n    "), true)).toMatchObject({ isWhole: true });
    },
  );

  test("is not whole when some of it is missing", () => {
    const { label, raw } = parts(pem("pkcs8"));
    expect(readPem(label, raw.slice(0, -30), true).isWhole).toBe(false);
    expect(readPem(label, raw, false).isWhole).toBe(false);
  });

  test("of PGP is not whole when its first packet goes on", () => {
    const { label, raw } = parts(made("pgp:0"));
    expect(readPem(label, raw, true)).toMatchObject({ isWhole: true, isEncrypted: false });
    const lines = raw.split("\n");
    expect(readPem(label, [...lines.slice(0, 3), ".", ".", ...lines.slice(-2)].join("\n"), true).isWhole).toBe(false);
    for (const header of [[0x95], [0xc5, 0xff, 0, 0, 2, 0], [0xc5, 0xc1, 0x60], [0xc5, 100]]) {
      const cut = Buffer.concat([Buffer.from(header), randomBytes(60)]).toString("base64");
      expect(readPem(label, cut, true).isWhole).toBe(false);
    }
    const modern = Buffer.concat([Buffer.from([0xc5, 60]), randomBytes(60)]).toString("base64");
    expect(readPem(label, modern, true).isWhole).toBe(true);
  });

  test.each(["encrypted", "encrypted-old", "openssh-encrypted"])("that is %s says so", (kind) => {
    const { label, raw } = parts(pem(kind));
    expect(readPem(label, raw, true).isEncrypted).toBe(true);
  });
});
