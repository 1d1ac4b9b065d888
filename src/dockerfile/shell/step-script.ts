import { parseHeredocWord } from "../heredoc.ts";
import type { Command } from "../instruction.ts";
import { argumentsInJson } from "./json-argument.ts";
import { shellCallOf } from "./nested-script.ts";
import { readInto } from "./read-shell.ts";
import type { ReadWord, Sink } from "./reader.ts";
import type { Script } from "./script.ts";
import { sourceOf } from "./transcript.ts";
import { readWindowsShell, windowsShellOf } from "./windows-shell.ts";

export type StepReading = {
  /** What SHELL says, where it says something: see `shellsOf`. */
  readonly shell?: readonly string[] | undefined;
  /** Whether the file may be a template. */
  readonly templates: boolean;
};

/** What a RUN runs, as BuildKit hands it to its shell, or without one (JSON form); offsets are in the RUN's body. */
export function readStep(run: Command, { shell, templates }: StepReading): Script {
  const sink: Sink = { commands: [], scopes: [] };
  const { body } = run;
  if (run.form === "json") {
    const line = argumentsInJson(body);
    readInto(sink, line.text, (index) => sourceOf(line, index), { templates });
    return sink;
  }
  const windows = windowsShellOf(shell);
  if (windows !== undefined) return readWindowsShell(body, windows);
  const traced = shell !== undefined && isTraced(shell);
  const [only] = run.heredocs;
  if (only !== undefined && typeof parseHeredocWord(run.args[0] ?? "") === "object") {
    const from = (run.args[0] ?? "").length + 1;
    readOwnScript(sink, body.slice(from, body.length - only.name.length), from, { templates, traced });
  } else readInto(sink, body, (index) => index, { templates, traced });
  return sink;
}

/** A here-doc alone is the script itself; one with a `#!` line is run as a file (dockerfile2llb, dispatchRun). */
function readOwnScript(sink: Sink, text: string, from: number, options: { templates: boolean; traced: boolean }): void {
  const place = (index: number) => from + index;
  if (!text.startsWith("#!")) {
    readInto(sink, text, place, options);
    return;
  }
  const line: Sink = { commands: [], scopes: [] };
  const newline = text.indexOf("\n");
  readInto(line, text.slice(2, newline < 0 ? undefined : newline), (index) => place(index + 2), options);
  const interpreter = line.commands[0];
  const call = interpreter === undefined ? undefined : shellCallOf(interpreter);
  if (call?.stdin) readInto(sink, text, place, { ...options, traced: call.traced });
  else Object.assign(sink, line);
}

function isTraced(shell: readonly string[]): boolean {
  const words = shell.map((value) => ({ value, raw: value }) as ReadWord);
  return shellCallOf({ words })?.traced ?? false;
}
