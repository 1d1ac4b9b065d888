import { Composer, type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, Parser } from "yaml";
import { rawText, type SourcedText, type Writing } from "../sourced-text.ts";
import { scalarText } from "./scalar-text.ts";
import type { YamlEntry, YamlMap, YamlProblem, YamlValue } from "./yaml-value.ts";

export type YamlReading = {
  /** One for each document of the stream that holds something. */
  readonly documents: readonly YamlValue[];
  readonly problems: readonly YamlProblem[];
};

/**
 * Reads YAML (and JSON) that is held as one character a byte, so that every offset is a byte's. What is not valid is a
 * problem; what could be read beside it is given. It never throws for content.
 */
export function readYaml(text: string): YamlReading {
  const base = text.startsWith("\xEF\xBB\xBF") ? 3 : 0;
  const problems: YamlProblem[] = [];
  const documents: YamlValue[] = [];
  try {
    for (const document of composeLeniently(text.slice(base))) {
      // errors come first to last; what follows the first is often only its echo
      const [error] = document.errors;
      if (error !== undefined) problems.push({ start: base + error.pos[0], reason: `not valid YAML (${error.code})` });
      const value = convertDocument(document, text, base, problems);
      if (value !== undefined) documents.push(value);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.push({ start: 0, reason: "nested too deep to be read" });
  }
  return { documents, problems };
}

const MOST_JOINED_LINES = 20;
const MOST_READ_AGAIN = 4_000_000;

/**
 * The libraries that GitHub and GitLab read with (YamlDotNet, libyaml) take the lines of a quoted text however far they are
 * indented; this one ends the text there. Such a line's break is as good as a blank to it, so that offsets stay.
 */
function composeLeniently(text: string): readonly Document.Parsed[] {
  const strict = [...compose(text)];
  let documents = strict;
  let joined = text;
  const tries = Math.min(MOST_JOINED_LINES, MOST_READ_AGAIN / Math.max(1, text.length));
  for (let count = 0; ; count++) {
    const error = documents.find(({ errors }) => errors.length > 0)?.errors[0];
    if (error === undefined) return documents;
    const at = error.pos[0];
    const end = /^\r?\n/.exec(joined.slice(at, at + 2))?.[0];
    if (error.code !== "MISSING_CHAR" || end === undefined || count >= tries) return strict;
    joined = joined.slice(0, at) + " ".repeat(end.length) + joined.slice(at + end.length);
    documents = [...compose(joined)];
  }
}

// `parseAllDocuments` without the sources that it keeps, and without comparing each key with each other
function* compose(text: string): Iterable<Document.Parsed> {
  const options = { uniqueKeys: false, prettyErrors: false, logLevel: "silent" as const, merge: false };
  const composer = new Composer(options);
  yield* composer.compose(new Parser().parse(text));
}

function convertDocument(
  document: Document.Parsed,
  text: string,
  base: number,
  problems: YamlProblem[],
): YamlValue | undefined {
  const anchors = new Map<string, YamlValue>();

  const convert = (node: unknown, indent: number): YamlValue | undefined => {
    if (isAlias(node)) {
      const value = anchors.get(node.source);
      if (value === undefined) problems.push({ start: base + (node.range?.[0] ?? 0), reason: "an alias of nothing" });
      return value;
    }
    const value = convertOwn(node, indent);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined && value !== undefined) anchors.set(anchor, value);
    return value;
  };

  const convertOwn = (node: unknown, indent: number): YamlValue | undefined => {
    if (isMap(node)) return convertMap(node);
    if (isSeq(node)) {
      const { start, end } = spanOf(node);
      const column = columnOf(start, node.flow ?? false);
      const items = node.items.flatMap((item) => convert(isPair(item) ? item.value : item, column) ?? []);
      const tag = node.tag?.startsWith("!") ? node.tag : undefined;
      return { kind: "list", tag, flow: node.flow ?? false, items, start, end: trimmedEnd(start, end) };
    }
    if (!isScalar(node)) return undefined;
    const { start, end } = spanOf(node);
    const writing = writings[node.type ?? "PLAIN"] ?? "plain";
    const sourced = scalarText(text, start, end, writing, indent);
    const empty = writing === "plain" && (node.value === null || start === end);
    return { kind: "scalar", text: sourced, empty, start, end };
  };

  const convertMap = (node: { items: unknown[]; flow?: boolean | undefined } & Node): YamlMap => {
    const { start, end } = spanOf(node);
    const flow = node.flow ?? false;
    const column = columnOf(start, flow);
    const entries: YamlEntry[] = [];
    const merged: YamlMap[] = [];
    for (const pair of node.items) {
      if (!isPair(pair)) continue;
      const key = keyText(pair.key);
      if (key === undefined) continue;
      const value = convert(pair.value, column);
      if (key.text === "<<") {
        for (const one of value?.kind === "list" ? value.items : [value]) if (one?.kind === "map") merged.push(one);
        continue;
      }
      const valueEnd = isAlias(pair.value) ? base + (pair.value.range?.[1] ?? 0) : (value?.end ?? key.end);
      entries.push({
        key,
        value,
        start: key.start,
        end: trimmedEnd(key.end, Math.max(key.end, valueEnd)),
        block: !flow,
      });
    }
    return { kind: "map", flow, entries, merged, start, end: trimmedEnd(start, end) };
  };

  const keyText = (node: unknown): SourcedText | undefined => {
    if (!isScalar(node)) return undefined;
    const { start, end } = spanOf(node);
    const writing = writings[node.type ?? "PLAIN"] ?? "plain";
    return writing === "plain" ? rawText(text, start, end, "plain") : scalarText(text, start, end, writing, 0);
  };

  const spanOf = (node: Node) => {
    const [start = 0, end = start] = node.range ?? [];
    return { start: base + start, end: base + end };
  };

  /** A collection in block style ends, for the parser, where the next thing begins. */
  const trimmedEnd = (start: number, end: number) => {
    let at = end;
    while (at > start && text.charCodeAt(at - 1) <= 0x20) at--;
    return at;
  };

  /** How many bytes stand before it on its line; of no use, and slow on one long line, in flow style. */
  const columnOf = (offset: number, flow: boolean) => (flow ? 0 : offset - (text.lastIndexOf("\n", offset - 1) + 1));

  return convert(document.contents, -1);
}

const writings: Readonly<Record<string, Writing>> = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};
