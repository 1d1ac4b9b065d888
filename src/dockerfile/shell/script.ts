/** What a shell's text runs. */
export type Script = {
  /** Every simple command, in the order of the text. */
  readonly commands: readonly ShellCommand[];
  /** The shells that run them; the first is the one that is given the text. */
  readonly scopes: readonly Scope[];
};

/** A shell process, or an `eval` in one. What `set` changes holds in a scope and in those within it, up to a new shell. */
export type Scope = {
  readonly kind: "shell" | "subshell" | "substitution" | "eval";
  readonly parent: number | undefined;
  /** Begun with `-x`. */
  readonly traced: boolean;
  /** Begun as another user, by the very command that starts it. */
  readonly as?: RunAs | undefined;
};

/** As whom a program runs that another one (`sudo`, `gosu`, `su -c`) starts as somebody else. */
export type RunAs = {
  /** That other one; of several the last. */
  readonly by: string;
  /** A name or a number; undefined where that is filled in. */
  readonly user: string | undefined;
  /** The names of the variables that are handed on, of those that are there. */
  readonly handsOn: "all" | readonly string[];
};

/** One simple command. Offsets count UTF-16 units in the text given. */
export type ShellCommand = {
  readonly start: number;
  readonly end: number;
  /** Those before its words. `for NAME in WORDS` and `NAME=(WORDS)` are commands with assignments alone. */
  readonly assignments: readonly Assignment[];
  /** `words[0]` is the program; empty for assignments alone, and for the redirects of a compound command. */
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  /** The index of the command that reads its stdout by a pipe. */
  readonly pipeTo: number | undefined;
  /** The index of the command whose redirect takes its stdout: that of the compound command or shell it stands in. */
  readonly redirectedBy: number | undefined;
  /** The output of a substitution becomes somebody's text; a function runs when it is called. */
  readonly within: "script" | "substitution" | "function";
  /** The index of the command in whose words, assignments or redirects a substitution stands. */
  readonly inWord: number | undefined;
  /** Index into `Script.scopes`. */
  readonly scope: number;
};

export type Assignment = { readonly name: string; readonly value: Word; readonly start: number; readonly end: number };

export type Redirect = {
  readonly operator: string;
  /** As written before the operator. */
  readonly fd: number | undefined;
  readonly target: Word;
  /** A here-doc's text, without the tabs that `<<-` takes off. */
  readonly heredoc: string | undefined;
  /** The same as a word: what it expands. */
  readonly content: Word | undefined;
  readonly start: number;
  readonly end: number;
};

export type Word = {
  readonly start: number;
  readonly end: number;
  /** As the shell that reads it has it: of `sh -c '…'` without the outer quotes. */
  readonly raw: string;
  /** Its text without quotes where nothing is expanded; `~` and globs are left as they are. */
  readonly value: string | undefined;
  /** The names of `$NAME` and `${NAME…}` whose value becomes part of it. */
  readonly variables: readonly string[];
  /** Those that are only asked for: `${NAME:+…}`, `${#NAME}`. */
  readonly asked: readonly string[];
  /** It holds a span of a template. */
  readonly template: boolean;
};
