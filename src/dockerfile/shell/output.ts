import type { Draft, Outputs, Sink } from "./reader.ts";
import type { Redirect } from "./script.ts";

export function noOutputs(): Outputs {
  return { first: undefined, last: undefined };
}

export function addOutput(sink: Sink, outputs: Outputs, command: number): void {
  joinOutputs(sink, outputs, { first: command, last: command });
}

/** Moves all of `added` to the end of `outputs`. */
export function joinOutputs(sink: Sink, outputs: Outputs, added: Outputs): void {
  if (added.first === undefined) return;
  if (outputs.last === undefined) outputs.first = added.first;
  else sink.commands[outputs.last]!.next = added.first;
  outputs.last = added.last;
  added.first = undefined;
  added.last = undefined;
}

/** Does something to each, and empties the list. */
export function takeOutputs(sink: Sink, outputs: Outputs, take: (command: Draft) => void): void {
  for (let at = outputs.first; at !== undefined; ) {
    const command: Draft = sink.commands[at]!;
    at = command.next;
    command.next = undefined;
    take(command);
  }
  outputs.first = undefined;
  outputs.last = undefined;
}

const TO_FILE: ReadonlySet<string> = new Set([">", ">>", ">|", "&>", "&>>"]);

/** Whether a redirect sends stdout to a file. */
export function takesStdout({ operator, fd, target }: Pick<Redirect, "operator" | "fd" | "target">): boolean {
  if (fd !== undefined && fd !== 1) return false;
  return TO_FILE.has(operator) || (operator === ">&" && !/^(?:\d+|-)$/.test(target.raw));
}
