import { createPositions } from "../position.ts";
import type { LintRule } from "../rule.ts";

export const templateNotSeen: LintRule = {
  id: "template-not-seen",
  severity: "info",
  title: "A template hides instructions",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "In a template: an include, a macro, or a value that stands where instructions stand. Instructions may come from there that are not in this file. Also a line that begins with RUN of which it is not sure that a step begins there.",
    why: "What is not seen is not judged: a secret that such a part mounts, prints or keeps is found by no rule. The finding is for your information, so that an empty list is not taken for more than it is.",
    example: "FROM debian:12\n{% include 'install-toolchain.Dockerfile.j2' %}\nRUN make",
    instead:
      "# the included file is linted too, or what the template renders to:\n#   render-template Dockerfile.j2 | buildseal lint -\nFROM debian:12\nRUN install-toolchain\nRUN make",
  },
  *check({ dockerfile }) {
    const { template, text } = dockerfile;
    if (template === undefined || template.unseen.length + template.uncertain.length === 0) return;
    const positions = createPositions(text);
    for (const { line, what } of template.unseen) {
      yield {
        ...positions.line(line),
        message: `Not seen: ${what}`,
        remedy: "Lint the file that it comes from, or what the template renders to (buildseal lint -).",
      };
    }
    for (const { line, why } of template.uncertain) {
      yield {
        ...positions.line(line),
        message: `Whether a step begins here is not sure: ${why}`,
        remedy: "Lint what the template renders to (buildseal lint -).",
      };
    }
  },
};
