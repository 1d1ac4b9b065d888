export type SecretAnswer =
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "missing" | "empty" }
  /** `why` follows "answers the secret …": none of the answer is in it. */
  | { readonly kind: "strange"; readonly why: string };

/**
 * The body of `GET /secrets/:key` with status 200. The server stringifies what it has and puts what is not there, or is
 * false to JavaScript, as no body (src/middleware/context.ts); koa then writes the status's word for it. So the two bare
 * letters OK are no value, the value OK is `"OK"`, and an empty body is an empty value. The content type, which says
 * text/plain, tells nothing.
 */
export function readAnswer(body: string): SecretAnswer {
  if (body === "OK") return { kind: "missing" };
  if (body === "") return { kind: "empty" };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { kind: "strange", why: "with something that is not JSON" };
  }
  if (value === "") return { kind: "empty" };
  if (typeof value === "string") return { kind: "value", text: value };
  return { kind: "strange", why: `with ${nameOf(value)} where a text should be: store the value as a text` };
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value !== null && typeof value === "object" ? "an object" : `a bare ${value === null ? "null" : typeof value}`;
}
