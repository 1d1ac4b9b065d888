import { contextOf, shellCallOf } from "./nested-script.ts";
import { takeOutputs, takesStdout } from "./output.ts";
import { DEEPEST_SHELL, type Draft, type Reader } from "./reader.ts";
import { finishHeredoc, type HeredocText } from "./redirect.ts";

/** A here-doc whose text has come: a script where a shell reads it. */
export function runHeredoc(reader: Reader, heredoc: HeredocText): void {
  const { sink, context, at } = reader;
  const index = heredocReader(reader, heredoc);
  const command = sink.commands[index]!;
  const call = shellCallOf(command);
  const runs = call?.stdin === true && context.shells < DEEPEST_SHELL;
  finishHeredoc(reader, heredoc, runs);
  if (!runs) return;
  reader.at = heredoc.from;
  const outputs = reader.grammar.nest(reader, contextOf(reader, command, call), undefined, heredoc.to);
  reader.at = at;
  const redirectedBy = command.redirects.some(takesStdout) ? index : command.redirectedBy;
  takeOutputs(sink, outputs, (inner) => {
    inner.pipeTo = command.pipeTo;
    inner.redirectedBy = redirectedBy;
  });
}

/** The command that reads a here-doc: its own, or the one that `cat` hands it on to. */
function heredocReader({ sink }: Reader, { redirect, command: index }: HeredocText): number {
  const command: Draft = sink.commands[index]!;
  const isCat = command.words.length === 1 && command.words[0]!.value === "cat";
  const isStdin = redirect.fd === undefined || redirect.fd === 0;
  return isCat && isStdin ? (command.pipeTo ?? index) : index;
}
