import { randomBytes } from "node:crypto";

/** Every value that a test of this file gave out as secret: no output of buildseal may hold one of them. */
const watched = new Set<string>();

/** A value for a secret, from letters, digits, `-` and `_`, so that it can be part of a file's name. Made anew for each run. */
export const createValue = (): string => watchValue(`v${randomBytes(24).toString("base64url")}w`);

/** From now on this one (a token that an issuer made, say) is looked for in every output too. */
export function watchValue(value: string): string {
  watched.add(value);
  return value;
}

/** How a value may be written, by names of ours. Made independently of buildseal's own encodings. */
export function formsOf(value: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(value);
  const forms = new Map([
    ["raw", value],
    ["hex", bytes.toString("hex")],
    ["upper case hex", bytes.toString("hex").toUpperCase()],
    ["percent-encoded", encodeURIComponent(value)],
    ["JSON", JSON.stringify(value).slice(1, -1)],
  ]);
  // In the midst of other bytes: at each of the three offsets, without the characters that others have a part in.
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replaceAll("=", "");
    const end = (before + bytes.length) % 3 === 0 ? undefined : -1;
    const own = whole.slice(before === 0 ? 0 : before + 1, end);
    forms.set(`base64 at offset ${before}`, own);
    forms.set(`base64url at offset ${before}`, own.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms;
}

/** All ways to write all values that are watched. */
export const watchedForms = (): readonly string[] => [...watched].flatMap((value) => [...formsOf(value).values()]);

/** The forms in which a text holds a value, by name and never by value. */
export function valuesIn(text: string): readonly string[] {
  const found = [...watched].flatMap((value) => [...formsOf(value)].filter(([, form]) => text.includes(form)));
  return [...new Set(found.map(([name]) => name))];
}
