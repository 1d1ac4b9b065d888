import type { BuildCommand } from "./build-command.ts";
import { type GitUrl, parseGitUrl } from "./git-url.ts";

/** Where the context of a build comes from. */
type ContextPlace =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "git"; readonly url: GitUrl }
  /** A Dockerfile or an archive: what it is shows only when it is fetched. */
  | { readonly kind: "http"; readonly url: string }
  /** A Dockerfile or an archive likewise. */
  | { readonly kind: "stdin" };

/** Where its Dockerfile is. A path inside the context counts from the context's root. */
export type DockerfilePlace =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "in-context"; readonly path: string }
  | { readonly kind: "stdin" }
  | { readonly kind: "http"; readonly url: string };

export type Places =
  | { readonly context: ContextPlace; readonly dockerfile: DockerfilePlace }
  /** Docker will refuse it: leave it the word. */
  | { readonly refused: string };

const isHttp = (text: string): boolean => text.startsWith("https://") || text.startsWith("http://");

/**
 * Tells where context and Dockerfile are, as buildx does (`build/opt.go`, loadInputs): a folder that exists comes before
 * everything that looks like a URL; `-f` is a path from the working directory for a folder, and a path inside the context
 * for the others unless it is absolute; on stdin with an archive it is always inside.
 */
export function placesOf({ context, file }: Pick<BuildCommand, "context" | "file">, contextIsFolder: boolean): Places {
  if (context === "-") {
    if (file === "-") return { refused: "stdin cannot be both the context and the Dockerfile" };
    const dockerfile: DockerfilePlace =
      file !== undefined && isHttp(file)
        ? { kind: "http", url: file }
        : { kind: "in-context", path: file ?? "Dockerfile" };
    return { context: { kind: "stdin" }, dockerfile };
  }
  if (contextIsFolder) {
    return { context: { kind: "folder", path: context }, dockerfile: besideOrGiven(file, context) };
  }
  const git = parseGitUrl(context);
  if (git === undefined && !isHttp(context))
    return { refused: `the context '${context}' is neither a folder nor a URL` };
  if (git !== undefined && "refused" in git) return git;
  return {
    context: git === undefined ? { kind: "http", url: context } : { kind: "git", url: git },
    dockerfile: inRemote(file),
  };
}

function besideOrGiven(file: string | undefined, folder: string): DockerfilePlace {
  if (file === undefined) return { kind: "file", path: `${folder.replace(/\/+$/, "")}/Dockerfile` };
  if (file === "-") return { kind: "stdin" };
  return isHttp(file) ? { kind: "http", url: file } : { kind: "file", path: file };
}

function inRemote(file: string | undefined): DockerfilePlace {
  if (file === "-") return { kind: "stdin" };
  if (file !== undefined && isHttp(file)) return { kind: "http", url: file };
  if (file?.startsWith("/")) return { kind: "file", path: file };
  return { kind: "in-context", path: file ?? "Dockerfile" };
}
