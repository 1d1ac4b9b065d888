import { SealError } from "../error.ts";
import type { Held, PublishStep, Subject } from "./build-plan.ts";
import { type BuildOutput, isFolder } from "./output-flag.ts";

type Hold = (name: string) => string;

/** What says where an image goes and not what it is. */
const whereItGoes = new Set([
  "name",
  "push",
  "push-by-digest",
  "registry.insecure",
  "unpack",
  "store",
  "name-canonical",
  "dangling-name-prefix",
  "danging-name-empty-only",
  "context",
]);

/** The attributes of an image output that make its content: compression, media types, annotations, … */
export function imageAttributes(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !whereItGoes.has(key)));
}

export type HoldChoice = {
  readonly engineStore: "graph" | "containerd" | undefined;
  /** It may come on stdout, to be searched while it is made. */
  readonly stdout: boolean;
};

/**
 * An output that ends as files here, or in the engine by `--load`: it is made into a held place, searched there, and moved
 * or loaded after.
 * @throws OUTPUT for a type that is not known
 */
export function holdFileOutput(
  output: BuildOutput,
  index: number,
  hold: Hold,
  choice: HoldChoice = { engineStore: undefined, stdout: false },
): Held {
  switch (output.type) {
    case "local":
      return holdLocal(output, index, hold);
    case "tar":
      return holdFile(output, "rootfs-archive", index, hold);
    case "oci":
    case "docker":
      if (output.type === "docker" && output.dest === undefined && !isFolder(output))
        return holdLoad(output, index, hold, choice);
      if (isFolder(output)) return holdLayout(output, index, hold);
      return holdFile(output, output.type === "oci" ? "oci-archive" : "docker-archive", index, hold);
    default:
      throw new SealError(
        "OUTPUT",
        `The output type '${output.type}' is not known to buildseal: it cannot be searched before it leaves.`,
        "Use a type that is (image, registry, docker, oci, local, tar), or --seal-scan=off for this build.",
      );
  }
}

function holdLocal(output: BuildOutput, index: number, hold: Hold): Held {
  const to = folderOf(output);
  const folder = hold(`files-${index}`);
  const { mode, ...attributes } = output.attributes;
  return {
    output: { ...output, dest: folder, attributes },
    subject: { kind: "files", folder },
    publish: [{ kind: "move-folder", from: folder, to, replace: mode === "delete" }],
  };
}

function holdLayout(output: BuildOutput, index: number, hold: Hold): Held {
  const to = folderOf(output);
  const folder = hold(`layout-${index}`);
  return {
    output: { ...output, dest: folder },
    subject: { kind: "oci-layout", folder },
    publish: [{ kind: "merge-layout", from: folder, to }],
  };
}

function folderOf({ type, dest }: BuildOutput): string {
  if (dest !== undefined && dest !== "-") return dest;
  throw new SealError(
    "OUTPUT",
    `An output of type ${type} needs a folder.`,
    `Write --output type=${type},dest=FOLDER.`,
  );
}

function holdFile(
  output: BuildOutput,
  kind: "rootfs-archive" | "oci-archive" | "docker-archive",
  index: number,
  hold: Hold,
): Held {
  // Without a file Docker writes it to stdout.
  const to = output.dest ?? "-";
  const file = hold(`archive-${index}.tar`);
  const publish: PublishStep = to === "-" ? { kind: "stdout", from: file } : { kind: "move-file", from: file, to };
  return { output: { ...output, dest: file }, subject: { kind, at: { file } }, publish: [publish] };
}

/** buildx loads a Docker archive, or an OCI one where the engine takes these (`build/opt.go`, toSolveOpt): so do we. */
function holdLoad(output: BuildOutput, index: number, hold: Hold, { engineStore, stdout }: HoldChoice): Held {
  const { context, ...attributes } = output.attributes;
  const type = engineStore === "containerd" ? "oci" : "docker";
  const kind = type === "oci" ? "oci-archive" : "docker-archive";
  const file = hold(`load-${index}.tar`);
  const subject: Subject = stdout ? { kind, at: "stdout", keep: { file } } : { kind, at: { file } };
  return {
    output: { type, dest: stdout ? "-" : file, attributes },
    subject,
    publish: [{ kind: "load", file, ...(context !== undefined && { context }) }],
  };
}
