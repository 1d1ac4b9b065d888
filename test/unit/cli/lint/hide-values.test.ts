import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHider } from "../../../../src/cli/lint/hide-values.ts";

describe("values in a line", () => {
  test("are starred out, each character by one", () => {
    const hide = createHider(["swordfish", "sword", "fishing", "abc"]);
    expect(hide("a swordfish, a swordfishing sword, abc")).toBe("a *********, a ************ *****, abc");
  });

  test("are never there afterwards, and nothing else is lost", () => {
    const part = fc.array(fc.constantFrom("a", "b", "ab", "-"), { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), part, part, (values, before, after) => {
        const hide = createHider(values);
        const line = `${before}${values.join("")}${after}`;
        const shown = hide(line);
        for (const value of values) if (value.length >= 4) expect(shown).not.toContain(value);
        expect(shown).toHaveLength(line.length);
        if (values.every((value) => value.length < 4 || !line.includes(value))) expect(shown).toBe(line);
      }),
    );
  });
});
