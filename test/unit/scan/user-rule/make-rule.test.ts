import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSearch } from "../../../../src/scan/search.ts";
import { makeRule } from "../../../../src/scan/user-rule/make-rule.ts";
import { RuleProblem, type WrittenRule } from "../../../../src/scan/user-rule/written-rule.ts";
import { randomPattern } from "./pattern/random-pattern.ts";

const base = { id: "acme-key", title: "a deploy key of Acme", severity: "error" } as const;
const ruleOf = (written: Partial<WrittenRule> & { regex: string }) => makeRule({ ...base, ...written });
const random = (length: number) => randomBytes(length).toString("hex").slice(0, length);

/** What a rule finds in a text, as a scan would: where it is, and how much. */
function found(written: Partial<WrittenRule> & { regex: string }, text: string, ...path: string[]) {
  const hits: { offset: number; length: number }[] = [];
  const spot = { root: 0, path, kind: "content", start: 0, end: text.length } as const;
  createSearch([], [ruleOf(written)], 0).scanText(text, spot, ({ offset, length }) => hits.push({ offset, length }));
  return hits;
}

function problem(written: Partial<WrittenRule> & { regex: string }): string {
  try {
    ruleOf(written);
  } catch (error) {
    expect(error).toBeInstanceOf(RuleProblem);
    return `${(error as RuleProblem).key.join(".")}: ${(error as RuleProblem).message}`;
  }
  throw new Error("the rule was taken");
}

describe("a rule of a user's own", () => {
  test("finds what its regex matches, where it stands", () => {
    expect(found({ regex: "\\bacme_[0-9a-f]{32}\\b" }, `x=acme_${random(32)}\n`)).toEqual([{ offset: 2, length: 37 }]);
    expect(found({ regex: "\\bacme_[0-9a-f]{32}\\b" }, `x=acme_${random(33)}\n`)).toEqual([]);
  });

  test("tells the secret alone where a group marks it", () => {
    const text = `acme_token = "${random(20)}"`;
    const secret = [{ offset: 14, length: 20 }];
    expect(found({ regex: 'acme_token = "([0-9a-f]+)"' }, text)).toEqual(secret);
    expect(found({ regex: '(acme)_token = "(?<secret>[0-9a-f]+)"' }, text)).toEqual(secret);
    expect(found({ regex: '(acme)_token = "(?P<it>[0-9a-f]+)"', secretGroup: "it" }, text)).toEqual(secret);
    expect(found({ regex: '(acme)_token = "([0-9a-f]+)"', secretGroup: 2 }, text)).toEqual(secret);
    expect(found({ regex: 'acme_(?:token|(key)) = "([0-9a-f]+)"' }, text)).toEqual(secret);
    expect(found({ regex: '(acme)_token = "([0-9a-f]+)"', secretGroup: 0 }, text)).toEqual([{ offset: 0, length: 35 }]);
  });

  test("is met by its literal in any case where the regex takes any", () => {
    const text = `Acme_KEY: ${random(16)}`;
    expect(found({ regex: "(?i)acme_key: ([0-9a-f]{16})" }, text)).toHaveLength(1);
    expect(found({ regex: "acme_key: ([0-9a-f]{16})" }, text)).toEqual([]);
    expect(found({ regex: "(?i)[a-z]{4}_[a-z]{3}: ([0-9a-f]{16})", literal: "acme" }, text)).toHaveLength(1);
  });

  test("looks only where one of the literals stands that it is given", () => {
    const regex = "[a-z]{4}_[0-9a-f]{16}";
    const text = `acme_${random(16)} corp_${random(16)} mega_${random(16)}`;
    expect(found({ regex, literals: ["acme_", "mega_"] }, text)).toEqual([
      { offset: 0, length: 21 },
      { offset: 44, length: 21 },
    ]);
  });

  test("finds what begins well before its literal", () => {
    const text = `${random(400)}-acme-${random(20)}`;
    expect(found({ regex: "[0-9a-f]+-acme-[0-9a-f]{20}" }, text)).toEqual([{ offset: 0, length: 426 }]);
  });

  test("follows what has no end for 1000 bytes before its literal and 8000 behind its beginning", () => {
    const text = `${random(3000)}-acme-${random(9000)}`;
    expect(found({ regex: "[0-9a-f]+-acme-[0-9a-f]+" }, text)).toEqual([{ offset: 2000, length: 9000 }]);
  });

  test("finds each of many in a row", () => {
    const text = Array.from({ length: 50 }, () => `acme_${random(8)}`).join(",");
    expect(found({ regex: "acme_[0-9a-f]{8}" }, text)).toHaveLength(50);
  });

  test("leaves out what is too short, too plain or allowed", () => {
    const regex = "acme=([0-9a-z]+)";
    expect(found({ regex, minLength: 10 }, `acme=${random(9)}`)).toEqual([]);
    expect(found({ regex, minLength: 10 }, `acme=${random(10)}`)).toHaveLength(1);
    expect(found({ regex, entropy: 2 }, "acme=aaaaaaaaaaaab")).toEqual([]);
    expect(found({ regex, entropy: 2 }, "acme=a1b2c3d4e5f6")).toHaveLength(1);
    expect(found({ regex, allow: ["^x+$", "demo"] }, "acme=xxxxx acme=mydemo1 acme=y1")).toHaveLength(1);
  });

  test("looks at the files alone that it is meant for", () => {
    const text = `acme_${random(8)}`;
    const at = (path: string, written: Partial<WrittenRule>) =>
      found({ regex: "acme_[0-9a-f]{8}", ...written }, text, ...path.split("!")).length;
    expect(at("srv/app/.env", { path: "**/*.env" })).toBe(1);
    expect(at("srv/app/env", { path: "**/*.env" })).toBe(0);
    expect(at("etc/acme/x", { path: ["opt", "etc/acme"] })).toBe(1);
    expect(at("srv/é.yaml", { path: { regex: "\\.ya?ml$" } })).toBe(1);
    expect(at("srv/x.json", { path: { regex: "\\.ya?ml$" } })).toBe(0);
    expect(at("srv/app.jar!config/x", { path: "srv/app.jar/config" })).toBe(1);
    expect(at("srv/app.jar!config/x", { path: "config/*" })).toBe(0);
    expect(at("srv/app.jar!config/x", { path: { regex: "^srv/.{1,9}/config" } })).toBe(1);
    expect(at("usr/share/doc/x", { skipPath: "usr/share/doc" })).toBe(0);
    expect(at("usr/share/x", { skipPath: { regex: "/doc/" } })).toBe(1);
  });

  test("says of itself what reports ask for, and nothing of the value", () => {
    const rule = ruleOf({ regex: "acme_([0-9a-f]{20})", remedy: "Ask Acme for another one." });
    const value = random(20);
    const verdict = rule.judge(`acme_${value}`, 0, { path: "", now: 0 })!;
    expect(verdict).toMatchObject({ value, severity: "error", what: base.title, redacted: "20 characters, not shown" });
    expect(rule).toMatchObject({ id: "acme-key", title: base.title, remedy: "Ask Acme for another one." });
    expect(rule.what).toBe("A deploy key of Acme, by a rule of your own.");
  });
});

test("what JavaScript finds in a text with a regex, a rule with it finds there too, and nothing where it finds nothing", () => {
  const pieces = fc.constantFrom("a", "b", "A", "1", "_", " ", "\n", "acme", "acme", "xacme");
  const texts = fc.array(pieces, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));
  let compared = 0;
  fc.assert(
    fc.property(randomPattern(true), randomPattern(true), texts, (before, after, text) => {
      const regex = `(?:${before})acme(?:${after})`;
      let rule: ReturnType<typeof ruleOf>;
      try {
        rule = ruleOf({ regex, secretGroup: 0 });
      } catch (error) {
        expect(error).toBeInstanceOf(RuleProblem);
        return;
      }
      compared++;
      // as a scan does: each literal with as much around it as the rule wants to see
      const isFound = rule.literals.some((literal) => {
        for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) {
          const from = Math.max(0, at - rule.before);
          const window = text.slice(from, at + literal.length + rule.after);
          if (rule.judge(window, at - from, { path: "", now: 0 }) !== undefined) return true;
        }
        return false;
      });
      expect(isFound).toBe(new RegExp(regex, "m").test(text));
    }),
    { numRuns: 600 },
  );
  expect(compared).toBeGreaterThan(250);
});

describe("a rule that cannot be is refused under the key that is wrong", () => {
  test.each<[Partial<WrittenRule> & { regex: string }, string]>([
    [{ regex: "acme(" }, "regex: character 5: this group has no end"],
    [{ regex: "acme(\\w+)+" }, "regex: character 10: this repetition can match one text in many ways"],
    [{ regex: "acme[^\\s\\S]" }, "regex: it matches nothing: a class in it holds no byte"],
    [{ regex: "[0-9a-f]{32}" }, "regex: no text of at least 4 bytes is in all that it matches: name in `literal`"],
    [{ regex: "x{900}x{900}x{900}x{900}x{900}acme" }, "regex: it is too large"],
    [{ regex: ".{1000}.{100}acme" }, "regex: its literal stands more than 1000 bytes behind its beginning"],
    [{ regex: "(?:(?:[ab]{90}){20}|c)acme[^ ]+" }, "regex: it is too large to be tried at every place"],
    [{ regex: "acme\\d+", literal: "acme", literals: ["acme"] }, "literals: `literal` and `literals` are one thing"],
    [{ regex: "acme\\d+", literal: "acm" }, "literal: shorter than 4 bytes"],
    [{ regex: "acme\\d+", literal: "corp" }, "literal: no match of the regex can hold this text"],
    [{ regex: "acme\\d+", literals: ["acme", "me1x"] }, "literals.1: no match of the regex can hold this text"],
    [{ regex: "acme(\\d+)", secretGroup: 2 }, "secretGroup: the regex has no such group"],
    [{ regex: "acme(\\d+)", secretGroup: "key" }, "secretGroup: the regex has no such group"],
    [{ regex: "acme\\d+", allow: ["ok", "[a"] }, "allow.1: character 1: this class has no end"],
    [{ regex: "acme\\d+", allow: ["x{900}"] }, "allow.0: it is too large: count less"],
    [{ regex: "acme\\d+", path: { regex: "x{1000}y{1000}" } }, "path.regex: it is too large: count less"],
    [{ regex: "acme\\d+", allow: ["x*"] }, "allow.0: it matches everything"],
    [{ regex: "acme\\d+", path: { regex: "(a+)+$" } }, "path.regex: character 5: this repetition"],
    [{ regex: "acme\\d+", skipPath: { regex: "(?=x)" } }, "skipPath.regex: character 1: no pattern can look ahead"],
  ])("%o", (written, why) => {
    expect(problem(written)).toContain(why);
  });
});

describe("what a place takes to be judged", () => {
  /** The most steps that judging a place of a text takes, as the rule tells them in 4096s; some of its places are tried. */
  function spent(regex: string, text: string): number {
    let places = 0;
    const rule = ruleOf({ regex });
    for (let at = text.indexOf("acme"); at >= 0; at = text.indexOf("acme", at + text.length / 8)) {
      const from = Math.max(0, at - rule.before);
      const spend = (count: number) => (places = Math.max(places, count));
      rule.judge(text.slice(from, at + 4 + rule.after), at - from, { path: "", now: 0, spend });
    }
    return places;
  }

  test.each([
    ["(?:\\w{0,50}?acme\\w{0,50}){1,5}=x", "acme"],
    ["(?:[ab]{0,30}){0,9}acme(?:[ab]{0,30}){0,9}c", "abacme"],
    ["acme[^\\n]*[0-9]", "acme"],
    ["(?:a?){30}acme", "aaaaacme"],
  ])("has an end that is known before, on text that is made against it: %s", (regex, pump) => {
    const text = pump.repeat(5000);
    const rule = ruleOf({ regex });
    expect(rule.before).toBeLessThanOrEqual(1001);
    expect(rule.after).toBeLessThanOrEqual(8001);
    expect(spent(regex, text.slice(0, 9000))).toBeLessThanOrEqual((1 << 22) / 4096);
  });

  test("is the same for any pattern that is taken and any bytes", () => {
    const text = fc.array(fc.constantFrom("a", "b", "A", "1", "_", " ", "\n", "acme"), { maxLength: 6 });
    fc.assert(
      fc.property(randomPattern(true), randomPattern(true), text, fc.nat(300), (before, after, parts, times) => {
        const regex = `(?:${before})acme(?:${after})x`;
        let rule: ReturnType<typeof ruleOf>;
        try {
          rule = ruleOf({ regex });
        } catch (error) {
          expect(error).toBeInstanceOf(RuleProblem);
          return;
        }
        const bytes = `${parts.join("").repeat(times)}acme${parts.join("").repeat(times)}`.slice(-8000);
        let places = 0;
        const spend = (count: number) => (places += count);
        rule.judge(bytes, bytes.lastIndexOf("acme"), { path: "", now: 0, spend });
        expect(places).toBeLessThanOrEqual((1 << 22) / 4096);
      }),
      { numRuns: 300 },
    );
  });
});

test("a rule that takes long everywhere is stopped, and that is said", () => {
  const rule = ruleOf({ regex: "(?:[ab]{0,30}){0,9}acme(?:[ab]{0,30}){0,9}c" });
  let judged = 0;
  const counted: typeof rule = {
    ...rule,
    judge: (_text, _at, context) => {
      judged++;
      context.spend?.(100_000);
      return undefined;
    },
  };
  const search = createSearch([], [counted], 0);
  const text = "acme ".repeat(100);
  search.scanText(text, { root: 0, path: [], kind: "content", start: 0, end: text.length }, () => {});
  expect(judged).toBe(3);
  expect(search.exhausted()).toEqual(["acme-key"]);
});
