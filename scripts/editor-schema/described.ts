/** A JSON Schema, as far as this looks into it. */
export type Schema = {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  description?: string;
  [keyword: string]: unknown;
};

/** Key → what a page of the documentation says of it, in its tables of keys. A key that two tables have is not told. */
export type Descriptions = ReadonlyMap<string, string>;

/** @param heading only the tables of this section; left out: all of the page */
export function descriptionsIn(page: string, heading?: string): Descriptions {
  const found = new Map<string, string>();
  const twice = new Set<string>();
  for (const [, rows] of sectionOf(page, heading).matchAll(/^\| (?:key|option) \|.*\n\|[-|]+\n((?:\|.*\n)+)/gm)) {
    for (const [, keys, text] of rows!.matchAll(/^\| (`[^|]+`) \|(?:.* \|)? (.+) \|$/gm)) {
      for (const [, name] of keys!.matchAll(/`([\w.[\]]+)`/g)) {
        const key = name!.replaceAll("[]", "");
        if (found.has(key)) twice.add(key);
        found.set(key, plain(text!));
      }
    }
  }
  for (const key of twice) found.delete(key);
  return found;
}

/** What a page is about: its first paragraph. */
export function aboutOf(page: string): string {
  const [, paragraph] = /^# .*\n\n([\s\S]*?)\n\n/.exec(page) ?? [];
  if (paragraph === undefined) throw new Error(`no first paragraph in ${page.slice(0, 40)}`);
  return plain(paragraph.replaceAll("\n", " "));
}

/** Writes the descriptions to the keys, also of what lies within; a key of the table may be `outer.inner` or `list[].inner`. */
export function describe(schema: Schema, descriptions: Descriptions, within = ""): void {
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const path = within === "" ? key : `${within}.${key}`;
    const text = descriptions.get(path) ?? descriptions.get(key);
    if (text !== undefined) inner.description ??= text;
    describe(inner, descriptions, path);
  }
  const { items, additionalProperties, anyOf = [], oneOf = [] } = schema;
  const others = [items, typeof additionalProperties === "object" ? additionalProperties : undefined];
  for (const inner of [...others, ...anyOf, ...oneOf]) if (inner !== undefined) describe(inner, descriptions, within);
}

function sectionOf(page: string, heading: string | undefined): string {
  if (heading === undefined) return page;
  const start = page.indexOf(`${heading}\n`);
  if (start < 0) throw new Error(`no section ${heading}`);
  const rest = page.slice(start + heading.length);
  const end = rest.search(/^#{1,6} /m);
  return end < 0 ? rest : rest.slice(0, end);
}

/** Without links: an editor shows it as text. */
const plain = (markdown: string): string =>
  markdown
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replaceAll("\\|", "|")
    .replace(/ \(below\)|; see below|\. See below/g, "");
