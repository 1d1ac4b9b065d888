import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printFailure } from "../../../src/cli/failure.ts";
import { SealError } from "../../../src/error.ts";

const shown = (error: unknown, stack = false) => printFailure(error, { stack });
const sealed = (message: string, remedy = "Do this", cause?: unknown) =>
  new SealError("GRANT", message, remedy, { cause });

describe("an error of ours", () => {
  test("is one line: what happened and what to do", () => {
    expect(shown(sealed("It broke", "Mend it"))).toBe("buildseal: It broke. Mend it.\n");
    expect(shown(sealed("It broke.", "Did you mean `x`?"))).toBe("buildseal: It broke. Did you mean `x`?\n");
    expect(shown(sealed("a\n   b\r\nc\rd", " e "))).toBe("buildseal: a b c d. e.\n");
  });

  test("has its stack and its cause where these are asked for", () => {
    const text = shown(sealed("It broke", "Mend it", new Error("underneath")), true);
    expect(text).toMatch(/^buildseal: It broke\. Mend it\.\n/);
    expect(text).toContain("failure.test.ts");
    expect(text).toContain("caused by Error: underneath");
    expect(shown(sealed("It broke"))).not.toContain("failure.test.ts");
  });
});

describe("any other", () => {
  test("is a mistake of buildseal's own, and says how to report it", () => {
    expect(shown(new TypeError("x is not a function"))).toBe(
      "buildseal: a mistake of buildseal's own: TypeError: x is not a function. Run again with BUILDSEAL_DEBUG=1 and report what it shows.\n",
    );
    expect(shown("a text")).toContain("own: a text.");
    expect(shown(undefined)).toContain("own: undefined.");
    expect(shown(undefined, true)).not.toContain("stack");
  });
});

describe("what a checkout put into it", () => {
  test("cannot control the terminal or the CI's runner", () => {
    const text = shown(sealed("\x1b]52;c;aGk=\x07 \u202eevil \x9b2J\n::stop-commands::x\r##[add-path]/x"));
    expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(text).not.toMatch(/^::/m);
    expect(text).not.toContain("##[");
  });

  test("never makes a second line or a command, with a stack either", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.boolean(), (message, stack) => {
        const text = shown(sealed(`${message}\n::set-env::`, message), stack);
        if (!stack) expect(text.indexOf("\n")).toBe(text.length - 1);
        expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f]/);
        expect(text).not.toMatch(/^\s*::/m);
      }),
    );
  });
});
