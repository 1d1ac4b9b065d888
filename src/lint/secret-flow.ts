import { assignmentIn, invocationOf } from "../dockerfile/shell/program.ts";
import type { Script, ShellCommand, Word } from "../dockerfile/shell/script.ts";
import { passesOn, saysWords, takesPattern } from "./consumer.ts";
import { type AtHand, filesNamed } from "./secret-at-hand.ts";

export type Names = ReadonlySet<string>;

/** Where the secrets of a step come in one of its commands. Names of secrets, never values. */
export type CommandFlow = {
  /** Their value is in its words or assignments, by a variable or a substitution. */
  readonly told: Names;
  /** The same for its words alone. */
  readonly words: Names;
  /** It is given their file, as a word or on its stdin. */
  readonly reads: Names;
  /** Their value comes on its stdin: by a pipe, a here-doc, a here-string or a file. */
  readonly fed: Names;
  /** Their value is in its stdout. */
  readonly output: Names;
};

const NONE: Names = new Set();

// each rule about mounted secrets asks for it
const followed = new WeakMap<Script, { readonly atHand: AtHand; readonly flow: readonly CommandFlow[] }>();

/** Follows the values of secrets through variables, substitutions and pipes, command by command. */
export function secretFlow(script: Script, atHand: AtHand): readonly CommandFlow[] {
  const known = followed.get(script);
  if (known?.atHand === atHand) return known.flow;
  const flow = followAll(script, atHand);
  followed.set(script, { atHand, flow });
  return flow;
}

function followAll(script: Script, atHand: AtHand): readonly CommandFlow[] {
  const flow = startFlow(script, atHand);
  for (const [index, command] of script.commands.entries()) {
    if (command.inWord === undefined) follow(flow, index);
  }
  return script.commands.map(
    (_, index) => flow.done[index] ?? { told: NONE, words: NONE, reads: NONE, fed: NONE, output: NONE },
  );
}

type Flow = {
  readonly script: Script;
  readonly atHand: AtHand;
  /** Variables that hold a value, and those that hold a file's path. */
  readonly values: Map<string, Names>;
  readonly paths: Map<string, Names>;
  readonly children: ReadonlyMap<number, readonly number[]>;
  readonly pipes: ReadonlyMap<number, readonly number[]>;
  readonly done: (CommandFlow | undefined)[];
};

function startFlow(script: Script, atHand: AtHand): Flow {
  const children = new Map<number, number[]>();
  const pipes = new Map<number, number[]>();
  for (const [index, { inWord, pipeTo }] of script.commands.entries()) {
    if (inWord !== undefined) listOf(children, inWord).push(index);
    if (pipeTo !== undefined) listOf(pipes, pipeTo).push(index);
  }
  const values = new Map([...atHand.variables].map(([variable, name]) => [variable, new Set([name])] as const));
  return { script, atHand, values, paths: new Map(), children, pipes, done: [] };
}

function listOf(lists: Map<number, number[]>, key: number): number[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function follow(flow: Flow, index: number): void {
  const command = flow.script.commands[index]!;
  const children = flow.children.get(index) ?? [];
  for (const child of children) follow(flow, child);
  const { words, assignments, redirects } = command;
  const told = new Set<string>();
  const inWords = new Set<string>();
  const fed = new Set<string>();
  const reads = new Set<string>();
  for (const { name, value } of assignments) assign(flow, told, name, value, children);
  const invocation = invocationOf(command);
  const sets = invocation !== undefined && SETTERS.has(invocation.program);
  for (const word of words) {
    const assigned = assignmentIn(word);
    if (sets && assigned !== undefined) assign(flow, told, assigned.name, assigned.value, children);
    else addAll(inWords, valuesIn(flow, word, children));
    addAll(reads, pathsIn(flow, word));
  }
  addAll(told, inWords);
  for (const { operator, target, content } of redirects) {
    if (operator === "<") addAll(fed, addAll(reads, pathsIn(flow, target)));
    if (operator === "<<<") addAll(fed, valuesIn(flow, target, children));
    if (content !== undefined) addAll(fed, valuesIn(flow, content, children));
  }
  for (const source of flow.pipes.get(index) ?? []) addAll(fed, flow.done[source]?.output ?? NONE);
  const given = { told, words: inWords, reads, fed };
  flow.done[index] = { ...given, output: outputOf(flow, command, given) };
  if (invocation?.program === "read") {
    for (const word of invocation.arguments) {
      if (word.value !== undefined && fed.size > 0) flow.values.set(word.value, fed);
    }
  }
}

const SETTERS: ReadonlySet<string> = new Set(["export", "declare", "local", "readonly", "typeset"]);

function assign(flow: Flow, told: Set<string>, name: string, value: Word, children: readonly number[]): void {
  const values = valuesIn(flow, value, children);
  addAll(told, values);
  const paths = pathsIn(flow, value);
  if (values.size > 0) flow.values.set(name, values);
  // set anew, it is another thing; a mount's own variable stays one where it is only wrapped
  else if (!value.variables.includes(name)) flow.values.delete(name);
  if (paths.size > 0) flow.paths.set(name, paths);
  else flow.paths.delete(name);
}

/** The secrets whose value a word holds. */
function valuesIn(flow: Flow, word: Word, children: readonly number[]): Names {
  if (word.value !== undefined) return NONE;
  const found = new Set<string>();
  for (const name of word.variables) addAll(found, flow.values.get(name) ?? NONE);
  for (let at = firstFrom(flow, children, word.start); at < children.length; at++) {
    const child = flow.script.commands[children[at]!]!;
    if (child.start >= word.end) break;
    if (isText(child)) addAll(found, flow.done[children[at]!]?.output ?? NONE);
  }
  return found;
}

/** A substitution's command whose output becomes the text. */
function isText({ within, pipeTo, redirectedBy, redirects }: ShellCommand): boolean {
  return (
    within === "substitution" &&
    pipeTo === undefined &&
    redirectedBy === undefined &&
    !redirects.some(({ operator, fd }) => (fd === undefined || fd === 1) && /^&?>/.test(operator))
  );
}

function firstFrom(flow: Flow, children: readonly number[], start: number): number {
  let low = 0;
  let high = children.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (flow.script.commands[children[middle]!]!.start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function pathsIn(flow: Flow, word: Word): Names {
  // a substitution's words are those of its own commands
  const inner = word.value === undefined ? word.raw.search(/[$<>]\(|`/) : -1;
  const found = new Set(
    filesNamed(inner < 0 ? word : { raw: word.raw.slice(0, inner), value: undefined }, flow.atHand),
  );
  for (const name of word.variables) addAll(found, flow.paths.get(name) ?? NONE);
  return found;
}

type Given = { readonly words: Names; readonly reads: Names; readonly fed: Names };

function outputOf(flow: Flow, command: ShellCommand, given: Given): Names {
  const invocation = invocationOf(command);
  // $(< file)
  if (invocation === undefined)
    return command.words.length === 0 && command.within === "substitution" ? given.fed : NONE;
  const { program, arguments: words } = invocation;
  if (saysWords.has(program)) {
    if (program === "printf" && words[0]?.value === "-v") return NONE;
    return programFirst(command) === "xargs" ? union(given.words, given.fed) : given.words;
  }
  if (passesOn.has(program)) {
    if (words.some(({ value }) => value !== undefined && ENVIRONMENT.test(value))) {
      return union(given.reads, given.fed, new Set(flow.atHand.variables.values()));
    }
    if (
      program === "grep" &&
      words.some(({ value }) => /^-[A-Za-z]*[qcl]|^--(?:quiet|silent|count|files)/.test(value ?? ""))
    ) {
      return NONE;
    }
    if (program === "tee" || program === "tr") return given.fed;
    if (program === "dd" && words.some(({ raw }) => raw.startsWith("of="))) return NONE;
    if (program === "sed" && words.some(({ value }) => /^-[nE]*i|^--in-place/.test(value ?? ""))) return NONE;
    // a pattern or a filter that holds a value is printed where it is put in, which is for `sed` and `jq` alone
    const patterns = takesPattern.has(program) && (program === "sed" || program === "jq") ? given.words : NONE;
    return union(given.reads, given.fed, patterns);
  }
  return dumped(flow, program, words);
}

/** `xargs echo` says what it is fed. */
function programFirst({ words }: ShellCommand): string | undefined {
  return words[0]?.value?.replace(/^.*\//, "");
}

const ENVIRONMENT = /^\/proc\/(?:self|\d+)\/environ$/;

/** What a command that lists variables prints. */
function dumped(flow: Flow, program: string, words: readonly Word[]): Names {
  const all = () => union(...[...flow.values.values()]);
  const exported = () => new Set(flow.atHand.variables.values());
  switch (program) {
    case "printenv": {
      const named = words.filter(({ value }) => value !== undefined && !value.startsWith("-"));
      return named.length === 0 ? exported() : union(...named.map(({ value }) => flow.values.get(value!) ?? NONE));
    }
    case "env":
      return words.every(({ value }) => value === "-0" || value === "--null") ? exported() : NONE;
    case "set":
      return words.length === 0 ? all() : NONE;
    case "export":
    case "declare":
    case "typeset": {
      const options = words.filter(({ value }) => value?.startsWith("-"));
      const names = words.filter(({ value }) => value !== undefined && !value.startsWith("-") && !value.includes("="));
      if (words.length > options.length + names.length) return NONE;
      const lists = options.some(({ value }) => value!.includes("p")) || names.length + options.length === 0;
      if (!lists) return NONE;
      return names.length === 0 ? all() : union(...names.map(({ value }) => flow.values.get(value!) ?? NONE));
    }
    default:
      return NONE;
  }
}

function addAll<Into extends Set<string>>(into: Into, names: Names): Into {
  for (const name of names) into.add(name);
  return into;
}

function union(...sets: readonly Names[]): Names {
  const found = new Set<string>();
  for (const set of sets) addAll(found, set);
  return found;
}
