import { toText } from "../../../src/dockerfile/index.ts";
import type { Span } from "../../../src/workflow/sourced-text.ts";

/** One character a byte, as the readers hold a file. */
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "utf8"));
export const heldText = (text: string): string => toText(bytesOf(text));

/** What stands at a place of the file. */
export const at = (text: string, { start, end }: Span): string => heldText(text).slice(start, end);
