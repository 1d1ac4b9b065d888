import { type Invocation, invocationOf } from "../dockerfile/shell/program.ts";
import type { Script, ShellCommand, Word } from "../dockerfile/shell/script.ts";
import { copies, keepers } from "./consumer.ts";
import { type AtHand, filesNamed, textOf } from "./secret-at-hand.ts";
import type { CommandFlow, Names } from "./secret-flow.ts";

/** How a command puts secrets into a file. */
export type Kept = {
  readonly names: Names;
  /** What does it, for people. */
  readonly how: string;
  /** The file, where it is known. */
  readonly path: string | undefined;
  readonly undo: RegExp | undefined;
  readonly instead: string;
  readonly unsure: boolean;
};

const MOUNT_IT =
  "let the program read the mounted file where it is, or mount the secret with target= where it is looked for";

/** What a command does to keep a secret; undefined: nothing. */
export function keptBy(script: Script, index: number, flow: readonly CommandFlow[], atHand: AtHand): Kept | undefined {
  const command = script.commands[index]!;
  const own = flow[index]!;
  const written = teed(command, own, atHand);
  if (written !== undefined) return written;
  const file = fileOfOutput(script, command);
  if (file !== undefined && own.output.size > 0) {
    return kept(own.output, "A redirect", textOf(file, atHand.home));
  }
  const invocation = invocationOf(command);
  if (invocation === undefined) return undefined;
  const { program, arguments: words } = invocation;
  if (program === "envsubst" && file !== undefined) return filledIn(invocation, file, atHand);
  if (copies.has(program)) return copied(invocation, own, atHand);
  if (program === "dd") return dumpedTo(invocation, own, atHand);
  if (program === "sed" && own.words.size > 0 && words.some(({ value }) => /^-[nE]*i|^--in-place/.test(value ?? ""))) {
    return kept(own.words, "sed -i", words.length > 1 ? textOf(words.at(-1)!, atHand.home) : undefined);
  }
  return configured(invocation, own, atHand);
}

/** `tee FILE`, whatever becomes of its output. */
function teed(command: ShellCommand, { fed }: CommandFlow, { home }: AtHand): Kept | undefined {
  const invocation = fed.size === 0 ? undefined : invocationOf(command);
  if (invocation?.program !== "tee") return undefined;
  const target = invocation.arguments.find(({ value }) => value === undefined || !value.startsWith("-"));
  return target === undefined ? undefined : kept(fed, "tee", textOf(target, home));
}

/** `envsubst < TEMPLATE > FILE` fills in what the template asks for, of the variables that it is told or of all. */
function filledIn(
  { arguments: words }: Invocation,
  file: Pick<Word, "raw" | "value">,
  { variables, home }: AtHand,
): Kept | undefined {
  const format = words.find(({ value }) => value !== undefined && !value.startsWith("-"))?.value;
  const asked = format?.match(/\w+/g) ?? undefined;
  const isAsked = (variable: string) => asked === undefined || asked.includes(variable);
  const names = new Set([...variables].flatMap(([variable, name]) => (isAsked(variable) ? [name] : [])));
  const isUnknown = words.length > 0 && format === undefined;
  if (names.size === 0 || isUnknown) return undefined;
  const path = textOf(file, home);
  return format === undefined
    ? { ...kept(names, "envsubst possibly", path), unsure: true }
    : kept(names, "envsubst", path);
}

function dumpedTo({ arguments: words }: Invocation, { reads, fed }: CommandFlow, { home }: AtHand): Kept | undefined {
  const target = words.find(({ raw }) => raw.startsWith("of="));
  const names = new Set([...reads, ...fed]);
  if (target === undefined || names.size === 0) return undefined;
  return kept(names, "dd", textOf(target, home).slice("of=".length));
}

function kept(names: Names, how: string, path: string | undefined): Kept {
  return { names, how, path, undo: undefined, instead: MOUNT_IT, unsure: false };
}

/** The file that takes a command's stdout, by its own redirect or that of the group around it. */
function fileOfOutput(
  { commands }: Script,
  command: ShellCommand,
): { raw: string; value: string | undefined } | undefined {
  const from = command.redirectedBy === undefined ? command : commands[command.redirectedBy];
  if (command.pipeTo !== undefined) return undefined;
  return from?.redirects.findLast(
    ({ operator, fd, target }) =>
      (fd === undefined || fd === 1) && /^(?:&?>>?|>\||>&)$/.test(operator) && !/^(?:\d+|-)$/.test(target.raw),
  )?.target;
}

function copied({ program, arguments: words }: Invocation, { reads }: CommandFlow, atHand: AtHand): Kept | undefined {
  if (reads.size === 0) return undefined;
  const into = program === "cp" || program === "mv" || program === "install" ? targetFolder(words) : undefined;
  const operands = words.filter((word) => word !== into && (word.value === undefined || !word.value.startsWith("-")));
  const target = into ?? operands.at(-1);
  const sources = into === undefined ? operands.slice(0, -1) : operands;
  if (target === undefined || sources.length === 0) return undefined;
  // written over the mount itself, it stays in the mount
  if (filesNamed(target, atHand).length > 0 && sources.every((word) => filesNamed(word, atHand).length === 0)) {
    return undefined;
  }
  if (/:/.test(target.raw) && (program === "scp" || program === "rsync")) return undefined;
  const folder = `${textOf(target, atHand.home)}${into === undefined ? "" : "/"}`;
  const base = textOf(sources.at(-1)!, atHand.home).replace(/^.*\//, "");
  return kept(reads, program, folder.endsWith("/") || folder === "." ? `${folder.replace(/\/$/, "")}/${base}` : folder);
}

/** `cp -t FOLDER FILE` */
function targetFolder(words: readonly Word[]): Word | undefined {
  const at = words.findIndex(({ value }) => /^(?:-[a-zA-Z]*t|--target-directory)$/.test(value ?? ""));
  return at < 0 ? undefined : words[at + 1];
}

function configured(
  { program, arguments: words }: Invocation,
  { words: told, fed, reads }: CommandFlow,
  { home }: AtHand,
): Kept | undefined {
  const names = new Set([...told, ...fed, ...reads]);
  if (names.size === 0) return undefined;
  const keeper = keepers.find((one) => one.program.test(program));
  if (keeper === undefined) return undefined;
  const text = words
    .filter(({ value }) => value === undefined || !value.startsWith("-"))
    .map(({ value, raw }) => value ?? raw)
    .join(" ")
    .slice(0, 300);
  if (!keeper.arguments.test(text)) return undefined;
  const path = keeper.file.startsWith("/") ? keeper.file : `${home}/${keeper.file}`;
  return { names, how: keeper.says, path, undo: keeper.undo, instead: keeper.instead, unsure: false };
}
