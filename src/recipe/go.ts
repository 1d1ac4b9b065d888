import { runs } from "./command-sign.ts";
import type { GoOptions } from "./go-options.ts";
import { needsOption } from "./needs-option.ts";
import { layNetrc } from "./netrc-file.ts";
import { isTheirs, text } from "./placement.ts";
import type { NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";

/**
 * Go with a module proxy that wants a login, by a netrc file: every version reads it (by GOAUTH's default since 1.24).
 * Go holds an entry's name against host and port, and sends the login over https only (cmd/go/internal/auth, web).
 */
export const go: Recipe<GoOptions> = {
  name: "go",
  summary: "Go with a private module proxy, by a netrc file",
  optional: false,
  options: async () => (await import("./go-options.ts")).goOptions,
  readsHost: [],
  signs: [
    {
      run: runs("go", "get|install|build|test|run|vet|generate|list|mod|work"),
      says: "runs Go, which may fetch modules",
    },
  ],
  serve,
};

function serve(given: GoOptions, step: Surroundings): Serving | NeedsEnvMounts {
  if (given.hosts === undefined) {
    throw needsOption("go", "hosts", "options: { hosts: [{ host: go.example.com, user: ci, secret: go-token }] }");
  }
  const machines = given.hosts.map(({ host, secret = "go-token", user = "x-access-token" }) => ({
    host,
    secret,
    user,
  }));
  const laid = layNetrc(step, machines, given.home);
  if ("needs" in laid) return laid;
  const settings = [
    ...setting(step, "GOPROXY", "go-proxy", given.proxy),
    ...setting(step, "GOPRIVATE", "go-private", given.private),
    ...setting(step, "GONOSUMDB", "go-nosumdb", given.noSumDb),
  ];
  if (settings.length > 0 && !step.envMounts) {
    return { needs: "env-mounts", why: "`proxy`, `private` and `noSumDb` are variables" };
  }
  return { ...laid, mounts: [...laid.mounts, ...settings], brings: {}, notices: laid.notices };
}

function setting(step: Surroundings, variable: string, id: string, value: string | undefined): RecipeMount[] {
  if (value === undefined || value === step.variable(variable) || isTheirs(step, variable, id)) return [];
  return [text(id, variable, () => value)];
}
