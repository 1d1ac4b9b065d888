import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readHcl } from "../../../../src/workflow/bake/hcl.ts";
import { at } from "../text-of.ts";

const file = `# comment
variable "TOKEN" {
  default = "" // none
}
/* a
   block */
target "app" {
  args = {
    A = "1"
    "B" : "\${upper("x}")}"   # c
    C = A == "1" ? [1, 2] : null,
  }
  tags = [for t in split(",", TAGS) : "a:\${t}"]
  note = <<-EOT
    text "
  EOT
  secret = [
    "id=x,env=Y",
    { id = "z", env = "Z" },
  ]
}
`;

describe("HCL", () => {
  const { body, problems } = readHcl(file);
  const [variable, target] = body.blocks;
  const valueAt = (name: string) => target?.body.attributes.find((one) => one.name.text === name)?.value;

  test("is read as blocks with labels and attributes", () => {
    expect(problems).toEqual([]);
    expect([variable?.type, variable?.labels, target?.labels]).toEqual(["variable", ["TOKEN"], ["app"]]);
    expect(target?.body.attributes.map(({ name }) => name.text)).toEqual(["args", "tags", "note", "secret"]);
  });

  test("keeps the place of every name and value", () => {
    const args = valueAt("args");
    const entries = args?.kind === "object" ? args.attributes : [];
    expect(entries.map((one) => at(file, one))).toEqual([
      'A = "1"',
      `"B" : "\${upper("x}")}"`,
      'C = A == "1" ? [1, 2] : null',
    ]);
    expect(entries.map(({ value }) => value.kind)).toEqual(["text", "text", "opaque"]);
  });

  test("takes what is computed as a text of its own", () => {
    expect(valueAt("tags")?.kind).toBe("opaque");
    expect(at(file, valueAt("tags")!)).toBe(`[for t in split(",", TAGS) : "a:\${t}"]`);
  });

  test("reads heredocs, lists and objects in lists", () => {
    const note = valueAt("note");
    expect(note?.kind === "text" ? note.content.text : undefined).toBe('    text "\n');
    const secret = valueAt("secret");
    expect(secret?.kind === "list" ? secret.items.map(({ kind }) => kind) : []).toEqual(["text", "object"]);
  });

  test.each([
    ['target "a" {', "without its }"],
    ['a = "x', "closing"],
    ["a = [1, 2", "without its ]"],
    ["a = <<E\nx\n", "heredoc"],
    ["}", "too many"],
    ["a = (1", "not closed"],
    ["/* x", "comment"],
    [`a = ${"[".repeat(300)}`, "too deep"],
  ])("says why it cannot read %j, and where", (text, reason) => {
    const { problems: found } = readHcl(`b = "kept"\n${text}`);
    expect(found).toHaveLength(1);
    expect(found[0]!.reason).toContain(reason);
    expect(found[0]!.start).toBeGreaterThanOrEqual(11);
  });

  test("never throws, whatever it is given", () => {
    const piece = fc.constantFrom(
      "a",
      " ",
      "=",
      '"',
      "{",
      "}",
      "[",
      "]",
      `\${`,
      "\n",
      "#",
      "/*",
      "*/",
      "<<E\n",
      "E\n",
      ",",
      ":",
      "(",
      ")",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { problems: found } = readHcl(pieces.join(""));
        expect(found.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 5000, seed: 3 },
    );
  });

  test("a heredoc may be an argument: what stands in it closes nothing", () => {
    const text = 'a = trimspace(<<EOT\n  } ) " ]\nEOT\n)\nb = 1\n';
    const { body, problems } = readHcl(text);
    expect(problems).toEqual([]);
    expect(body.attributes.map(({ name, start, end }) => [name.text, end - start])).toEqual([
      ["a", text.indexOf("\nb")],
      ["b", 5],
    ]);
  });

  test("no end of a heredoc in an argument is a problem with its place", () => {
    expect(readHcl("a = f(<<EOT\nx\n").problems).toEqual([{ start: 6, reason: "a heredoc without its end" }]);
  });
});
