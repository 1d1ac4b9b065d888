import { programOf } from "../../dockerfile/shell/program.ts";
import type { ShellCommand, Word } from "../../dockerfile/shell/script.ts";
import { type CiScript, EXPRESSION_MARK } from "../script.ts";
import { placeOf, type SourcedText, type Span, sliceText } from "../sourced-text.ts";
import { plainText } from "./plain-text.ts";
import { takesValue } from "./valued-option.ts";

/** A command line that builds or runs a container. `from` and `to` are offsets in the script's text. */
export type ContainerCommand = {
  readonly script: CiScript;
  readonly shell: ShellCommand;
  readonly tool: string;
  readonly verb: "build" | "bake" | "run";
  /** From the program to the verb: `docker buildx build`. */
  readonly head: Stretch;
  /** The same as plain words. */
  readonly headWords: readonly string[];
  /** For people: the same without options. */
  readonly label: string;
  readonly options: readonly CommandOption[];
  /** In the file. */
  readonly span: Span;
};

export type Stretch = { readonly from: number; readonly to: number };

/** `--build-arg X=$Y`, `--build-arg=X=$Y`, `-e X`. */
export type CommandOption = Stretch & {
  /** Without dashes: `build-arg`, `e`. */
  readonly name: string;
  /** As it is written, quotes included. */
  readonly value: SourcedText;
  readonly word: Word;
  /** Where the word before it ends: from there on it can be taken out. */
  readonly after: number;
};

/** The commands of a script that build or run containers, in order; none where it is not known which shell reads it. */
export function containerCommandsOf(script: CiScript): ContainerCommand[] {
  // reading a script takes longer than this look for the programs' names
  if (!/docker|podman|nerdctl|buildah|buildctl|buildseal|executor|depot/.test(script.masked)) return [];
  return (script.shell?.commands ?? []).flatMap((command) => readCommand(script, command) ?? []);
}

const tools = new Set([
  "docker",
  "podman",
  "nerdctl",
  "buildah",
  "buildctl",
  "buildctl-daemonless.sh",
  "buildseal",
  "executor",
  "depot",
  "docker-compose",
]);

function readCommand(script: CiScript, command: ShellCommand): ContainerCommand | undefined {
  const tool = programOf(command);
  if (tool === undefined || !tools.has(tool)) return undefined;
  const { words } = command;
  const program = words.findIndex((word) => plainText(word.raw).split("/").at(-1) === tool);
  if (program < 0) return undefined;
  const verb = findVerb(tool, words, program);
  if (verb === undefined) return undefined;
  const head = { from: words[program]!.start, to: words[verb.at]!.end };
  return {
    script,
    shell: command,
    tool,
    verb: verb.name,
    head,
    headWords: words.slice(program, verb.at + 1).map((word) => plainText(word.raw)),
    label: [plainText(words[program]!.raw), ...verb.words].join(" "),
    options: readOptions(script, words, verb.at, verb.name),
    span: placeOf(script.source, command.start, command.end),
  };
}

type Verb = { readonly name: ContainerCommand["verb"]; readonly at: number; readonly words: readonly string[] };

// docker's and buildx's own options with a value, before the verb
const globalValued =
  /^(?:-[cHl]|--(?:context|host|config|log-level|tlscacert|tlscert|tlskey|builder|file|project-name|profile|env-file|connection|url|namespace|address|root|storage-driver|addr)|-[fpn])$/;

function findVerb(tool: string, words: readonly Word[], program: number): Verb | undefined {
  if (tool === "executor") return isKaniko(words[program]!) ? { name: "build", at: program, words: [] } : undefined;
  const read: string[] = [];
  for (let at = program + 1; at < words.length; at++) {
    const word = plainText(words[at]!.raw);
    if (word.startsWith("-")) {
      if (globalValued.test(word)) at++;
      continue;
    }
    read.push(word);
    if (word === "build" || word === "bud" || word === "b") return { name: "build", at, words: read };
    // compose builds what it starts
    if (word === "up" && (tool === "docker-compose" || read.includes("compose")) && hasWord(words, at, "--build"))
      return { name: "build", at, words: read };
    if (word === "bake") return { name: "bake", at, words: read };
    if (word === "run" || word === "create") return tool === "buildah" ? undefined : { name: "run", at, words: read };
    if (!/^(?:buildx|image|container|builder|compose|buildseal)$/.test(word)) return undefined;
  }
  return undefined;
}

function hasWord(words: readonly Word[], from: number, text: string): boolean {
  return words.slice(from).some((word) => plainText(word.raw) === text);
}

function isKaniko(word: Word): boolean {
  return plainText(word.raw).includes("kaniko/");
}

function readOptions(script: CiScript, words: readonly Word[], verb: number, name: Verb["name"]): CommandOption[] {
  const options: CommandOption[] = [];
  for (let at = verb + 1; at < words.length; at++) {
    const word = words[at]!;
    const flag = /^--?([A-Za-z][A-Za-z0-9-]*)/.exec(word.raw);
    if (flag === null) {
      // what stands behind the image of `run` is the container's
      if (name === "run" && word.raw !== "--" && !isExpansion(word)) break;
      continue;
    }
    const after = words[at - 1]!.end;
    const long = word.raw.startsWith("--");
    const equals = word.raw.indexOf("=");
    if (long && equals >= 0) {
      options.push(optionOf(script, word.raw.slice(2, equals), word, equals + 1, word, after));
      continue;
    }
    const letters = flag[1]!;
    const last = long ? letters : lastLetter(letters, name);
    const attached = !long && last !== undefined && letters.indexOf(last) < word.raw.length - 2;
    if (attached) {
      const from = letters.indexOf(last) + 2 + (word.raw[letters.indexOf(last) + 2] === "=" ? 1 : 0);
      options.push(optionOf(script, last, word, from, word, after));
    } else if (last !== undefined && takesValue(name, last)) {
      const value = words[at + 1];
      if (value === undefined) break;
      options.push(optionOf(script, last, value, 0, word, after));
      at++;
    }
  }
  return options;
}

/** The first letter of a group that takes a value: of `-itv` the `v`. */
function lastLetter(letters: string, verb: Verb["name"]): string | undefined {
  return [...letters].find((letter) => takesValue(verb, letter));
}

function optionOf(script: CiScript, name: string, word: Word, skip: number, flag: Word, after: number): CommandOption {
  // within `sh -c "…"` a word with escapes is longer in the file than it is for its shell
  const from = word.raw.length === word.end - word.start ? word.start + skip : word.start;
  const value = sliceText(script.source, from, word.end);
  return { name, value, word, from: flag.start, to: word.end, after };
}

/** `$OPTIONS` or `"${options[@]}"`: any number of words. */
function isExpansion(word: Word): boolean {
  return /^"?\$[{A-Za-z_]/.test(word.raw) || word.raw.startsWith(EXPRESSION_MARK);
}
