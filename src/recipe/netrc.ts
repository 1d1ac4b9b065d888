import { starts } from "./command-sign.ts";
import { needsOption } from "./needs-option.ts";
import { layNetrc } from "./netrc-file.ts";
import type { NetrcOptions } from "./netrc-options.ts";
import type { NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";

/** A netrc file: for curl, wget, Git, Go, and whatever else reads one. */
export const netrc: Recipe<NetrcOptions> = {
  name: "netrc",
  summary: "a netrc file, for curl and others",
  optional: false,
  options: async () => (await import("./netrc-options.ts")).netrcOptions,
  readsHost: [],
  signs: [{ run: starts("curl", readsNetrc), says: "runs curl with a netrc file" }],
  serve,
};

/** `-n` may stand among other short options, of which some take the rest of their word (curl, src/tool_getparam.c). */
function readsNetrc(words: readonly string[]): boolean {
  return words.some((word) => /^--netrc(?:-optional)?$|^-[^-AbCcDdEeFHhKmoPQrTtUuwXxYyz]*n/.test(word));
}

function serve(given: NetrcOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const { hosts } = given;
  if (hosts === undefined) {
    throw needsOption(
      "netrc",
      "hosts",
      "options: { hosts: [{ host: files.example.com, user: ci, secret: netrc-password }] }",
    );
  }
  const machines = hosts.map(({ host, user, secret = "netrc-password" }) => ({ host, user, secret }));
  const laid = layNetrc(step, machines, given.home);
  if ("needs" in laid) return laid;
  const byVariable = laid.mounts.some(({ kind }) => kind === "variable");
  return {
    ...laid,
    brings: {},
    notices: laid.notices,
    notes: byVariable
      ? [
          'the file\'s place is told by NETRC, which wget, Git and curl before 8.16 do not read: set `options: { home: … }`, or use `curl --netrc-file "$NETRC"`',
        ]
      : [],
  };
}
