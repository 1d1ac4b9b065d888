import type { FrameRule } from "./rule.ts";

/** What the frame finds by itself: these know of the other findings, so they are no checks of a file. */
export const unusedSuppression: FrameRule = {
  id: "unused-suppression",
  severity: "warning",
  title: "A comment suppresses a finding that is not there",
  fix: "safe",
  subject: "frame",
  docs: {
    what: "A `# buildseal: ignore=RULE` comment whose rule finds nothing in the instruction below it, or below which there is no instruction. In a CI file also one that stands behind something on its line, where it covers nothing.",
    why: "The mistake that it was written for is gone, or it never covered it. Left in place, it would hide the next one at the same step, and nobody would know.",
    example:
      "FROM debian:12\n# buildseal: ignore=require-secret-required reason=the public mirror needs none\nRUN make install",
    instead: "FROM debian:12\nRUN make install",
  },
};

export const unknownSuppression: FrameRule = {
  id: "unknown-suppression",
  severity: "warning",
  title: "A comment suppresses a rule that there is not",
  fix: "none",
  subject: "frame",
  docs: {
    what: "A `# buildseal: ignore=RULE` comment with a name that is no rule of `buildseal lint`. `buildseal explain` lists all rules. In a CI file also a comment that is spelt almost so (`# buildseal ignore=…`, `# buildseal: disable=…`).",
    why: "A misspelt name suppresses nothing, although the comment reads as if it did. Known values in an image (`known-value`) can never be ignored, by no comment.",
    example:
      "FROM debian:12\n# buildseal: ignore=require-secret-requird reason=the public mirror needs none\nRUN --mount=type=secret,id=mirror make install",
    instead:
      "FROM debian:12\n# buildseal: ignore=require-secret-required reason=the public mirror needs none\nRUN --mount=type=secret,id=mirror make install",
  },
};

export const unexplainedSuppression: FrameRule = {
  id: "unexplained-suppression",
  severity: "warning",
  title: "A comment suppresses a finding and does not say why",
  fix: "none",
  subject: "frame",
  docs: {
    what: "A `# buildseal: ignore=RULE` comment without `reason=TEXT` behind it. It suppresses the finding all the same.",
    why: "Who reads the file later cannot tell a decision from a shortcut, and so nobody dares to take the comment out again.",
    example:
      "FROM debian:12\n# buildseal: ignore=require-secret-required\nRUN --mount=type=secret,id=mirror make install",
    instead:
      "FROM debian:12\n# buildseal: ignore=require-secret-required reason=the public mirror needs none\nRUN --mount=type=secret,id=mirror make install",
  },
};

export const unusedBaselineEntry: FrameRule = {
  id: "unused-baseline-entry",
  severity: "warning",
  title: "The baseline holds a finding that is not there any more",
  fix: "none",
  subject: "frame",
  docs: {
    what: "An entry of the baseline file for which nothing was found in its file, or whose file is gone. Only entries of files that this run looked at are judged.",
    why: "A baseline is a list of what is still to be mended. An entry that stays behind would hide the same mistake when it comes back.",
    example:
      'FROM debian:12\nRUN make install\n# and in the baseline: {"rule": "require-secret-required", "where": "Dockerfile", …}',
    instead: "FROM debian:12\nRUN make install\n# and: buildseal lint --baseline FILE --update-baseline",
  },
};

export const frameRules: readonly FrameRule[] = [
  unexplainedSuppression,
  unknownSuppression,
  unusedBaselineEntry,
  unusedSuppression,
];
