import { type Document, readDocument } from "./document.ts";

/** Registries take no larger manifests (distribution spec, "Pushing Manifests"), and configs are much smaller. */
export const mostDocumentBytes = 4 << 20;
/** No manifest and no config comes near. Parsed, each value costs many times its bytes. */
const mostDepth = 100;
const mostValues = 300_000;

/** Reads a document that an image could be put together from; undefined for what is none, or would cost too much. */
export function parseDocument(bytes: Buffer): Document | undefined {
  const keys = bytes.length > mostDocumentBytes ? undefined : countKeys(bytes);
  if (keys === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    const document = readDocument(value);
    return keys === keysOf(value) ? document : { doubt: repeated, ...document };
  } catch {
    return undefined;
  }
}

/** Go's encoding/json, which engines read with, puts the values of such a key together; JSON.parse gives the last. */
const repeated = "a key comes twice in one of its objects";

/** Of a document as it is written; undefined where it would cost too much. Told without parsing it, for that is what costs. */
function countKeys(bytes: Buffer): number | undefined {
  let depth = 0;
  let values = 1;
  let keys = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) isText = !isText;
    else if (isText) at += byte === backslash ? 1 : 0;
    else if (byte === openList || byte === openObject) depth++;
    else if (byte === closeList || byte === closeObject) depth--;
    else if (byte === comma) values++;
    else if (byte === colon) keys++;
    if (depth > mostDepth || values > mostValues) return undefined;
  }
  return keys;
}

function keysOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner: unknown[] = Object.values(value);
  return inner.reduce<number>((sum, each) => sum + keysOf(each), Array.isArray(value) ? 0 : inner.length);
}

const [quote, backslash, comma, colon, openList, closeList, openObject, closeObject] = Buffer.from('"\\,:[]{}');
