import { posix } from "node:path";
import { isIgnored, readIgnoreFile } from "../../dockerfile/ignore-file.ts";
import { holdsTemplate } from "../../dockerfile/template/spans-at.ts";
import { credentialFile, usualCredentialFiles } from "../credential-file.ts";
import type { DockerfileSubject, LintRule, Neighbours, Problem } from "../rule.ts";
import { bodyPiece, stageKey, type WrittenCommand, writtenCommands } from "../written-command.ts";

export const contextNotIgnored: LintRule = {
  id: "context-not-ignored",
  severity: "warning",
  title: "A whole folder is copied, with files of credentials that .dockerignore does not keep out",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A `COPY .` (or of another folder) from the build's context, where files of credentials lie in it (`.npmrc`, `.env`, `.netrc`, `id_rsa`, `.aws/credentials`, `.git/config` …) and neither `.dockerignore` nor `--exclude` keeps them out. Only files that are there are named. `.dockerignore` is read as BuildKit reads it. Where nothing but `.git/config` is found it is information only.",
    why: "Nobody meant to copy these, and nobody sees it in the Dockerfile. They are in a layer of the image. `.git/config` holds the job's token where a CI system checked the repository out.",
    example: "FROM node:22\nCOPY . .\nRUN npm ci",
    instead: "# .dockerignore holds: .git, .env, .npmrc\nFROM node:22\nCOPY . .\nRUN npm ci",
  },
  *check({ dockerfile, neighbours, stages }) {
    let ignores: ((path: string) => boolean) | undefined;
    for (const written of writtenCommands(dockerfile)) {
      if (!copiesFromContext(written, stages)) continue;
      for (const folder of foldersOf(written, neighbours)) {
        ignores ??= readIgnores(neighbours);
        const excluded = excludedBy(written);
        const found = usualCredentialFiles
          .map((name) => posix.join(folder, name))
          .filter((path) => neighbours.exists(path) === true && !ignores!(path) && !excluded(path));
        const problem = found.length > 0 ? problemOf(written, dockerfile, found) : undefined;
        if (problem !== undefined) yield problem;
      }
    }
  },
};

function copiesFromContext({ command, instruction }: WrittenCommand, stages: DockerfileSubject["stages"]): boolean {
  if (command.known !== "COPY" && command.known !== "ADD") return false;
  // an ONBUILD copies from another build's context
  if (instruction.known === "ONBUILD" || stages.length === 0) return false;
  return !command.flags.some(({ name }) => name === "from");
}

/** The sources that are folders, as written or as they lie there, from the context's root on. */
function foldersOf({ command }: WrittenCommand, { exists }: Neighbours): string[] {
  const sources = command.args.slice(0, -1).filter((path) => !/^\d*<<|:\/\/|\$|[[\\]/.test(path));
  return sources.flatMap((path) => {
    const whole = /^(?:\.|\.\/|\/|\*|\.\/\*)$/.test(path);
    if (whole) return ["."];
    const isFolder = path.endsWith("/") || path.endsWith("/*");
    // `COPY app /app`: files mostly have a dot in their names
    if (!isFolder && !(/(?:^|\/)[\w-]+$/.test(path) && exists(posix.normalize(path.replace(/^\/+/, ""))) === true)) {
      return [];
    }
    const folder = posix.normalize(path.replace(/\*$/, "").replace(/^\/+/, "")).replace(/\/$/, "");
    return folder.startsWith("..") || folder.includes("*") ? [] : [folder];
  });
}

function readIgnores({ dockerignore }: Neighbours): (path: string) => boolean {
  if (dockerignore === undefined) return () => false;
  const file = readIgnoreFile(dockerignore);
  return (path) => isIgnored(file, path);
}

/** `COPY --exclude=PATTERN`, the same patterns. */
function excludedBy({ command }: WrittenCommand): (path: string) => boolean {
  const patterns = command.flags.filter(({ name }) => name === "exclude").map(({ value }) => value ?? "");
  if (patterns.length === 0) return () => false;
  const file = readIgnoreFile(patterns.join("\n"));
  return (path) => isIgnored(file, path);
}

function problemOf(
  written: WrittenCommand,
  dockerfile: DockerfileSubject["dockerfile"],
  found: readonly string[],
): Problem | undefined {
  const { start, end } = bodyPiece(written);
  if (holdsTemplate(dockerfile, start, end)) return undefined;
  const isGitAlone = found.every((path) => path.endsWith(".git/config"));
  const names = found.map(
    (path) => `${path} (${credentialFile(path)?.what ?? "with a token where CI checked it out"})`,
  );
  return {
    start,
    end,
    ...(isGitAlone ? { severity: "info" as const } : {}),
    message: `${written.command.keyword} takes in ${names.join(", ")}, which .dockerignore does not keep out`,
    remedy: `Write ${found.map((path) => path.replace(/\.git\/config$/, ".git")).join(", ")} into .dockerignore, a line each; mount what a step needs.`,
    key: stageKey(written.stage),
  };
}
