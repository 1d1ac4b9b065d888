/** A text in a JSON document: where, and, when it stood inside a base64 text, where in what that decoded to. */
export type DocumentText = { readonly path: string; readonly inner: readonly string[]; readonly text: string };

/** A payload in a payload in a payload: more is not looked into. */
const deepestPayload = 3;
const shortestPayload = 24;

/**
 * Every string of a parsed JSON document, keys too, each with the way to it: `config.Env.PATH`, `history[2].created_by`.
 * What is base64 of a text (the Dockerfile in a provenance) comes as that text too, and what is base64 of a document
 * (a DSSE payload) as the strings of that document.
 */
export function* documentTexts(json: unknown): Generator<DocumentText> {
  const left: { value: unknown; path: string; inner: readonly string[]; payloads: number }[] = [
    { value: json, path: "", inner: [], payloads: 0 },
  ];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, path, inner, payloads } = next;
    if (typeof value === "string") {
      const here = wayTo(path, inner);
      const payload = payloads < deepestPayload ? payloadOf(value) : undefined;
      const parsed = payload === undefined ? undefined : parse(payload);
      if (parsed === undefined) yield { ...here, text: value };
      if (payload === undefined) continue;
      if (parsed === undefined) yield { path: here.path, inner: [...here.inner, "base64"], text: payload };
      else left.push({ value: parsed, path: "", inner: [here.path, ...here.inner], payloads: payloads + 1 });
    } else if (Array.isArray(value)) {
      value.forEach((one, index) => {
        left.push({ value: one, path: `${path}${elementName(path, one, index)}`, inner, payloads });
      });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, one] of Object.entries(value)) {
        const way = path === "" ? key : `${path}.${key}`;
        yield { ...wayTo(way, inner), text: key };
        left.push({ value: one, path: way, inner, payloads });
      }
    }
  }
}

/** Inside a payload, the way to the payload comes first. */
function wayTo(path: string, inner: readonly string[]): { path: string; inner: readonly string[] } {
  const [outer, ...rest] = inner;
  return outer === undefined ? { path, inner: [] } : { path: outer, inner: [...rest, path] };
}

/** A variable is named by its name, which stays the same when others come before it. */
function elementName(path: string, value: unknown, index: number): string {
  const name = path.endsWith(".Env") && typeof value === "string" ? /^([^=]+)=/.exec(value)?.[1] : undefined;
  return name === undefined ? `[${index}]` : `.${name}`;
}

function payloadOf(text: string): string | undefined {
  if (text.length < shortestPayload || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  const decoded = bytes.toString("utf8");
  // What is no text decodes to something with zero bytes or replacement characters.
  return /[\0\ufffd]/.test(decoded) ? undefined : decoded;
}

function parse(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
