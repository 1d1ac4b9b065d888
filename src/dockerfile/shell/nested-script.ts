import { invocationOf } from "./program.ts";
import {
  addScope,
  type Context,
  DEEPEST_SHELL,
  type Draft,
  type Outputs,
  type Reader,
  type ReadWord,
} from "./reader.ts";
import { runAs } from "./run-as.ts";
import { scriptOfWord } from "./transcript.ts";

const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "rbash"]);
const USER_SHELLS: ReadonlySet<string> = new Set(["su", "runuser"]);

/** How a command starts a shell. */
export type ShellCall = {
  readonly kind: "shell" | "eval";
  readonly traced: boolean;
  /** The word that holds its script; undefined: it reads its stdin, or a file. */
  readonly script: ReadWord | undefined;
  readonly stdin: boolean;
};

/** What a command is as a shell; undefined where it is none. */
export function shellCallOf(command: { readonly words: readonly ReadWord[] }): ShellCall | undefined {
  if (command.words.length === 0) return undefined;
  const invocation = invocationOf(command);
  if (invocation === undefined) return undefined;
  const words = invocation.arguments as readonly ReadWord[];
  if (SHELLS.has(invocation.program)) return readShellOptions(words);
  if (USER_SHELLS.has(invocation.program)) return readUserShell(words);
  if (invocation.program === "eval" || invocation.program === "trap") {
    const script = words.find((word) => !word.raw.startsWith("-"));
    return script === undefined ? undefined : { kind: "eval", traced: false, script, stdin: false };
  }
  return undefined;
}

function readShellOptions(words: readonly ReadWord[]): ShellCall {
  let traced = false;
  let takesScript = false;
  let stdin = false;
  let at = 0;
  for (; at < words.length; at++) {
    const option = words[at]!.value;
    if (option === undefined || !/^[-+]./.test(option)) break;
    if (option === "--") {
      at++;
      break;
    }
    if (option.startsWith("--")) {
      if (option === "--rcfile" || option === "--init-file") at++;
      continue;
    }
    if (option.includes("x") && option.startsWith("-")) traced = true;
    if (option.includes("c") && option.startsWith("-")) takesScript = true;
    if (option.includes("s") && option.startsWith("-")) stdin = true;
    if (/[oO]$/.test(option)) {
      if (words[at + 1]?.value === "xtrace" && option.startsWith("-")) traced = true;
      at++;
    }
  }
  const first = words[at];
  return {
    kind: "shell",
    traced,
    script: takesScript ? first : undefined,
    stdin: !takesScript && (stdin || first === undefined || first.value === "-" || first.value === "/dev/stdin"),
  };
}

function readUserShell(words: readonly ReadWord[]): ShellCall {
  const at = words.findIndex(({ value }) => value === "-c" || value === "--command" || value === "-lc");
  return { kind: "shell", traced: false, script: at < 0 ? undefined : words[at + 1], stdin: at < 0 };
}

/** Reads the script that a command gives to a shell in one of its words; the outputs that are not taken in it. */
export function readWordScript(reader: Reader, command: Draft, call: ShellCall): Outputs | undefined {
  const { script } = call;
  if (script === undefined || reader.context.shells >= DEEPEST_SHELL) return undefined;
  // one word with a variable: which script that is, is not known
  if (script.value === undefined && !/\s/.test(script.raw)) return undefined;
  return reader.grammar.nest(reader, contextOf(reader, command, call), undefined, script.to, scriptOfWord(script));
}

/** What holds in a shell that a command starts. */
export function contextOf(reader: Reader, command: Draft, { kind, traced }: ShellCall): Context {
  const scope = addScope(reader.sink, kind, command.scope, traced, runAs(command.words));
  return { within: command.within, inWord: command.inWord, scope, shells: reader.context.shells + 1 };
}
