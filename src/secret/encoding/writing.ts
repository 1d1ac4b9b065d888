/** One way of writing a value down: `variant` says which dialect, in words for tests and debugging. */
export type Writing = {
  readonly variant: string;
  readonly bytes: Uint8Array;
  /** How many bytes stand for one byte of the value where every byte is escaped; 1 where most stay as they are. */
  readonly spread: number;
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The value as text, where it is UTF-8: escapes that count in characters have no meaning for anything else. */
export function textOf(value: Uint8Array): string | undefined {
  try {
    return utf8.decode(value);
  } catch {
    return undefined;
  }
}

/** The value as a string with one character for each byte, for escapes that count in bytes. */
export function byteText(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
}

export function writtenText(variant: string, text: string, spread = 1): Writing {
  return { variant, bytes: Buffer.from(text, "utf8"), spread };
}

export function writtenBytes(variant: string, text: string, spread = 1): Writing {
  return { variant, bytes: Buffer.from(text, "latin1"), spread };
}

/**
 * What becomes of a text in each dialect: where that is the text itself, or what another dialect makes of it, it is no form of its
 * own. Most values have little that is escaped, and a thousand of them have very many forms.
 */
export function otherTexts(
  text: string,
  dialects: readonly (readonly [variant: string, form: string])[],
  written: typeof writtenText,
): Writing[] {
  const seen = [text];
  return dialects.flatMap(([variant, form]) => {
    if (seen.includes(form)) return [];
    seen.push(form);
    return [written(variant, form)];
  });
}

/** Nobody prints a value of this size byte by byte in escapes: it has no such forms. */
const bigBytes = 64 * 1024;

/** The forms in which every byte is escaped. */
export function whereNotBig(value: Uint8Array, write: () => Writing[]): Writing[] {
  return value.byteLength > bigBytes ? [] : write();
}

/** What stands for each of the 256 bytes, so many bytes each. Made once, for a thousand values have very many bytes. */
export type ByteForms = { readonly width: number; readonly bytes: Uint8Array };

/** @param formOf gives as many characters for each byte */
export function byteForms(formOf: (byte: number) => string): ByteForms {
  const forms = Array.from({ length: 256 }, (_, byte) => formOf(byte));
  return { width: forms[0]!.length, bytes: Buffer.from(forms.join(""), "latin1") };
}

/** Two hex digits with something before them. */
export function hexForms(before: string): ByteForms {
  return byteForms((byte) => `${before}${byte.toString(16).padStart(2, "0")}`);
}

export function upperHexForms(before: string): ByteForms {
  return byteForms((byte) => `${before}${byte.toString(16).padStart(2, "0").toUpperCase()}`);
}

/** Every byte in its form. */
export function everyByte(variant: string, value: Uint8Array, { width, bytes }: ByteForms): Writing {
  const written = Buffer.allocUnsafe(value.length * width);
  let to = 0;
  for (let at = 0; at < value.length; at++) {
    const form = value[at]! * width;
    for (let index = form; index < form + width; index++) written[to++] = bytes[index]!;
  }
  return { variant, bytes: written, spread: width };
}
