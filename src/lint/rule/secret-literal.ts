import { holdsTemplate } from "../../dockerfile/template/spans-at.ts";
import { literalSecretsIn } from "../assigned-secret.ts";
import type { LintRule, Problem } from "../rule.ts";
import { nameOfPair, secretsInPair } from "../secret-in-pair.ts";
import type { ShapedSecret } from "../shaped-secret.ts";
import {
  bodyPiece,
  heredocPieces,
  pairPieces,
  partOf,
  stageKey,
  type WrittenCommand,
  writtenCommands,
} from "../written-command.ts";

export const secretLiteral: LintRule = {
  id: "secret-literal",
  severity: "error",
  title: "A secret's value stands in a LABEL, a command of the image, or a file that COPY writes",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A key, token or private key as text in `LABEL`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK`, or in the heredoc of a `COPY` or `ADD`: by its shape, by looking random beside a name such as `password`, or as the login of a netrc file. `ARG` and `ENV` have `secret-value-in-arg-or-env`, and `RUN` has `secret-in-command`.",
    why: "All of these end in the image: as its configuration, which `docker inspect` shows without running anything, or as a file of a layer, where it stays even if a later step deletes it.",
    example: 'FROM debian:12\nCMD ["serve", "--api-key", "(the key itself)"]',
    instead:
      'FROM debian:12\n# given when the container is started: docker run -v ./api-key:/run/secrets/api-key\nCMD ["serve", "--api-key-file", "/run/secrets/api-key"]',
  },
  *check({ dockerfile }) {
    for (const written of writtenCommands(dockerfile)) {
      if (written.command.known === "RUN") continue;
      for (const { secret, start, end } of secretsOf(written, dockerfile)) {
        if (holdsTemplate(dockerfile, start, end)) continue;
        yield problemOf(written, secret, start, end);
      }
    }
  },
};

type Placed = {
  readonly secret: Pick<ShapedSecret, "what" | "doubtful">;
  readonly start: number;
  readonly end: number;
};

function* secretsOf(written: WrittenCommand, dockerfile: Parameters<typeof heredocPieces>[1]): Iterable<Placed> {
  const { command, instruction } = written;
  switch (command.known) {
    case "LABEL":
      for (const pair of pairPieces(written, dockerfile.escape)) {
        for (const secret of secretsInPair(instruction, pair, dockerfile.escape)) {
          if (/checksum|digest|revision|commit/i.test(nameOfPair(pair))) continue;
          yield { secret, start: secret.place.start, end: secret.place.end };
        }
      }
      return;
    case "CMD":
    case "ENTRYPOINT":
    case "HEALTHCHECK": {
      const body = bodyPiece(written);
      for (const secret of literalSecretsIn(body.text)) {
        if (secret.kind === "url") continue;
        const { start, end } = partOf(instruction, body, secret.start, secret.end);
        yield { secret, start, end };
      }
      return;
    }
    case "ADD":
    case "COPY":
      for (const piece of heredocPieces(written, dockerfile)) {
        for (const secret of literalSecretsIn(piece.text)) {
          if (secret.kind === "url") continue;
          yield { secret, start: piece.start + secret.start, end: piece.start + secret.end };
        }
      }
  }
}

function problemOf({ command, stage }: WrittenCommand, secret: Placed["secret"], start: number, end: number): Problem {
  const where =
    command.known === "COPY" || command.known === "ADD"
      ? "the file that it writes is a part of the image"
      : "it stays in the image's configuration";
  return {
    start,
    end,
    message: `${command.keyword} holds ${secret.what} (${end - start} characters): ${where}`,
    remedy:
      "Revoke it, for it is in the repository and in every image that was built. What a build needs comes by RUN --mount=type=secret, what a container needs is given to it when it is started.",
    ...(secret.doubtful ? { severity: "warning" as const } : {}),
    key: `${stageKey(stage)} ${command.keyword} ${secret.what}`,
    hide: [{ start, end }],
  };
}
