import { holdsTemplate } from "../../dockerfile/template/spans-at.ts";
import type { LintRule } from "../rule.ts";
import { nameOfPair, secretsInPair } from "../secret-in-pair.ts";
import { pairPieces, stageKey, writtenCommands } from "../written-command.ts";

export const secretValueInArgOrEnv: LintRule = {
  id: "secret-value-in-arg-or-env",
  severity: "error",
  title: "A secret's value stands in an ARG or ENV",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A value in `ARG` or `ENV` that is a secret by its shape (keys and tokens of AWS, GitHub, GitLab, npm, PyPI, Slack, Stripe, Google, Azure, Hugging Face and others, a JSON Web Token, a private key), or one that looks random under a name such as `API_KEY` or `DB_PASSWORD`. Examples of documentation, variables, paths, checksums and fingerprints are left alone.",
    why: "Whoever can read the Dockerfile has the secret, and so has whoever can pull the image: `ENV` stands in its configuration, `ARG` in its history and in the build's provenance. It stays in the repository's history after it was taken out.",
    example: "FROM debian:12\nENV API_KEY=(the key itself)\nRUN fetch-models",
    instead: "FROM debian:12\nRUN --mount=type=secret,id=api-key,env=API_KEY,required=true fetch-models",
  },
  *check({ dockerfile }) {
    for (const written of writtenCommands(dockerfile)) {
      const { command, instruction, stage } = written;
      if (command.known !== "ARG" && command.known !== "ENV") continue;
      for (const pair of pairPieces(written, dockerfile.escape)) {
        for (const { what, place, doubtful } of secretsInPair(instruction, pair, dockerfile.escape)) {
          if (holdsTemplate(dockerfile, place.start, place.end)) continue;
          const name = nameOfPair(pair);
          yield {
            start: pair.whole.start,
            end: pair.whole.end,
            message: `${command.known} ${name} holds ${what} (${place.text.length} characters)`,
            remedy:
              "Revoke it, for it is in the repository and in every image that was built; then mount a new one into the step that needs it (RUN --mount=type=secret).",
            ...(doubtful ? { severity: "warning" as const } : {}),
            key: `${stageKey(stage)} ${command.known} ${name}`,
            hide: [{ start: place.start, end: place.end }],
          };
        }
      }
    }
  },
};
