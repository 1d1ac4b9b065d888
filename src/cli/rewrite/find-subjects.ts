import { isDockerfileName } from "../../dockerfile/file-name.ts";
import { SealError } from "../../error.ts";
import { isUnreadBuildFile } from "../../migrate/ci/unread-file.ts";
import { readStdin } from "../../system/stdin.ts";
import { findFiles } from "../../system/walk.ts";
import { isCiFile } from "../../workflow/kind.ts";
import type { Machine } from "../machine.ts";
import type { RewriteCommand } from "./arguments.ts";

/** A file to rewrite, or stdin, which is read already. */
export type Subject = {
  readonly name: string;
  readonly path: string | undefined;
  /** From the repository's root on. */
  readonly identity: string;
  /** The user named the file itself. */
  readonly named: boolean;
  readonly bytes: Uint8Array | undefined;
};

/**
 * What the command line names: files, folders with the Dockerfiles in them (for a migration CI files too), stdin.
 *
 * @returns also what could not be looked at: the others are done all the same
 * @throws SealError ARGUMENT where one result is wanted and there are several files
 */
export async function findSubjects(
  command: RewriteCommand,
  { folder }: Machine,
): Promise<{ readonly subjects: readonly Subject[]; readonly failures: readonly SealError[] }> {
  const isStdin = command.paths.includes("-");
  if (isStdin && command.mode === "write") {
    throw new SealError(
      "ARGUMENT",
      "stdin cannot be written in its place",
      "Leave --write out: the result goes to stdout",
    );
  }
  const isWanted = (path: string) =>
    isDockerfileName(path) || (command.migrate !== undefined && (isCiFile(path) || isUnreadBuildFile(path)));
  const words = command.paths.filter((path) => path !== "-");
  const found = findFiles(words, { folder, wanted: isWanted });
  // what the Dockerfiles get is what their builds in CI have to name
  const isFirst = ({ identity }: { readonly identity: string }) =>
    command.migrate === undefined || isDockerfileName(identity);
  const files = [...found.files.filter(isFirst), ...found.files.filter((file) => !isFirst(file))];
  const subjects: Subject[] = files.map(({ shown, path, identity, named }) => ({
    name: shown,
    path,
    identity,
    named,
    bytes: undefined,
  }));
  const isOne = command.mode === "output" || (command.mode === "print" && !command.diff);
  if (isOne && subjects.length + (isStdin ? 1 : 0) > 1) {
    throw new SealError(
      "ARGUMENT",
      `${subjects.length + (isStdin ? 1 : 0)} files were found, and one result is wanted`,
      "Add --diff, --check or --write, or name one file",
    );
  }
  if (isStdin)
    subjects.push({ name: "stdin", path: undefined, identity: "Dockerfile", named: true, bytes: await readStdin() });
  const failures = [
    ...found.skipped.map(
      ({ what, why }) =>
        new SealError("DOCKERFILE", `${what} cannot be read: ${why}`, "See that it is there and may be read"),
    ),
    ...found.empty.map(
      (what) => new SealError("ARGUMENT", `${what} has no Dockerfile in it`, "Name the files themselves"),
    ),
  ];
  return { subjects, failures };
}
