import { mountName } from "../mount-name.ts";
import type { LintRule } from "../rule.ts";
import { stageKey } from "../written-command.ts";

export const mountEnvUnsupported: LintRule = {
  id: "mount-env-unsupported",
  severity: "error",
  title: "The frontend refuses env= in a secret mount",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A secret mount with `env=` in a file whose `# syntax` line asks for a Dockerfile frontend before 1.10. Without such a line the builder's own frontend counts, which is not known here, and the rule stays silent.",
    why: "Frontends before 1.10 know no `env=`: the build fails with “unexpected key 'env'”, whatever version the builder has.",
    example:
      "# syntax=docker/dockerfile:1.7\nFROM node:22\nRUN --mount=type=secret,id=npm-token,env=NPM_TOKEN,required=true npm ci",
    instead:
      "# syntax=docker/dockerfile:1\nFROM node:22\nRUN --mount=type=secret,id=npm-token,env=NPM_TOKEN,required=true npm ci",
  },
  *check({ steps, frontend }) {
    if (frontend.supportsEnvMounts !== false) return;
    for (const { step, mounts } of steps) {
      for (const mount of mounts) {
        if (mount.env === undefined && !mount.unresolved.includes("env")) continue;
        const name = mountName(mount);
        yield {
          start: mount.flag.start,
          end: mount.flag.end,
          message: `The mount ${name} has env=, which the frontend ${frontend.image} refuses`,
          remedy: "Ask for a newer one (# syntax=docker/dockerfile:1), or mount a file and read it in the step.",
          key: `${stageKey(step.stage)} ${name}`,
        };
      }
    }
  },
};
