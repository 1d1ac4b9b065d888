import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readUserRules } from "../../../src/config/user-rules.ts";
import { SealError } from "../../../src/error.ts";

const good = `version: 1
rules:
  - id: acme-key
    title: a deploy key of Acme
    severity: error
    regex: 'acme_[0-9a-f]{32}'
`;

async function refusal(text: string): Promise<string> {
  try {
    await readUserRules("rules.yaml", text);
  } catch (error) {
    expect(error).toBeInstanceOf(SealError);
    const { code, message, remedy } = error as SealError;
    expect(code).toBe("CONFIG");
    return `${message} | ${remedy}`;
  }
  throw new Error("the file was taken");
}

describe("a file of rules", () => {
  test("is read into rules that the scan can look for", async () => {
    const [rule] = await readUserRules("rules.yaml", good);
    expect(rule).toMatchObject({ id: "acme-key", literals: ["acme_"], anyCase: false, severity: "error" });
  });

  test.each<[string, string, string]>([
    ["    regex:", "    regx:", "rules.yaml:6:5: unknown key `regx` in `rules[0]` | Did you mean `regex`?"],
    ["    severity: error", "    severity: bad", "rules.yaml:5:5: "],
    ["- id:", "- iD:", "unknown key `iD` in `rules[0]` | Did you mean `id`?"],
    ["acme-key", "Acme Key", "rules.yaml:3:5: not a name of small letters"],
    ["acme-key", "github-token", "rules.yaml:3:5: a rule of buildseal's has this name in `rules[0].id`"],
    ["acme-key", "unused-ignore-entry", "a rule of buildseal's has this name"],
    ["acme_[0-9a-f]{32}", "acme_([0-9a-f]+", "rules.yaml:6:5: character 6: this group has no end in `rules[0].regex`"],
    ["acme_[0-9a-f]{32}", "acme_(x+)+", "rules.yaml:6:5: character 10: this repetition can match"],
    ["'acme_[0-9a-f]{32}'", '"\\bacme_[0-9a-f]{32}"', "character 1: a control character: in YAML write"],
    ["version: 1", "version: 2", "rules.yaml:1:1: "],
  ])("that holds a mistake is refused with its place: %s → %s", async (before, after, wanted) => {
    expect(await refusal(good.replace(before, after))).toContain(wanted);
  });

  test("that has one name twice is refused", async () => {
    const [head, entry] = [good.slice(0, 18), good.slice(18)];
    expect(await refusal(head + entry + entry)).toContain(
      "rules.yaml:7:5: another rule has this name in `rules[1].id`",
    );
  });

  test("is refused without a word of its literals, which may be secrets", async () => {
    const literal = `z${randomBytes(8).toString("hex")}`;
    const text = `${good}    literal: ${literal}\n`;
    const message = await refusal(text);
    expect(message).toContain("rules.yaml:7:5: no match of the regex can hold this text");
    expect(message).not.toContain(literal);
  });

  test("as the page shows one is read, and finds what the page says", async () => {
    const page = readFileSync(join(resolve(import.meta.dirname, "../../.."), "docs/scan-rules.md"), "utf8");
    const [, example = ""] = /^```yaml scan-rules\n([\s\S]*?)^```/m.exec(page)!;
    const rules = await readUserRules("docs/scan-rules.md", example);
    expect(rules.map(({ id }) => id)).toEqual(["acme-deploy-key", "ledger-password"]);
    const [key, password] = rules;
    const made = `acme_live_${randomBytes(16).toString("hex")}`;
    expect(key!.judge(made, 0, { path: "app/.env", now: 0 })?.value).toBe(made);
    const line = `LEDGER_Password = "${made}"`;
    expect(password!.judge(line, 0, { path: "srv/app.properties", now: 0 })?.value).toBe(made);
    expect(password!.judge(line, 0, { path: "srv/test/app.properties", now: 0 })).toBeUndefined();
    expect(
      password!.judge(`ledger_password="\${VAULT_PASSWORD}"`, 0, { path: "a.properties", now: 0 }),
    ).toBeUndefined();
  });
});
