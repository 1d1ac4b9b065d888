/**
 * The comma-separated value of one flag, as Docker reads it: one record, fields quoted by `"` (doubled inside) only where
 * the quote is the field's first character. Source: tonistiigi/go-csvvalue (buildx ≥ 0.17), encoding/csv before.
 */

export type CsvRecord = { readonly fields: readonly string[] } | { readonly refused: string };

/** The fields of a record, or why Docker refuses it. The text is not in the reason: it may hold a credential. */
export function parseCsvRecord(text: string): CsvRecord {
  let rest = text.replace(/\r?\n$/, "");
  if (rest === "") return { refused: "it is empty" };
  const fields: string[] = [];
  for (;;) {
    if (!rest.startsWith('"')) {
      const comma = rest.indexOf(",");
      const field = comma < 0 ? rest : rest.slice(0, comma);
      if (field.includes('"')) return { refused: 'a quote (") stands inside a field that does not begin with one' };
      fields.push(field);
      if (comma < 0) return { fields };
      rest = rest.slice(comma + 1);
      continue;
    }
    const quoted = /^"((?:[^"]|"")*)"(,|$)/.exec(rest);
    if (quoted === null) return { refused: 'a quoted field is not closed by a quote (") before the comma' };
    fields.push(quoted[1]!.replaceAll('""', '"'));
    if (quoted[2] === "") return { fields };
    rest = rest.slice(quoted[0].length);
  }
}

/** Fields as one record: only what needs quotes gets them. The inverse of `parseCsvRecord`. */
export function printCsvRecord(fields: readonly string[]): string {
  return fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

/** `key=value` at the first equals sign; undefined without one. */
export function splitPair(field: string): readonly [key: string, value: string] | undefined {
  const equals = field.indexOf("=");
  return equals < 0 ? undefined : [field.slice(0, equals), field.slice(equals + 1)];
}
