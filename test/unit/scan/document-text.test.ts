import { describe, expect, test } from "vitest";
import { documentTexts } from "../../../src/scan/document-text.ts";

function texts(json: unknown): string[] {
  return [...documentTexts(json)].map(({ path, inner, text }) => `${[path, ...inner].join(" > ")} = ${text}`);
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("the texts of a document", () => {
  test("are its strings and keys, each with the way to it; variables by their names", () => {
    const json = {
      config: { Env: ["PATH=/bin", "odd"], Labels: { maintainer: "me" } },
      history: [{ created_by: "RUN a" }, { empty_layer: true, count: 3 }],
    };
    const found = texts(json);
    for (const text of [
      "config.Env.PATH = PATH=/bin",
      "config.Env[1] = odd",
      "config.Labels.maintainer = me",
      "config.Labels.maintainer = maintainer",
      "history[0].created_by = RUN a",
    ]) {
      expect(found).toContain(text);
    }
  });

  test("are decoded where they are base64 of a text or of a document, in each other too", () => {
    const inside = { deep: base64(JSON.stringify({ deeper: "here it is, at last" })) };
    const json = { payload: base64(JSON.stringify(inside)), data: base64("FROM scratch\nRUN something long") };
    const found = texts(json);
    expect(found).toContain("payload > deep > deeper = here it is, at last");
    expect(found).toContain("data > base64 = FROM scratch\nRUN something long");
    expect(found).toContain(`data = ${json.data}`);
  });

  test("stop at payloads in payloads in payloads, and at what is no text", () => {
    let json: unknown = { end: "the end of it all" };
    for (let depth = 0; depth < 5; depth++) json = { next: base64(JSON.stringify(json)) };
    expect(texts(json).some((text) => text.includes("the end of it all"))).toBe(false);
    expect(texts([Buffer.alloc(30, 0xff).toString("base64")])).toHaveLength(1);
  });

  test("come from a document of any depth", () => {
    let json: unknown = "bottom";
    for (let depth = 0; depth < 20_000; depth++) json = [json];
    expect(texts(json)).toHaveLength(1);
  });
});
