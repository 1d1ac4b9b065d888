import type { Setting } from "../../buildx/build-command.ts";
import { splitPair } from "../../buildx/csv-record.ts";
import { parseGoBoolean } from "../../buildx/flag-table.ts";
import { readFlagWord } from "../../buildx/flag-word.ts";
import { isOwnFlag, type OwnFlags, type OwnSetting, readOwnFlags, takeOwnFlag } from "../../buildx/own-flag.ts";
import type { RunFlags } from "./flag-table.ts";
import { runOwnFlags } from "./own-flag.ts";

/** `docker run` as asked for, and what we read of it. */
export type ContainerCommand = {
  readonly own: OwnFlags;
  /** Docker's flags, in order and spelling; a `--` before the image is among them. */
  readonly flagWords: readonly string[];
  /** Undefined where there is none: Docker says so itself. */
  readonly image: string | undefined;
  /** What stands behind the image: the container's, unread. */
  readonly args: readonly string[];
  readonly help: boolean;
  /** Docker will refuse the command: hand it over as it is, for Docker's own words and status. */
  readonly refused: boolean;
  /** The words that are no flag that we know; whether they take a value only Docker can say. */
  readonly unknown: readonly string[];
  readonly detach: boolean;
  readonly remove: boolean;
  /** Whether the engine keeps what the container prints (`docker logs`). */
  readonly isLogged: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  /** Where Docker writes the container's id; the last one, and Docker takes an empty one for none. */
  readonly cidfile: string | undefined;
  readonly restart: string | undefined;
  readonly pull: string | undefined;
  readonly platform: string | undefined;
  /** In order; without a value (undefined) Docker takes the variable of that name from its environment. */
  readonly env: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly envFiles: readonly string[];
  readonly labelFiles: readonly string[];
  /** The paths in the container at which the user himself mounts something. */
  readonly targets: readonly string[];
};

/**
 * Reads the words after `docker run`: flags first, as spf13/pflag reads them without interspersed arguments, then IMAGE;
 * nothing behind it is a flag of Docker's or ours.
 *
 * @throws SealError ARGUMENT for one of our own flags that is unknown or wrong
 */
export function parseContainerCommand(words: readonly string[], flags: RunFlags): ContainerCommand {
  const own: OwnSetting[] = [];
  const settings: Setting[] = [];
  const flagWords: string[] = [];
  const unknown: string[] = [];
  let refused = false;
  let at = 0;
  while (at < words.length && !refused) {
    const word = words[at]!;
    if (word === "--") {
      flagWords.push(word);
      at += 1;
      break;
    }
    if (word === "-" || !word.startsWith("-")) break;
    if (isOwnFlag(word)) {
      const taken = takeOwnFlag(words.slice(at, at + 2), runOwnFlags);
      own.push(taken.setting);
      at += taken.used;
      continue;
    }
    const read = readFlagWord(word, words[at + 1], flags);
    if ("refused" in read) {
      refused = true;
      flagWords.push(...words.slice(at));
      at = words.length;
      break;
    }
    if (read.settings.some(({ known }) => !known)) unknown.push(word);
    settings.push(...read.settings);
    flagWords.push(...words.slice(at, at + read.used));
    at += read.used;
  }
  const [image, ...args] = words.slice(at);
  return { ...readSettings(settings), own: readOwnFlags(own), flagWords, unknown, image, args, refused };
}

function readSettings(
  settings: readonly Setting[],
): Omit<ContainerCommand, "own" | "flagWords" | "unknown" | "image" | "args" | "refused"> {
  const all = (name: string): string[] => settings.filter((one) => one.name === name).map(({ value }) => value);
  const last = (name: string): string | undefined => all(name).at(-1);
  const isOn = (name: string): boolean => parseGoBoolean(last(name) ?? "false") === true;
  return {
    help: isOn("help"),
    detach: isOn("detach"),
    remove: isOn("rm"),
    isLogged: last("log-driver") !== "none",
    tty: isOn("tty"),
    quiet: isOn("quiet"),
    cidfile: last("cidfile"),
    restart: last("restart") || undefined,
    pull: last("pull") || undefined,
    platform: last("platform") || undefined,
    env: all("env").map((text) => {
      const [name, value] = splitPair(text) ?? [text, undefined];
      return { name, value };
    }),
    envFiles: all("env-file"),
    labelFiles: all("label-file"),
    targets: [
      ...all("volume").map(targetOfVolume),
      ...all("mount").map(targetOfMount),
      ...all("tmpfs").map((text) => text.split(":")[0]!),
    ].filter((target) => target !== undefined),
  };
}

/** `[SOURCE:]TARGET[:OPTIONS]`. */
function targetOfVolume(text: string): string | undefined {
  const parts = text.split(":");
  return parts.length === 1 ? parts[0] : parts[1];
}

function targetOfMount(text: string): string | undefined {
  return /(?:^|,)\s*"?(?:target|destination|dst)=([^,"]*)/i.exec(text)?.[1];
}
