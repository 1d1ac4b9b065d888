import { secretIn } from "../../migrate/ci/carried-secret.ts";
import { scopeOf } from "../../migrate/ci/scope.ts";
import { secretIdFor } from "../../migrate/ci/secret-id.ts";
import { commandsIn } from "../../workflow/build.ts";
import { sliceText } from "../../workflow/sourced-text.ts";
import type { LintRule } from "../rule.ts";

export const ciRunEnvSecret: LintRule = {
  id: "ci-run-env-secret",
  severity: "warning",
  title: "A container gets a secret as a variable on its command line",
  docs: {
    what: "`docker run -e NAME=VALUE` where the value is a secret. `-e NAME`, which takes the variable from the shell, is only noted: the value is not on the command line then.",
    why: "The value is on the command line, which every process of the machine can list, and in the container's configuration, which `docker inspect` shows and `docker commit` makes a part of an image.",
    example: `- run: docker run -e HF_TOKEN=\${{ secrets.HF_TOKEN }} acme/train`,
    instead:
      "- run: docker run --mount type=bind,src=$RUNNER_TEMP/hf-token,dst=/run/secrets/hf-token,readonly -e HF_TOKEN_PATH=/run/secrets/hf-token acme/train",
  },
  fix: "none",
  subject: "ci",
  *check({ document }) {
    for (const placed of commandsIn(document)) {
      const { command } = placed;
      if (command.verb !== "run") continue;
      const scope = scopeOf(document, placed);
      for (const { name: option, value } of command.options) {
        if (option !== "e" && option !== "env") continue;
        const match = /^["']?([A-Za-z_][A-Za-z0-9_]*)["']?(=?)/.exec(value.text);
        if (match === null) continue;
        const name = match[1]!;
        const given = match[2] === "" ? undefined : sliceText(value, match[0].length, value.text.length);
        const secret = secretIn(name, given, scope);
        if (secret?.grade !== "certain") continue;
        yield {
          start: value.start,
          end: value.end,
          message:
            given === undefined
              ? `\`${command.label}\` makes ${name} a part of the container's configuration, where \`docker inspect\` shows it`
              : `\`${command.label}\` has ${secret.from} on its command line and in the container's configuration, as ${name}`,
          remedy: `Mount it as a file: \`--mount type=bind,src=FILE,dst=/run/secrets/${secretIdFor(name)},readonly\`, and name its path to the program`,
          severity: given === undefined ? "info" : "warning",
          key: name,
        };
      }
    }
  },
};
