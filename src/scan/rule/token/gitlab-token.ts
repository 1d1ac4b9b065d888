import { mountIt, tokenRule } from "../judge/token.ts";

export const gitlabToken = tokenRule({
  id: "gitlab-token",
  title: "A GitLab token",
  severity: "error",
  what: "GitLab's tokens by their prefixes: personal and project (`glpat-`), deploy (`gldt-`), runner (`glrt-`, `GR1348941`), job (`glcbt-`), trigger (`glptt-`), OAuth (`gloas-`), agent (`glagent-`), SCIM (`glsoat-`), feature flags, feed and mail.",
  why: "It reads code and registries of the projects it was made for, and often writes to them.",
  remedy: `Revoke the token in GitLab, where it was made (a job's token ends with its job). ${mountIt}`,
  forms: [
    {
      what: "a GitLab token",
      literals: [
        "glpat-",
        "gldt-",
        "glrt-",
        "glrtr-",
        "glcbt-",
        "glptt-",
        "glft-",
        "glffct-",
        "glimt-",
        "glagent-",
        "glsoat-",
        "gloas-",
      ],
      pattern:
        /gl(?:pat|dt|rtr?|cbt|ptt|ft|ffct|imt|agent|soat|oas)-(?:t\d_)?[\w-]{20,300}(?:\.[0-9a-z]{2}\.?[0-9a-z]{7,9})?(?![A-Za-z0-9])/y,
      bits: 3,
      holds: [/[0-9A-Z]/],
    },
    {
      what: "a GitLab runner's registration token",
      literals: ["GR1348941"],
      pattern: /GR1348941[\w-]{20}(?![A-Za-z0-9])/y,
    },
  ],
});
