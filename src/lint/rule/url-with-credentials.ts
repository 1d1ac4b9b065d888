import { holdsTemplate } from "../../dockerfile/template/spans-at.ts";
import type { LintRule } from "../rule.ts";
import { type UrlCredentials, urlCredentialsIn } from "../url-credentials.ts";
import { bodyPiece, heredocPieces, partOf, stageKey, writtenCommands } from "../written-command.ts";

export const urlWithCredentials: LintRule = {
  id: "url-with-credentials",
  severity: "error",
  title: "A URL holds a password or token",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A URL of the form `scheme://user:password@host` or `scheme://TOKEN@host` in any instruction or heredoc. A password that is a variable, or a word such as `password` where documentation has it, is none; one that everybody knows (`postgres:postgres`) is a warning.",
    why: "The URL is text of the image's history or configuration, of the build's log and provenance, and programs keep it: git writes it into `.git/config`, pip and npm into their caches and lock files.",
    example:
      "FROM python:3.13\nRUN pip install --index-url https://builder:(the password)@pypi.example.com/simple acme",
    instead:
      "FROM python:3.13\nRUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true \\\n    pip install --index-url https://pypi.example.com/simple acme",
  },
  *check({ dockerfile }) {
    if (!dockerfile.text.includes("://")) return;
    for (const written of writtenCommands(dockerfile)) {
      const { command, instruction, stage } = written;
      const body = bodyPiece(written);
      const inBody = urlCredentialsIn(body.text).map((url) => ({
        url,
        place: partOf(instruction, body, url.start, url.end),
      }));
      const inHeredocs = heredocPieces(written, dockerfile).flatMap((piece) =>
        urlCredentialsIn(piece.text).map((url) => ({
          url,
          place: { start: piece.start + url.start, end: piece.start + url.end },
        })),
      );
      for (const { url, place } of [...inBody, ...inHeredocs]) {
        if (holdsTemplate(dockerfile, place.start, place.end)) continue;
        yield {
          start: place.start,
          end: place.end,
          message: `${command.keyword} has ${url.what} (${place.end - place.start} characters before the @)`,
          remedy: remedyFor(url, command.known),
          ...(url.weak ? { severity: "warning" as const } : {}),
          key: `${stageKey(stage)} ${command.keyword}`,
          hide: [{ start: place.start, end: place.end }],
        };
      }
    }
  },
};

/** What the container reads is no matter of a step. */
const OF_CONTAINER: ReadonlySet<string | undefined> = new Set(["ENV", "LABEL", "CMD", "ENTRYPOINT", "HEALTHCHECK"]);

function remedyFor({ weak }: UrlCredentials, instruction: string | undefined): string {
  if (weak) {
    return "Give the address when the container is started, or take the login out: everybody knows this password, but the next one is put in the same place.";
  }
  if (OF_CONTAINER.has(instruction)) {
    return "Revoke it, and give the address to the container when it is started; what a step of the build needs comes by RUN --mount=type=secret,id=NAME,required=true.";
  }
  return instruction === "ADD"
    ? "Revoke it, and fetch it in a step that mounts a netrc file: RUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true curl --netrc -O ADDRESS."
    : "Revoke it, and mount a netrc file or a credential helper's secret into the step (RUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true).";
}
