/** The fields of one line of CSV as BuildKit splits mounts (go-csvvalue), or what it refuses in the line. */
export function parseCsvLine(line: string): readonly string[] | { readonly problem: string } {
  const text = line.replace(/\r?\n$/, "");
  if (text === "") return { problem: "it is empty" };
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const field = text.charAt(at) === '"' ? readQuoted(text, at) : readPlain(text, at);
    if (field === undefined) return { problem: 'a " stands where none may be' };
    fields.push(field.value);
    if (field.end === text.length) return fields;
    at = field.end + 1;
  }
}

type Field = { readonly value: string; readonly end: number } | undefined;

function readPlain(text: string, from: number): Field {
  const comma = text.indexOf(",", from);
  const end = comma < 0 ? text.length : comma;
  const value = text.slice(from, end);
  return value.includes('"') ? undefined : { value, end };
}

function readQuoted(text: string, from: number): Field {
  const parts: string[] = [];
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return undefined;
    parts.push(text.slice(at, quote));
    const after = text.charAt(quote + 1);
    if (after === '"') parts.push('"');
    else return after === "," || after === "" ? { value: parts.join(""), end: quote + 1 } : undefined;
    at = quote + 2;
  }
}
