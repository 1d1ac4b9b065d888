import type { Assignment, Redirect, RunAs, Scope, ShellCommand, Word } from "./script.ts";
import type { Transcript } from "./transcript.ts";

/** A word with what is needed to read it again as a script: offsets in the reader's own text. */
export type ReadWord = Word & {
  readonly from: number;
  readonly to: number;
  /** Its substitutions, which the shell that reads the word runs itself. */
  readonly substitutions: readonly { readonly from: number; readonly to: number }[];
};

/** A command while it is read. */
export type Draft = { -readonly [Key in keyof ShellCommand]: ShellCommand[Key] } & {
  readonly assignments: Assignment[];
  readonly words: ReadWord[];
  readonly redirects: DraftRedirect[];
  /** The next command in a list of those whose output is not yet taken by anybody. */
  next: number | undefined;
};
export type DraftRedirect = { -readonly [Key in keyof Redirect]: Redirect[Key] };

/** Where what is read is put: one for a text and all texts within it. */
export type Sink = { readonly commands: Draft[]; readonly scopes: Scope[] };

/**
 * Commands whose output is not yet taken by a pipe or a redirect: a list linked by `next`, so that joining two costs
 * nothing, however deep groups are nested.
 */
export type Outputs = { first: number | undefined; last: number | undefined };

/** What holds for the commands that are read now. */
export type Context = {
  readonly within: ShellCommand["within"];
  readonly inWord: number | undefined;
  readonly scope: number;
  /** How many `sh -c` and the like are around. */
  readonly shells: number;
};

/** A here-doc whose text comes after the line. */
export type PendingHeredoc = { readonly command: number; readonly redirect: DraftRedirect; readonly name: string };

/** What is known of a word while it is read. */
export type WordDraft = {
  /** undefined: something is expanded in it. */
  value: string | undefined;
  readonly variables: string[];
  readonly asked: string[];
  readonly substitutions: { readonly from: number; readonly to: number }[];
  template: boolean;
  /** The command whose word it is. */
  readonly owner: number | undefined;
};

/** What words need of those that read expansions, and these of those that read commands. */
export type Grammar = {
  readonly readDollar: (reader: Reader, draft: WordDraft, quoted: boolean) => void;
  readonly readBackticks: (reader: Reader, draft: WordDraft, quoted: boolean) => void;
  /** Reads commands from the reader's place to `end`, or to `closing`; of the transcript, where one is given. Gives those whose output is not taken. */
  readonly nest: (
    reader: Reader,
    context: Context,
    closing: ")" | undefined,
    end: number,
    transcript?: Transcript,
  ) => Outputs;
};

/** A place in a text. `place` gives the offset in the outermost text. */
export type Reader = {
  readonly text: string;
  at: number;
  end: number;
  readonly place: (index: number) => number;
  readonly sink: Sink;
  readonly grammar: Grammar;
  /** Spans of a template are looked for. */
  readonly templates: boolean;
  /** Where marks were last looked for, and found; see `findMark`. */
  readonly marks: Map<string, { from: number; found: number }>;
  /** Places of `((` that are known to be no arithmetic. */
  readonly notArithmetic: Set<number>;
  /** How many more characters may be read in vain to find that out: this keeps the time linear. */
  patience: number;
  pending: PendingHeredoc[];
  /** How many substitutions and expansions are around. */
  depth: number;
  context: Context;
};

/** Deeper substitutions are read as plain text: no person nests so, and the stack is safe. */
export const DEEPEST_EXPANSION = 25;
/** The same for scripts in words of scripts: each is read once for each shell around it. */
export const DEEPEST_SHELL = 6;

export function createReader(
  text: string,
  around: Pick<Reader, "place" | "sink" | "grammar" | "templates" | "context"> & { readonly depth?: number },
): Reader {
  return {
    text,
    at: 0,
    end: text.length,
    place: around.place,
    sink: around.sink,
    grammar: around.grammar,
    templates: around.templates,
    marks: new Map(),
    notArithmetic: new Set(),
    patience: 2 * text.length + 1000,
    pending: [],
    depth: around.depth ?? 0,
    context: around.context,
  };
}

/** Adds a shell that commands run in; its index. */
export function addScope(
  sink: Sink,
  kind: Scope["kind"],
  parent: number | undefined,
  traced = false,
  as?: RunAs,
): number {
  return sink.scopes.push({ kind, parent, traced, as }) - 1;
}

/** Adds an empty command that begins at `from`; its index. */
export function addCommand(reader: Reader, from: number): number {
  const { within, inWord, scope } = reader.context;
  const start = reader.place(from);
  return (
    reader.sink.commands.push({
      start,
      end: start,
      assignments: [],
      words: [],
      redirects: [],
      pipeTo: undefined,
      redirectedBy: undefined,
      within,
      inWord,
      scope,
      next: undefined,
    }) - 1
  );
}

/** Where the text from `from` to `to` ends in the outermost text. */
export function placeEnd(reader: Reader, from: number, to: number): number {
  return to > from ? reader.place(to - 1) + 1 : reader.place(from);
}

/** The next `mark` at or after `from`; beyond the text's end where there is none. Each stretch is searched once. */
export function findMark(reader: Reader, mark: string, from: number): number {
  const last = reader.marks.get(mark);
  if (last !== undefined && from >= last.from && from <= last.found) return last.found;
  const index = reader.text.indexOf(mark, from);
  const found = index < 0 ? reader.text.length : index;
  reader.marks.set(mark, { from, found });
  return found;
}
