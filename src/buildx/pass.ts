import type { Environment } from "../identity/host.ts";
import type { BuildCommand, Setting } from "./build-command.ts";
import type { BuildPass, PublishStep, Subject } from "./build-plan.ts";
import type { BuilderFacts } from "./builder.ts";
import { flagByName } from "./flag-table.ts";
import { type BuildOutput, printOutputFlag } from "./output-flag.ts";
import type { ScanMode } from "./own-flag.ts";
import { flagsNamed, printBuildCommand } from "./print-build-command.ts";
import { type BuildSecret, printSecretFlag } from "./secret-flag.ts";
import type { Version } from "./version.ts";

export type PassesAsk = {
  readonly command: BuildCommand;
  readonly builder: BuilderFacts;
  /** buildx's own version; undefined where it is not known. */
  readonly buildx: Version | undefined;
  /** A rewritten Dockerfile to hand over by `-f`. */
  readonly dockerfile?: string;
  /** In place of the user's context. */
  readonly context?: string;
  /** Ours. The user's own stay in the command. */
  readonly secrets: readonly BuildSecret[];
  /** More flags of ours, for every pass. */
  readonly add: readonly string[];
  /** Takes the place of the user's `--progress` and `--quiet`. */
  readonly progress: "rawjson" | "as-asked";
  readonly scan: ScanMode;
  /** The engine's image store that `--load` fills, with a driver that is no engine itself. */
  readonly engineStore: "graph" | "containerd" | undefined;
  /** Where a file or a folder of this name may be made that nobody else can read, always the same for the same name. */
  readonly hold: (name: string) => string;
  /** Docker's. */
  readonly environment: Environment;
};

/** What every pass says: the Dockerfile, our flags and how it reports. `secrets`: not in a pass that only publishes. */
export function passWords(
  ask: Omit<PassesAsk, "builder">,
  change: { drop: (setting: Setting) => boolean; add: readonly string[]; secrets: boolean },
): string[] {
  const replaced = [
    ...(ask.dockerfile === undefined ? [] : ["file"]),
    ...(ask.progress === "rawjson" ? ["progress", "quiet"] : []),
  ];
  const isReplaced = flagsNamed(...replaced);
  return printBuildCommand(ask.command, {
    drop: (setting) => isReplaced(setting) || change.drop(setting),
    add: [
      ...ask.add,
      ...(ask.dockerfile === undefined ? [] : [`--file=${ask.dockerfile}`]),
      ...(ask.progress === "rawjson" ? ["--progress=rawjson"] : []),
      ...(change.secrets ? ask.secrets.flatMap((secret) => ["--secret", printSecretFlag(secret)]) : []),
      ...change.add,
    ],
    ...(ask.context !== undefined && { context: ask.context }),
  });
}

export function passAsAsked(ask: Omit<PassesAsk, "builder">): BuildPass {
  const { command } = ask;
  // What --quiet prints at the end comes from this file, when the view is ours.
  const needsId =
    ask.progress === "rawjson" && command.quiet && command.iidfile === undefined && takesIdFile(command.outputs);
  const idFile = needsId ? ask.hold("image-id") : command.iidfile;
  return {
    words: passWords(ask, { drop: () => false, add: needsId ? [`--iidfile=${idFile}`] : [], secrets: true }),
    environment: {},
    ...(command.metadataFile !== undefined && { metadataFile: command.metadataFile }),
    ...(idFile !== undefined && { idFile }),
    subjects: [],
  };
}

/** Docker refuses `--iidfile` beside these. */
const takesIdFile = (outputs: readonly BuildOutput[]): boolean =>
  !outputs.some((output) => output.type === "local" || output.type === "tar");

const publishing: readonly string[] = ["name", "output", "cache-write", "record"];

/** Leaves out all that publishes; `keep`: roles that stay in this pass. */
export const withoutPublishing =
  (...keep: readonly string[]) =>
  ({ name }: Setting): boolean => {
    const role = flagByName(name)?.role ?? "";
    return publishing.includes(role) && !keep.includes(role);
  };

type FirstPass = {
  readonly number: number;
  readonly outputs: readonly BuildOutput[];
  readonly cacheFlags: readonly string[];
  readonly subjects: readonly Subject[];
  readonly keep: readonly string[];
  readonly platforms?: readonly string[];
};

/** A pass that is searched: all that the user asked for, but nothing leaves. */
export function firstPass(
  ask: PassesAsk,
  { number, outputs, cacheFlags, subjects, keep, platforms }: FirstPass,
): BuildPass {
  const suffix = number === 0 ? "" : `-${number}`;
  const metadataFile = ask.hold(`metadata${suffix}.json`);
  const idFile = takesIdFile(outputs) ? ask.hold(`image-id${suffix}`) : undefined;
  const isDropped = withoutPublishing(...keep);
  const words = passWords(ask, {
    drop: (setting) => isDropped(setting) || (platforms !== undefined && setting.name === "platform"),
    add: [
      ...(platforms === undefined ? [] : [`--platform=${platforms.join(",")}`]),
      ...outputs.map((output) => `--output=${printOutputFlag(output)}`),
      ...cacheFlags,
      `--metadata-file=${metadataFile}`,
      ...(idFile === undefined ? [] : [`--iidfile=${idFile}`]),
    ],
    secrets: true,
  });
  return {
    words,
    environment: recordEnvironment(ask),
    metadataFile,
    ...(idFile !== undefined && { idFile }),
    subjects,
  };
}

/** Without the user's own --metadata-file nobody reads its provenance, which takes time to make. */
export const recordEnvironment = ({ command }: PassesAsk): Record<string, string> =>
  command.metadataFile === undefined ? { BUILDX_METADATA_PROVENANCE: "disabled" } : {};

/** What Docker wrote, to where the user wants it. @param names those that the image got after the pass */
export function recordSteps({ command }: PassesAsk, pass: BuildPass, names: readonly string[] = []): PublishStep[] {
  const { metadataFile, iidfile } = command;
  const steps: PublishStep[] = [];
  if (iidfile !== undefined && pass.idFile !== undefined) {
    steps.push({ kind: "record", from: pass.idFile, to: iidfile });
  }
  if (metadataFile !== undefined && pass.metadataFile !== undefined) {
    steps.push({ kind: "record", from: pass.metadataFile, to: metadataFile, ...(names.length > 0 && { names }) });
  }
  return steps;
}

/** Said where nothing that leaves was searched. */
export const nothingLeaves = "The result stays in the builder's cache and was not searched (type=cacheonly).";
