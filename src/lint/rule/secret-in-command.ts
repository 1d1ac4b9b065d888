import { holdsTemplate } from "../../dockerfile/template/spans-at.ts";
import { literalSecretsIn } from "../assigned-secret.ts";
import type { LintRule } from "../rule.ts";
import { bodyPiece, heredocPieces, partOf, stageKey, writtenCommands } from "../written-command.ts";

export const secretInCommand: LintRule = {
  id: "secret-in-command",
  severity: "error",
  title: "A secret's value stands in a RUN",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A key, token or private key as text in a `RUN`, in its here-docs too: by its shape, by looking random beside a name such as `password`, or as the login of a netrc file. What stands in documentation in place of a secret is passed over. For a password in a URL there is `url-with-credentials`.",
    why: "The text of every RUN is in the image's history, which `docker history --no-trunc` shows to whoever has the image, and in the repository. It cannot be taken back: the secret must be revoked.",
    example: 'FROM alpine:3.22\nRUN curl -H "Authorization: token (the token itself)" https://example.com/app',
    instead:
      'FROM alpine:3.22\nRUN --mount=type=secret,id=token,required=true curl -H "Authorization: token $(cat /run/secrets/token)" https://example.com/app',
  },
  *check({ dockerfile }) {
    for (const written of writtenCommands(dockerfile)) {
      const { command, instruction, stage } = written;
      if (command.known !== "RUN") continue;
      const body = bodyPiece(written);
      const found = [
        ...literalSecretsIn(body.text).map((secret) => ({
          secret,
          place: partOf(instruction, body, secret.start, secret.end),
        })),
        ...heredocPieces(written, dockerfile).flatMap((piece) =>
          literalSecretsIn(piece.text).map((secret) => ({
            secret,
            place: { start: piece.start + secret.start, end: piece.start + secret.end },
          })),
        ),
      ];
      for (const { secret, place } of found) {
        const { start, end } = place;
        if (secret.kind === "url" || holdsTemplate(dockerfile, start, end)) continue;
        yield {
          start,
          end,
          message: `RUN holds ${secret.what} (${end - start} characters): it stays in the image's history`,
          remedy: "Revoke it, and give the new one to the step by RUN --mount=type=secret,id=NAME,required=true.",
          ...(secret.doubtful ? { severity: "warning" as const } : {}),
          key: `${stageKey(stage)} ${secret.what}`,
          hide: [{ start, end }],
        };
      }
    }
  },
};
