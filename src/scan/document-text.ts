import { createJsonReader, type JsonReader } from "./json-text.ts";

/** A text in a JSON document, and where: when it stood inside a base64 text, `inner` is where in what that decoded to. */
export type DocumentText = {
  readonly text: string;
  /** What it is base64 of, where that is a text (the Dockerfile in a provenance). */
  readonly decoded: string | undefined;
  readonly way: () => { readonly path: string; readonly inner: readonly string[] };
};

/** A payload in a payload in a payload: more is not looked into. */
const deepestPayload = 3;
const shortestPayload = 24;

/**
 * Reads every string of a JSON document, keys too. What is base64 of a text comes with that text; what is base64 of a
 * document (a DSSE payload) comes as the strings of that document.
 */
export function createDocumentReader(longest: number, onText: (text: DocumentText) => void): JsonReader {
  return readerAt([], longest, onText);
}

function readerAt(outer: readonly (() => string)[], longest: number, onText: (text: DocumentText) => void): JsonReader {
  return createJsonReader(longest, ({ text, path }) => {
    const decoded = outer.length < deepestPayload ? payloadOf(text) : undefined;
    if (decoded !== undefined && /^\s*[[{]/.test(decoded) && isJson(decoded)) {
      const reader = readerAt([...outer, path], longest, onText);
      reader.push(Buffer.from(decoded));
      reader.end();
      return;
    }
    onText({ text, decoded, way: () => wayTo([...outer, path].map((part) => part())) });
  });
}

function wayTo([path = "", ...inner]: readonly string[]): { path: string; inner: readonly string[] } {
  return { path, inner };
}

function payloadOf(text: string): string | undefined {
  if (text.length < shortestPayload || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  const decoded = Buffer.from(text, "base64").toString("utf8");
  // What is no text decodes to something with zero bytes or replacement characters.
  return /[\0\ufffd]/.test(decoded) ? undefined : decoded;
}

/** Too long to be tried, it is one: who writes so much and begins like it means it. */
const longestTried = 1 << 20;

function isJson(text: string): boolean {
  if (text.length > longestTried) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
