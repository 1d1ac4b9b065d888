import { posix } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanPath } from "../../../src/layer/path.ts";

test("a path is cleaned as if it were unpacked at the root", () => {
  const part = fc.constantFrom("", ".", "..", "a", "..b", "c.", ".d");
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 7 }), (parts) => {
      const name = parts.join("/");
      expect(cleanPath(name)).toBe(posix.normalize(`/${name}`).replace(/^\/|\/$/g, ""));
    }),
  );
});
