import { readBackticks, readDollar } from "./expansion.ts";
import { readCommands } from "./list.ts";
import { addScope, type Context, createReader, type Grammar, type Outputs, type Reader, type Sink } from "./reader.ts";
import type { Script } from "./script.ts";
import { sourceOf, type Transcript } from "./transcript.ts";

export type ReadShellOptions = {
  /** Spans of a template are looked for (`{{ … }}`, `{% … %}`, `<% … %>`); they are unless told otherwise. */
  readonly templates?: boolean;
  /** The shell was begun with `-x`. */
  readonly traced?: boolean;
};

/**
 * Reads a text as POSIX sh or bash does, as far as it must be known which commands run. It takes every text, in linear
 * time; what is no shell's grammar is passed over.
 */
export function readShell(text: string, options: ReadShellOptions = {}): Script {
  const sink: Sink = { commands: [], scopes: [] };
  readInto(sink, text, (index) => index, options);
  return { commands: sink.commands, scopes: sink.scopes };
}

/** The same for a part of a larger text: `place` gives the offset in that. */
export function readInto(
  sink: Sink,
  text: string,
  place: (index: number) => number,
  { templates = true, traced = false }: ReadShellOptions,
): void {
  const scope = addScope(sink, "shell", undefined, traced);
  const context: Context = { within: "script", inWord: undefined, scope, shells: 0 };
  readCommands(createReader(text, { place, sink, grammar, templates, context }), undefined);
}

const grammar: Grammar = { readDollar, readBackticks, nest };

/** Reads commands of a stretch of the reader's text, or of a transcript of it, and leaves the reader where they end. */
function nest(
  reader: Reader,
  context: Context,
  closing: ")" | undefined,
  end: number,
  transcript?: Transcript,
): Outputs {
  const depth = reader.depth + 1;
  if (transcript !== undefined) {
    const place = (index: number) => reader.place(sourceOf(transcript, index));
    const inner = createReader(transcript.text, { ...reader, place, context, depth });
    return readCommands(inner, closing);
  }
  const around = { context: reader.context, end: reader.end, pending: reader.pending };
  Object.assign(reader, { context, end, depth, pending: [] });
  const outputs = readCommands(reader, closing);
  Object.assign(reader, around, { depth: depth - 1 });
  return outputs;
}
