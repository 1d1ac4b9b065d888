import { describe, expect, test } from "vitest";
import { readPem } from "../../../../../src/scan/rule/judge/pem.ts";
import { pem } from "../made-secret.ts";

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

  test.each(["encrypted", "encrypted-old", "openssh-encrypted"])("that is %s says so", (kind) => {
    const { label, raw } = parts(pem(kind));
    expect(readPem(label, raw, true).isEncrypted).toBe(true);
  });
});
