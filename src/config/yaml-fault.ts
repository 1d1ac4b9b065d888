import type { Document, ErrorCode, Node } from "yaml";

/** What a parser's code says of a text, in words. Nothing of the text is in them. */
const words: { readonly [Code in ErrorCode]?: string } = {
  BAD_INDENT: "the indentation does not fit the lines above, or a `{` or `[` is not closed",
  BAD_SCALAR_START: "a value that begins with this sign needs quotes",
  BLOCK_AS_IMPLICIT_KEY: "a key where none can be: the indentation does not fit, or a text with `: ` needs quotes",
  BLOCK_IN_FLOW: "within `{ }` or `[ ]` a comma is missing",
  DUPLICATE_KEY: "this key stands here twice",
  MISSING_CHAR: "a quote is not closed, or a `:` behind a key is missing",
  MULTILINE_IMPLICIT_KEY: "a `:` behind a key is missing, or the indentation does not fit",
  MULTIPLE_DOCS: "a second document begins, and only one is read",
  TAB_AS_INDENT: "a tab: YAML is indented by blanks",
  UNEXPECTED_TOKEN: "something stands here that does not belong to the value before it",
};

export function yamlFault(code: ErrorCode): string {
  return words[code] ?? code;
}

/** A `<<` that is no text: the parser has a symbol for it. */
export function isMergeKey(key: unknown): boolean {
  return typeof key === "symbol" && key.description === "<<";
}

/** What of a document that was parsed gives no value, and where it begins. */
type Unfollowed = { readonly what: string; readonly offset: number };

/** The first alias or `<<` that leads nowhere; undefined: they all do. */
export async function findUnfollowed(document: Document): Promise<Unfollowed | undefined> {
  const { isAlias, isMap, isScalar, isSeq, visit } = await import("yaml");
  // each alias's own `resolve` would go through the whole document
  const anchors = new Map<string, Node>();
  const followed = (node: unknown) => (isAlias(node) ? anchors.get(node.source) : node);
  let found: Unfollowed | undefined;
  const stopAt = (what: string, node: Node) => {
    found = { what, offset: node.range?.[0] ?? 0 };
    return visit.BREAK;
  };
  visit(document, {
    Alias: (_, alias) =>
      anchors.has(alias.source) ? undefined : stopAt("an alias of what no `&` above it names", alias),
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !isMergeKey(key.value)) return undefined;
      const merged = followed(value);
      const sources = isSeq(merged) ? merged.items.map(followed) : [merged];
      // an alias that leads nowhere is told where it stands
      const isWrong = sources.some((source) => source !== undefined && !isMap(source));
      return isWrong ? stopAt("`<<` takes an alias of keys with values", key) : undefined;
    },
  });
  return found;
}
