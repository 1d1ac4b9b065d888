import type { Script, ShellCommand, Word } from "./script.ts";

export type WindowsShell = "powershell" | "cmd";

/** The kind of a Windows shell; undefined for others. */
export function windowsShellOf(shell: readonly string[] | undefined): WindowsShell | undefined {
  const program = shell?.[0]
    ?.toLowerCase()
    .replace(/^.*[\\/]/, "")
    .replace(/\.exe$/, "");
  if (program === "cmd") return "cmd";
  return program === "powershell" || program === "pwsh" ? "powershell" : undefined;
}

type Syntax = { readonly piece: RegExp; readonly variable: RegExp };

// what ends a command, what parts words, quoted text, plain text
const SYNTAX: Readonly<Record<WindowsShell, Syntax>> = {
  powershell: {
    piece:
      /(?<end>[;|\n{}()]|&&|\|\|)|(?<blank>[ \t\r,]+)|'(?:[^']|'')*'?|"(?:[^"`]|`[\s\S]|"")*"?|`[\s\S]?|&|[^\s;|{}(),'"`&]+/g,
    variable: /\$(?:\{?env:)?([A-Za-z_]\w*)/gi,
  },
  cmd: {
    piece: /(?<end>[&|\n()])|(?<blank>[ \t\r]+)|"[^"\n]*"?|\^[\s\S]?|[^\s&|()"^]+/g,
    variable: /[%!]([A-Za-z_]\w*)[%!]/g,
  },
};

/**
 * Reads what a Windows shell is given, less deeply than `readShell`: simple commands with their words. Expressions of
 * PowerShell come out as commands of whatever words they have.
 */
export function readWindowsShell(text: string, shell: WindowsShell): Script {
  const { piece, variable } = SYNTAX[shell];
  const commands: ShellCommand[] = [];
  let words: Word[] = [];
  let from = -1;
  const endWord = (to: number) => {
    if (from >= 0) words.push(readWord(text, from, to, variable));
    from = -1;
  };
  const endCommand = (to: number) => {
    endWord(to);
    if (words.length > 0) commands.push(commandOf(words));
    words = [];
  };
  for (const found of text.matchAll(piece)) {
    if (found.groups?.["end"] !== undefined) endCommand(found.index);
    else if (found.groups?.["blank"] !== undefined) endWord(found.index);
    else if (from < 0) from = found.index;
  }
  endCommand(text.length);
  return { commands, scopes: [{ kind: "shell", parent: undefined, traced: false }] };
}

function readWord(text: string, start: number, end: number, variable: RegExp): Word {
  const raw = text.slice(start, end);
  const variables = [...raw.matchAll(variable)].map(([, name]) => name!);
  const value = variables.length > 0 ? undefined : raw.replace(/^(['"])([\s\S]*)\1$/, "$2");
  return { start, end, raw, value, variables, asked: [], template: /\{\{|\{%|<%/.test(raw) };
}

function commandOf(words: readonly Word[]): ShellCommand {
  const start = words[0]!.start;
  const end = words.at(-1)!.end;
  const plain = { pipeTo: undefined, redirectedBy: undefined, within: "script", inWord: undefined, scope: 0 } as const;
  return { start, end, assignments: [], words, redirects: [], ...plain };
}
