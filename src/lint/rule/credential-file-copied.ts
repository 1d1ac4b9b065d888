import { holdsTemplate } from "../../dockerfile/template/spans-at.ts";
import { type CredentialFile, certificateName, credentialFile, keyOfCertificate } from "../credential-file.ts";
import { isPublished } from "../published-stage.ts";
import type { DockerfileSubject, LintRule, Problem } from "../rule.ts";
import {
  bodyPiece,
  type Piece,
  pathPieces,
  stageKey,
  type WrittenCommand,
  writtenCommands,
} from "../written-command.ts";

export const credentialFileCopied: LintRule = {
  id: "credential-file-copied",
  severity: "error",
  title: "A file of credentials is copied into the image",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A `COPY` or `ADD` of a file that by its name holds credentials: `.netrc`, `.git-credentials`, `.pypirc`, `.npmrc`, `.docker/config.json`, `.aws`, `id_rsa` and its kind, private keys (`*key.pem`, `server.key`, `site.key` beside a `site.crt`), a kubeconfig, `.env`; or under such a name in the image. Public keys, certificates and examples (`*.pub`, `ca.pem`, `.env.example`) are left alone. Where the name often means something harmless (`.npmrc`, `*.pem`), and in a stage that is not part of the image, it is less than an error.",
    why: "The file is a part of the layer, for whoever can pull the image. A later `RUN rm` only hides it. In a stage that is not published it still lies in the builder's cache, and in a cache that is exported.",
    example: "FROM node:22\nCOPY .npmrc package.json ./\nRUN npm ci && rm .npmrc",
    instead:
      "FROM node:22\nCOPY package.json ./\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci",
  },
  *check(subject) {
    const copies = writtenCommands(subject.dockerfile).filter(
      ({ command: { known } }) => known === "COPY" || known === "ADD",
    );
    const certificates = new Set(
      copies.flatMap(({ command: { args } }) => args.flatMap((path) => certificateName(path) ?? [])),
    );
    const fileOf = (path: string) => credentialFile(path) ?? keyOfCertificate(path, certificates);
    for (const written of copies) yield* judge(subject, written, fileOf);
  },
};

type FileOf = (path: string) => CredentialFile | undefined;

function* judge({ dockerfile, stages }: DockerfileSubject, written: WrittenCommand, fileOf: FileOf): Iterable<Problem> {
  const { command, stage } = written;
  const isHidden = stage !== undefined && !isPublished(stages, stage);
  for (const { path, place } of copiedPaths(written, fileOf)) {
    const file = fileOf(path);
    if (file === undefined || holdsTemplate(dockerfile, place.start, place.end)) continue;
    yield {
      start: place.start,
      end: place.end,
      severity: isHidden ? LOWERED[file.severity] : file.severity,
      message: `${command.keyword} puts ${nameOf(path)} (${file.what}) into ${isHidden ? "a layer, which stays in the builder's cache" : "a layer of the image"}`,
      remedy: `Mount it into the step that needs it: RUN --mount=type=secret,id=${idOf(path)},target=…,required=true. What the container needs is given to it when it is started.`,
      key: `${stageKey(stage)} ${path}`,
    };
  }
}

const LOWERED: Readonly<Record<CredentialFile["severity"], CredentialFile["severity"]>> = {
  error: "warning",
  warning: "info",
  info: "info",
};

/** The sources; or the destination, where no source has such a name. */
function copiedPaths(written: WrittenCommand, fileOf: FileOf): { readonly path: string; readonly place: Piece }[] {
  const { command } = written;
  const whole = bodyPiece(written);
  const pieces = pathPieces(written);
  const paths = (pieces.length > 0 ? pieces.map(({ text }) => text) : command.args).map((path, index) => ({
    path: path.replace(/^["']|["']$/g, ""),
    place: pieces[index] ?? whole,
  }));
  const destination = paths.pop();
  const sources = paths.filter(({ path }) => !/^<<|^\d+<<|:\/\//.test(path) && !path.startsWith("git@"));
  const found = sources.filter(({ path }) => fileOf(path) !== undefined);
  // with a heredoc its content is what counts
  if (found.length > 0 || sources.length === 0 || destination === undefined) return found;
  return sources.some(({ path }) => /\.(?:pub|example|sample|template)$/.test(path)) ? [] : [destination];
}

function nameOf(path: string): string {
  return path.length > 80 ? `…${path.slice(-80)}` : path;
}

function idOf(path: string): string {
  const last =
    path
      .replace(/[*/]+$/, "")
      .split("/")
      .at(-1) ?? "";
  return (
    last
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "credentials"
  );
}
