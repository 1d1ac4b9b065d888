import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createContentWriter } from "../../../../src/cli/secret/contents.ts";
import { SealError } from "../../../../src/error.ts";
import type { Content } from "../../../../src/recipe/recipe.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import type { Minted } from "../../../../src/source/source.ts";

const value = (): string => `v-${randomUUID()}`;

function minted(name: string, text: string, fields: Record<string, Secret | string> = {}): Minted {
  return { value: new Secret(name, text), fields: new Map(Object.entries(fields)), notices: [] };
}

/** What lies in the store after each writing, in order, and what was made known before it. */
function writing(contents: Record<string, Content>) {
  const events: string[] = [];
  const files = new Map<string, string>();
  const writer = createContentWriter(new Map(Object.entries(contents)), {
    put: async (id, content) => {
      events.push(`put ${id}`);
      files.set(id, content instanceof Secret ? content.exposeText() : content);
    },
    know: (form) => void events.push(`know ${form.exposeText()}`),
  });
  return { writer, files, events };
}

describe("what a step gets", () => {
  test("is a secret's value, or one field of it", async () => {
    const [whole, part] = [value(), value()];
    const { writer, files } = writing({
      it: { kind: "secret", secret: "it" },
      "it-part": { kind: "secret", secret: "it", field: "part" },
      other: { kind: "secret", secret: "other" },
    });
    await writer.write("it", new Map([["it", minted("it", whole, { part: new Secret("p", part) })]]));
    expect([...files]).toEqual([
      ["it", whole],
      ["it-part", part],
    ]);
  });

  test("of a field that there is not is an error with those that there are", async () => {
    const { writer } = writing({ x: { kind: "secret", secret: "it", field: "nope" } });
    const error = await writer
      .write("it", new Map([["it", minted("it", value(), { a: "b" })]]))
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SealError);
    expect((error as SealError).remedy).toBe("Its fields are: a");
  });

  test("is a document once all its secrets are there, and anew when one of them changes", async () => {
    const [first, second, renewed] = [value(), value(), value()];
    const { writer, files, events } = writing({
      netrc: {
        kind: "document",
        secrets: ["a", "b"],
        render: (of) => `${of("a")} ${of("b")}\n`,
        forms: (of) => [Buffer.from(`user:${of("a")}`).toString("base64")],
      },
    });
    const all = new Map([["a", minted("a", ` ${first}\n`)]]);
    await writer.write("a", all);
    expect(files.size).toBe(0);
    all.set("b", minted("b", second));
    await writer.write("b", all);
    expect(files.get("netrc")).toBe(`${first} ${second}\n`);
    expect(events).toEqual([`know ${Buffer.from(`user:${first}`).toString("base64")}`, "put netrc"]);
    all.set("a", minted("a", renewed));
    await writer.write("a", all);
    expect(files.get("netrc")).toBe(`${renewed} ${second}\n`);
  });

  test("is a text of facts, written again only when a renewal changed one", async () => {
    const { writer, files, events } = writing({
      role: { kind: "text", render: (fact) => `role=${fact("it", "role")}` },
    });
    const all = new Map([["it", minted("it", value(), { role: "one" })]]);
    await writer.writeTexts(all, new Set());
    await writer.write("it", all);
    expect([files.get("role"), events.length]).toEqual(["role=one", 1]);
    all.set("it", minted("it", value(), { role: "two" }));
    await writer.write("it", all);
    expect([files.get("role"), events.length]).toEqual(["role=two", 2]);
  });

  test("is no text of a secret that was left out, and never one with a value in it", async () => {
    const { writer, files } = writing({ role: { kind: "text", render: (fact) => `role=${fact("it", "role")}` } });
    await writer.writeTexts(new Map(), new Set(["it"]));
    expect(files.size).toBe(0);
    const secret = new Map([["it", minted("it", value(), { role: new Secret("r", value()) })]]);
    await expect(writer.writeTexts(secret, new Set())).rejects.toThrow("the fact role of it is a secret");
  });
});
