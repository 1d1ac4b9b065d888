import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nameText } from "../../../src/layer/name-text.ts";

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc.array(fc.constantFrom(0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0x41), { maxLength: 8 }),
);

test("the text of a name is UTF-8 where it is that, and another for any other bytes", () => {
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const [a, b] = [Buffer.from(one), Buffer.from(other)];
      const text = nameText(a, 0, a.length);
      if (isUtf8(a)) expect(text).toBe(a.toString());
      expect(text === nameText(b, 0, b.length)).toBe(a.equals(b));
    }),
    { numRuns: 3000 },
  );
});

test("a character that stands for what is none is itself", () => {
  const name = Buffer.from("a\ufffd");
  expect(nameText(name, 0, name.length)).toBe("a\ufffd");
});
