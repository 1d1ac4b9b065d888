import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  detectEngine,
  insertMounts,
  readTemplate,
  stepsOf,
  type TemplateEngine,
  toBytes,
  toText,
  verifyInsertion,
} from "../../../../src/dockerfile/index.ts";
import { ENGINES } from "../../../../src/dockerfile/template/engine/index.ts";
import { tokenize } from "../../../../src/dockerfile/template/tokenize.ts";
import { SealError } from "../../../../src/error.ts";
import { corpusFolder, findDockerfiles } from "../../../oracle/corpus.ts";
import { mutateTemplate } from "../../../oracle/mutate-template.ts";
import { createRandom } from "../../../oracle/mutation.ts";
import { stepLines, uncertainLines, unseenIn } from "./read.ts";

const folder = join(import.meta.dirname, "../../../../fixtures/template");
const files = findDockerfiles([folder]).filter((name) => !name.endsWith(".json"));
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Record<string, unknown>;

function engineOfFile(file: string): TemplateEngine {
  return basename(dirname(file)) as TemplateEngine;
}

function expectWhole(text: string, engine: TemplateEngine): void {
  let at = 0;
  for (const token of tokenize(text, ENGINES.find(({ name }) => name === engine)!)) {
    expect([token.kind, token.start]).toEqual([token.kind, at]);
    expect(token.end).toBeGreaterThan(at);
    at = token.end;
  }
  expect(at).toBe(text.length);
  const dockerfile = readTemplate(toBytes(text), "Dockerfile", engine);
  expect(dockerfile.text).toBe(text);
  at = 0;
  for (const piece of dockerfile.pieces) {
    expect([piece.kind, piece.start]).toEqual([piece.kind, at]);
    expect(piece.end).toBeGreaterThan(at);
    at = piece.end;
  }
  expect(at).toBe(text.length);
}

describe("the corpus of templates", () => {
  it("has every engine", () => {
    expect(
      readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : [])),
    ).toEqual(ENGINES.map(({ name }) => name).sort());
  });

  // written after the oracle had compared all renderings: `npm run oracle -- --templates`
  it.each(files.map((file) => [`${engineOfFile(file)}/${basename(file)}`, file]))(
    "is read as before: %s",
    (name, file) => {
      const source = readFileSync(file);
      expect(detectEngine(file, toText(source))).toBe(engineOfFile(file));
      const dockerfile = readTemplate(source, file);
      expect(dockerfile.problem).toBeUndefined();
      expect({
        steps: stepLines(dockerfile),
        uncertain: uncertainLines(dockerfile),
        unseen: unseenIn(dockerfile),
        stages: dockerfile.stages.map((stage) => stage.name ?? null),
      }).toEqual(expected[name]);
    },
  );

  it.each(files)("takes a mount at every step and is the same otherwise: %s", (file) => {
    const dockerfile = readTemplate(readFileSync(file), file);
    const insertions = stepsOf(dockerfile).map((step) => ({ step, mounts: ["--mount=type=secret,id=x"] }));
    const { text } = insertMounts(dockerfile, insertions);
    const after = verifyInsertion(dockerfile, text, insertions);
    expect(stepLines(after)).toEqual(stepLines(dockerfile));
  });
});

describe("the tokens and the pieces of a template", () => {
  const engines = fc.constantFrom(...ENGINES.map(({ name }) => name));

  it("joined are the file, for any bytes and any engine", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), engines, (bytes, engine) => expectWhole(toText(bytes), engine)),
    );
  });

  it("joined are the file, for what is made of what engines and Docker look at", () => {
    const words = fc.constantFrom(
      ...[
        "{%",
        "%}",
        "{{",
        "}}",
        "{#",
        "#}",
        "<%",
        "%>",
        "-",
        "if a",
        "endif",
        "else",
        "for x in y",
        "end",
        "#if a",
        "/if",
      ],
      ...[
        "\n",
        "\r\n",
        "RUN x",
        " \\\n",
        "FROM a",
        "<<E",
        "\nE\n",
        "#",
        "'",
        '"',
        "`",
        "[",
        "]",
        "(",
        ")",
        "@",
        "@[if a]",
      ],
      ...[
        "dnl",
        "define(",
        "include(",
        "%%X%%",
        "#include",
        "\n#if A\n",
        "\n#endif\n",
        "$",
        " ",
        "\t",
        "ONBUILD ",
        "\xff",
      ],
    );
    const texts = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, engines, (text, engine) => expectWhole(text, engine)),
      { numRuns: 1500 },
    );
  });

  it("joined are the file, for what is made from the corpus; what can be inserted is proven", () => {
    const random = createRandom(41);
    const byEngine = Map.groupBy(files, engineOfFile);
    let steps = 0;
    let refused = 0;
    for (const [engine, own] of byEngine) {
      const texts = own.map((file) => toText(readFileSync(file)));
      for (let made = 0; made < 120; made++) {
        const text = mutateTemplate(random, texts, engine);
        expectWhole(text, engine);
        const dockerfile = readTemplate(toBytes(text), "Dockerfile", engine);
        if (dockerfile.problem !== undefined) continue;
        const insertions = stepsOf(dockerfile).map((step) => ({ step, mounts: ["--mount=type=secret,id=x"] }));
        steps += insertions.length;
        try {
          verifyInsertion(dockerfile, insertMounts(dockerfile, insertions).text, insertions);
        } catch (error) {
          // what cannot be proven is refused
          expect(error).toBeInstanceOf(SealError);
          refused++;
        }
      }
    }
    expect(refused).toBeLessThan(10);
    expect(steps).toBeGreaterThan(1000);
  });
});

describe("a plain Dockerfile read as a template", () => {
  const plain = findDockerfiles([corpusFolder]).filter((file) => readFileSync(file).length < 50_000);

  it.each(["ejs", "placeholder"] as const)("of %s is what the plain reader reads", (engine) => {
    for (const file of plain) {
      const source = readFileSync(file);
      const text = toText(source);
      if (/<%|%%|@[A-Z]|^\$/m.test(text)) continue;
      const asPlain = readTemplate(source, file, "none");
      if (asPlain.problem !== undefined || asPlain.instructions.some(({ known }) => known === undefined)) continue;
      // a step before any FROM is uncertain in a template: the FROM may come from elsewhere
      const from = asPlain.instructions.findIndex(({ known }) => known === "FROM");
      const run = asPlain.instructions.findIndex(({ known }) => known === "RUN" || known === "ONBUILD");
      if (from < 0 || (run >= 0 && run < from)) continue;
      const asTemplate = readTemplate(source, file, engine);
      expect({ ...asTemplate, template: undefined }, file).toEqual(asPlain);
    }
  });
});
