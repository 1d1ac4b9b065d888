import type { SourcedText, Span } from "../sourced-text.ts";
import { deeper, HclProblem, type HclReader, readName, skipSpace } from "./hcl-scan.ts";
import { type HclAttribute, readValue } from "./hcl-value.ts";

/**
 * HCL as far as bake files need it: blocks, attributes, objects, lists, texts, heredocs, each with its place. What is
 * computed (functions, conditions, arithmetic, `for`) is `opaque`: its text only. Source of the grammar:
 * hashicorp/hcl `hclsyntax/spec.md`.
 */
export type HclBody = { readonly attributes: readonly HclAttribute[]; readonly blocks: readonly HclBlock[] };

export type HclBlock = Span & { readonly type: string; readonly labels: readonly string[]; readonly body: HclBody };

export type HclReading = {
  readonly body: HclBody;
  readonly problems: readonly { readonly start: number; readonly reason: string }[];
};

/** Reads a whole file, one character a byte. It never throws for content; it ends at what it cannot read. */
export function readHcl(text: string): HclReading {
  const reader: HclReader = { text, at: text.startsWith("\xEF\xBB\xBF") ? 3 : 0, depth: 0 };
  const attributes: HclAttribute[] = [];
  const blocks: HclBlock[] = [];
  try {
    readBody(reader, attributes, blocks);
    if (reader.at < text.length) throw new HclProblem(reader.at, "a } too many");
    return { body: { attributes, blocks }, problems: [] };
  } catch (error) {
    if (!(error instanceof HclProblem)) throw error;
    return { body: { attributes, blocks }, problems: [{ start: error.start, reason: error.message }] };
  }
}

function readBody(reader: HclReader, attributes: HclAttribute[], blocks: HclBlock[]): void {
  for (;;) {
    skipSpace(reader, true);
    const start = reader.at;
    if (start >= reader.text.length || reader.text[start] === "}") return;
    const name = readName(reader);
    skipSpace(reader, false);
    if (reader.text[reader.at] === "=" && reader.text[reader.at + 1] !== "=") {
      reader.at++;
      const value = readValue(reader);
      attributes.push({ name, value, start, end: value.end });
      continue;
    }
    blocks.push(readBlock(reader, name));
  }
}

function readBlock(reader: HclReader, type: SourcedText): HclBlock {
  const labels: string[] = [];
  for (;;) {
    skipSpace(reader, false);
    if (reader.text[reader.at] === "{") break;
    labels.push(readName(reader).text);
  }
  reader.at++;
  const attributes: HclAttribute[] = [];
  const blocks: HclBlock[] = [];
  deeper(reader, () => readBody(reader, attributes, blocks));
  if (reader.text[reader.at] !== "}") throw new HclProblem(type.start, "a block without its }");
  reader.at++;
  return { type: type.text, labels, body: { attributes, blocks }, start: type.start, end: reader.at };
}
