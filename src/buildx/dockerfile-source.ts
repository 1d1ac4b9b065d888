import { buffer } from "node:stream/consumers";
import { SealError } from "../error.ts";
import type { BuildCommand } from "./build-command.ts";
import { type DockerfilePlace, placesOf } from "./context.ts";
import { type Git, openGitCommit, withoutCredentials } from "./git-context.ts";
import { cleanFolder, type GitUrl, pinGitUrl } from "./git-url.ts";
import { archiveKind, openTar, readTarFile, replaceTarFile, type Spooled } from "./tar-context.ts";

/** A build's Dockerfile, and how the build gets a rewritten one in its place. */
export type DockerfileSource = {
  readonly bytes: Uint8Array;
  /** For people: a path, `stdin`, or a URL without credentials. */
  readonly displayName: string;
  readonly where: "folder" | "stdin" | "http" | "git" | "archive";
  /** The base name that a rewritten file must have: BuildKit looks for it, and its companions bear it. */
  readonly fileName: string;
  /** `<fileName>.dockerignore`, to be copied beside the rewritten file. */
  readonly ignoreFile?: Uint8Array;
  /** `<fileName>.rego`, likewise. */
  readonly regoFile?: Uint8Array;
  /** For `--policy` (buildx ≥ 0.31): a policy inside a remote context, which a Dockerfile from elsewhere would lose. */
  readonly policyForPass?: string;
  /** In the place of the user's context: a git context pinned to the commit whose Dockerfile this is. */
  readonly contextForPass: string;
  /** The folder that the user's `-f` counts as the Dockerfile's own, where it is one here: `buildseal.yaml` may lie there. */
  readonly folder?: string;
  /** What a pass reads on stdin when the Dockerfile stays as it is. */
  readonly stdinAsIs?: () => AsyncIterable<Uint8Array>;
  /** A rewritten Dockerfile goes in by stdin, inside the archive or as the whole of it, and not as a file by `-f`. */
  readonly stdinForPass?: (dockerfile: Uint8Array) => AsyncIterable<Uint8Array>;
};

/** Docker will refuse the build for this reason: hand it over as it is, with what stood on stdin. */
export type Refused = { readonly refused: string; readonly stdinAsIs?: () => AsyncIterable<Uint8Array> };

export type ReadDockerfile = {
  readonly isFolder: (path: string) => Promise<boolean>;
  /** Undefined: there is no such file. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>;
  /** All of stdin, in a place from which it can be read twice. */
  readonly spoolStdin: () => Promise<Spooled>;
  /** The body of a successful answer, likewise. @throws DOCKERFILE otherwise */
  readonly spoolUrl: (url: string) => Promise<Spooled>;
  readonly git: Git;
};

/**
 * Finds and reads the Dockerfile of a build, wherever it is: beside the context, anywhere by `-f`, on stdin, in an archive,
 * behind a URL, in a git repository.
 * @throws DOCKERFILE when it cannot be read here although Docker may
 */
export async function readDockerfile(
  command: Pick<BuildCommand, "context" | "file">,
  read: ReadDockerfile,
): Promise<DockerfileSource | Refused> {
  const places = placesOf(command, command.context !== "-" && (await read.isFolder(command.context)));
  if ("refused" in places) return places;
  const { context, dockerfile } = places;
  if (context.kind === "stdin") return readFromStdin(command, dockerfile, read);
  if (context.kind === "git") return readBesideGit(command, context.url, dockerfile, read);
  if (dockerfile.kind === "in-context") return readFromUrl(command.context, dockerfile.path, read);
  return readApart(command, dockerfile, read);
}

/** A Dockerfile that is not inside the context. */
async function readApart(
  { context }: Pick<BuildCommand, "context">,
  dockerfile: Exclude<DockerfilePlace, { kind: "in-context" }>,
  read: ReadDockerfile,
): Promise<DockerfileSource | Refused> {
  if (dockerfile.kind === "stdin") {
    const stdin = await read.spoolStdin();
    const bytes = await buffer(stdin.open());
    const common = { displayName: "stdin", where: "stdin", fileName: "Dockerfile", contextForPass: context } as const;
    return { ...common, bytes, stdinAsIs: stdin.open };
  }
  if (dockerfile.kind === "http") {
    const body = await read.spoolUrl(dockerfile.url);
    const displayName = withoutCredentials(dockerfile.url);
    const bytes = await buffer(body.open());
    return { bytes, displayName, where: "http", fileName: "Dockerfile", contextForPass: context };
  }
  const [, folder = "", name = ""] = /^(.*\/)?([^/]*)$/s.exec(dockerfile.path) ?? [];
  // The lower-case name is Docker's old courtesy (buildx `build/opt.go`, handleLowercaseDockerfile).
  for (const fileName of name === "Dockerfile" ? [name, "dockerfile"] : [name]) {
    const path = folder + fileName;
    const bytes = await read.readFile(path);
    if (bytes === undefined) continue;
    const ignoreFile = await read.readFile(`${path}.dockerignore`);
    const regoFile = await read.readFile(`${path}.rego`);
    return {
      bytes,
      displayName: path.replace(/^(?:\.\/)+(?=.)/, ""),
      where: "folder",
      fileName,
      ...(ignoreFile !== undefined && { ignoreFile }),
      ...(regoFile !== undefined && { regoFile }),
      contextForPass: context,
      folder: folder === "" ? "." : folder.replace(/(?<=.)\/$/, ""),
    };
  }
  return { refused: `there is no Dockerfile at ${dockerfile.path}` };
}

async function readBesideGit(
  command: Pick<BuildCommand, "context">,
  url: GitUrl,
  dockerfile: DockerfilePlace,
  read: ReadDockerfile,
): Promise<DockerfileSource | Refused> {
  // A Dockerfile from elsewhere says nothing about the commit, so nothing is pinned.
  if (dockerfile.kind !== "in-context") return readApart(command, dockerfile, read);
  const { commit, read: readAt } = await openGitCommit(url, read.git);
  const root = url.folder === undefined ? "" : `${url.folder}/`;
  const contextForPass = pinGitUrl(url, commit);
  for (const path of withLowerCase(cleanFolder(dockerfile.path))) {
    const bytes = await readAt(root + path);
    if (bytes === undefined) continue;
    const policy = await readAt(`${root}${path}.rego`);
    return {
      bytes,
      displayName: `${withoutCredentials(url.remote)}#${commit.slice(0, 12)}:${root}${path}`,
      where: "git",
      fileName: baseName(path),
      ...(policy !== undefined && { policyForPass: `filename=${path}.rego` }),
      contextForPass,
    };
  }
  return { refused: `there is no ${dockerfile.path} in commit ${commit} of ${withoutCredentials(url.remote)}` };
}

async function readFromUrl(url: string, path: string, read: ReadDockerfile): Promise<DockerfileSource | Refused> {
  const body = await read.spoolUrl(url);
  const kind = archiveKind(body.head);
  const displayName = withoutCredentials(url);
  if (kind === undefined) {
    // BuildKit keeps what it fetched under this name and looks for it under no other, in a folder of ours as well (tried).
    return { bytes: await buffer(body.open()), displayName, where: "http", fileName: "context", contextForPass: url };
  }
  for (const inner of withLowerCase(path)) {
    const open = openTar(body, kind);
    const file = await readTarFile(open, inner);
    if (file === undefined) continue;
    const policy = await readTarFile(open, `${inner}.rego`);
    return {
      bytes: file.bytes,
      displayName: `${displayName}:${file.path}`,
      where: "archive",
      fileName: baseName(inner),
      ...(policy !== undefined && { policyForPass: `filename=${cleanFolder(inner)}.rego` }),
      contextForPass: url,
    };
  }
  return { refused: `there is no ${path} in ${displayName}` };
}

async function readFromStdin(
  command: Pick<BuildCommand, "file">,
  dockerfile: DockerfilePlace,
  read: ReadDockerfile,
): Promise<DockerfileSource | Refused> {
  const stdin = await read.spoolStdin();
  const stdinAsIs = stdin.open;
  if (stdin.head.length === 0) return { refused: "there is nothing on stdin", stdinAsIs };
  const kind = archiveKind(stdin.head);
  if (kind === undefined) {
    if (command.file !== undefined) {
      return { refused: "stdin is a Dockerfile, and -f names another", stdinAsIs };
    }
    return {
      bytes: await buffer(stdin.open()),
      displayName: "stdin",
      where: "stdin",
      fileName: "Dockerfile",
      contextForPass: "-",
      stdinAsIs,
      stdinForPass: async function* (rewritten) {
        yield rewritten;
      },
    };
  }
  if (dockerfile.kind !== "in-context") {
    throw new SealError(
      "DOCKERFILE",
      "The context is an archive on stdin and its Dockerfile is behind a URL: Docker takes no other file for such a context.",
      "Put the Dockerfile into the archive, or unpack the archive and build from the folder.",
    );
  }
  const open = openTar(stdin, kind);
  for (const path of withLowerCase(dockerfile.path)) {
    const file = await readTarFile(open, path);
    if (file === undefined) continue;
    return {
      bytes: file.bytes,
      displayName: `stdin:${file.path}`,
      where: "archive",
      fileName: baseName(path),
      contextForPass: "-",
      stdinAsIs,
      // With an archive on stdin Docker looks for every -f inside it, an absolute one too (tried): so it goes in there.
      stdinForPass: (rewritten) => replaceTarFile(open(), file, rewritten),
    };
  }
  return { refused: `there is no ${dockerfile.path} in the archive on stdin`, stdinAsIs };
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const withLowerCase = (path: string): readonly string[] =>
  baseName(path) === "Dockerfile" ? [path, path.replace(/Dockerfile$/, "dockerfile")] : [path];
