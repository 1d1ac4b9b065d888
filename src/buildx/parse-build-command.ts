import { SealError } from "../error.ts";
import type { BuildCommand, Piece, Setting } from "./build-command.ts";
import { parseCacheFlag } from "./cache-flag.ts";
import { parseCsvRecord, splitPair } from "./csv-record.ts";
import { flagByName, flagByShort, parseGoBoolean } from "./flag-table.ts";
import { readFlagWord } from "./flag-word.ts";
import { parseOutputFlag } from "./output-flag.ts";
import { isOwnFlag, type OwnSetting, readOwnFlags, takeOwnFlag } from "./own-flag.ts";
import { parseSecretFlag } from "./secret-flag.ts";

/**
 * Reads the words after `docker buildx build`, as spf13/pflag does: flags in any position, `--flag value`, `--flag=value`,
 * `-tX`, `-t X`, `-t=X`, letters in a group (`-qD`, `-qtX`), `--bool=false`, `--`, one argument.
 *
 * What Docker itself would refuse is not an error here: `refused` says so, and Docker then says it in its own words.
 *
 * A flag that we do not know (of a newer Docker) is passed on unread. `--new=value` is one whole. In `--new word` the word
 * is the flag's value or the context: as there is exactly one argument, it is taken for a value where there would be one
 * too many without it.
 * @throws ARGUMENT for one of our own flags that is unknown or wrong, and where two readings of unknown flags remain
 */
export function parseBuildCommand(words: readonly string[]): BuildCommand {
  const first = scan(words, new Set());
  const surplus = first.pieces.filter((piece) => piece.kind === "argument").length - 1;
  if (surplus <= 0 || first.undecided.length < surplus) return readCommand(first);
  if (first.undecided.length > surplus) throw severalReadings(words, first.undecided);
  return readCommand(scan(words, new Set(first.undecided)));
}

function severalReadings(words: readonly string[], undecided: readonly number[]): SealError {
  const names = undecided.map((index) => words[index]).join(" and ");
  const example = words[undecided[0]!]!;
  return new SealError(
    "ARGUMENT",
    `${names} are not known to this version of buildseal, and it cannot tell which of them takes a value.`,
    `Write a value with an equals sign (${example}=VALUE), and the context last.`,
  );
}

type Scan = {
  readonly pieces: readonly Piece[];
  readonly own: readonly OwnSetting[];
  /** Where unknown flags stand whose next word may be their value. */
  readonly undecided: readonly number[];
  readonly refused?: string;
};

const lookup = { byName: flagByName, byShort: flagByShort };

/** `taking`: where unknown flags stand that take the next word. */
function scan(words: readonly string[], taking: ReadonlySet<number>): Scan {
  const pieces: Piece[] = [];
  const own: OwnSetting[] = [];
  const undecided: number[] = [];
  const leftover = (from: number, refused: string): Scan => {
    pieces.push({ kind: "flags", words: words.slice(from), settings: [] });
    return { pieces, own, undecided, refused };
  };
  let at = 0;
  while (at < words.length) {
    const word = words[at]!;
    if (word === "--") {
      pieces.push({ kind: "end", words: ["--"] });
      for (const argument of words.slice(at + 1)) pieces.push({ kind: "argument", words: [argument] });
      break;
    }
    if (word === "-" || !word.startsWith("-")) {
      pieces.push({ kind: "argument", words: [word] });
      at += 1;
      continue;
    }
    if (isOwnFlag(word)) {
      const taken = takeOwnFlag(words.slice(at, at + 2));
      own.push(taken.setting);
      at += taken.used;
      continue;
    }
    const next = words[at + 1];
    const group = readFlagWord(word, next, lookup);
    if ("refused" in group) return leftover(at, group.refused);
    if (group.open && taking.has(at)) {
      const settings = group.settings.map((setting) => (setting.known ? setting : { ...setting, value: next! }));
      pieces.push({ kind: "flags", words: [word, next!], settings });
      at += 2;
      continue;
    }
    if (group.open && next !== undefined && (next === "-" || !next.startsWith("-"))) undecided.push(at);
    pieces.push({ kind: "flags", words: words.slice(at, at + group.used), settings: group.settings });
    at += group.used;
  }
  return { pieces, own, undecided };
}

function readCommand({ pieces, own, refused: unreadable }: Scan): BuildCommand {
  const reasons: string[] = unreadable === undefined ? [] : [unreadable];
  const settings = pieces.flatMap((piece) => (piece.kind === "flags" ? piece.settings : []));
  const known = settings.filter((setting) => setting.known);
  const all = (name: string): string[] =>
    known.filter((setting) => setting.name === name).map((setting) => setting.value);
  const last = (name: string): string | undefined => all(name).at(-1);
  const listed = (name: string): string[] => all(name).flatMap((value) => value.split(",").filter((one) => one !== ""));
  const isOn = (name: string): boolean => {
    const word = last(name);
    return word !== undefined && parseGoBoolean(word) === true;
  };
  const parsed = <Value>(name: string, parse: (text: string) => readonly Value[]): Value[] =>
    all(name).flatMap((text) => {
      try {
        return parse(text);
      } catch (error) {
        if (!(error instanceof SealError)) throw error;
        reasons.push(error.message);
        return [];
      }
    });

  for (const { name, value } of known) {
    if (flagByName(name)?.boolean && parseGoBoolean(value) === undefined) reasons.push(`--${name} is true or false`);
  }
  const help = isOn("help");
  const contexts = pieces.flatMap((piece) => (piece.kind === "argument" ? piece.words : []));
  if (contexts.length !== 1 && !help && unreadable === undefined) {
    reasons.push(contexts.length === 0 ? "there is no context (PATH, URL or -)" : "there is more than one context");
  }
  if (contexts.length === 1 && contexts[0] === "" && !help) reasons.push("the context is empty");
  const secrets = parsed("secret", (text) => parseSecretFlag(text));
  const outputs = parsed("output", (text) => parseOutputFlag(text));
  if ((last("iidfile") ?? "") !== "" && outputs.some(({ type }) => type === "local" || type === "tar")) {
    reasons.push("--iidfile does not go with an output of files");
  }
  const cacheFrom = parsed("cache-from", (text) => parseCacheFlag("cache-from", text));
  const cacheTo = parsed("cache-to", (text) => parseCacheFlag("cache-to", text));
  const texts = {
    file: last("file"),
    target: last("target"),
    network: last("network"),
    provenance: last("provenance"),
    sbom: last("sbom"),
    metadataFile: last("metadata-file"),
    iidfile: last("iidfile"),
    progress: last("progress"),
    builder: last("builder"),
  };
  // A flag that is set to nothing is as good as not set, for Docker too.
  const present = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined && value !== ""));
  return {
    pieces,
    own: readOwnFlags(own),
    ...(reasons[0] !== undefined && { refused: reasons[0] }),
    unknown: settings.flatMap((setting) => (setting.known ? [] : [setting.name])),
    context: contexts[0] ?? "",
    ...(present as { [Name in keyof typeof texts]?: string }),
    tags: all("tag"),
    secrets,
    ssh: all("ssh"),
    buildArgs: all("build-arg").map((text) => {
      const [name, value] = splitPair(text) ?? [text, undefined];
      return { name, value };
    }),
    buildContexts: all("build-context").map((text) => {
      const [name, value] = splitPair(text) ?? [text, ""];
      return { name, value };
    }),
    platforms: listed("platform"),
    labels: all("label"),
    annotations: all("annotation"),
    addHosts: listed("add-host"),
    allow: listed("allow"),
    outputs,
    load: isOn("load"),
    push: isOn("push"),
    cacheFrom,
    cacheTo,
    noCache: isOn("no-cache"),
    noCacheFilter: listed("no-cache-filter"),
    pull: isOn("pull"),
    attest: all("attest"),
    quiet: isOn("quiet") || last("progress") === "quiet",
    debug: isOn("debug"),
    call: questionOf(known),
    policies: all("policy"),
    help,
  };
}

/** `--call`, its old name `--print` and `--check` set one and the same variable: the last one counts. */
function questionOf(known: readonly Setting[]): string {
  let call = "build";
  for (const { name, value } of known) {
    if (name === "call" || name === "print") call = value;
    if (name === "check" && parseGoBoolean(value) === true) call = "check";
  }
  const record = parseCsvRecord(call);
  const name = "fields" in record ? record.fields.find((field) => !field.includes("=")) : undefined;
  // A call without a name (`format=json` alone) is a question that Docker refuses: not a build.
  return call === "" ? "build" : (name ?? call);
}
