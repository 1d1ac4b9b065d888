import type { SourceConfig } from "../source/kind/kind.ts";
import { runs } from "./command-sign.ts";
import { configFile, credentials, credentialsTarget, type GitHost } from "./git-files.ts";
import type { GitOptions } from "./git-options.ts";
import { configPath, placeInHome } from "./home-file.ts";
import { clearNotices, originOf } from "./origin.ts";
import { homeUnknown, isTheirs, text } from "./placement.ts";
import type { NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";

const defaultSecret = "git-token";

/**
 * Git over https: a credential helper that reads a mounted file. It comes by `GIT_CONFIG_COUNT` (Git 2.31 and later),
 * which adds to every configuration that is there: a mounted ~/.gitconfig would hide the image's own, and no
 * `git config --global` could write in that step.
 */
export const git: Recipe<GitOptions> = {
  name: "git",
  summary: "Git over https, by a token",
  optional: false,
  options: async () => (await import("./git-options.ts")).gitOptions,
  readsHost: ["GITHUB_SERVER_URL", "CI_SERVER_URL", "GH_TOKEN", "CI_JOB_TOKEN"],
  signs: [
    {
      run: runs("git", "clone|fetch|pull|push|ls-remote|submodule|(?:remote|lfs) \\w+"),
      // a server that is asked by ssh is not asked with this; and these ask none
      except:
        /\bgit\s+clone\s+(?:-\S+\s+)*(?:ssh:\/\/|git@)\S+|\bgit\s[^;&|\n]*?\b(?:(?:config|commit|tag|log|show)\b[^;&|\n]*|submodule\s+(?:status|init|foreach|sync)\b|remote\s+(?:-v|add|remove|rename|set-url|get-url)\b|lfs\s+(?:install|track|version)\b)/g,
      says: "runs Git against a server",
    },
    {
      run: /\b(?:pip3?|uv|poetry|pipx|npm|pnpm|yarn)\b[^;&|\n]*\bgit\+https?:\/\//,
      says: "installs a package from a Git server",
    },
    {
      run: runs("go", "get|install|build|test|run|vet|generate|mod|work"),
      variable: { name: /^GOPRIVATE$/, value: /./ },
      says: "runs Go, and GOPRIVATE is set",
    },
  ],
  serve,
};

function serve(given: GitOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const hosts = hostsOf(given, step);
  const shared: RecipeMount = {
    kind: "file",
    id: "git-credentials",
    target: credentialsTarget,
    content: credentials(hosts),
  };
  const config = { kind: "text", render: () => configFile(hosts, given.fromSsh ?? false) } as const;
  const brings = bringsToken(hosts, step);
  const notices = [...clearNotices(hosts.map(({ origin }) => origin)), ...countNotices(step)];

  if (given.form === "files" || (given.form === undefined && !step.envMounts)) {
    const { path, home = given.home } = configPath(step, "git/config");
    const place = placeInHome(step, home, path);
    if (place !== undefined) {
      return {
        form: "files",
        why:
          given.form === "files"
            ? "asked for (`form: files`)"
            : "this builder's frontend takes no variable from a mount",
        mounts: [shared, { kind: "file", id: "git-config", target: place, content: config }],
        brings,
        notices: given.cargo
          ? [...notices, "`cargo: true` needs a variable: set CARGO_NET_GIT_FETCH_WITH_CLI=true in the step"]
          : notices,
      };
    }
  }
  if (!step.envMounts) {
    return {
      needs: "env-mounts",
      why: given.form === "variables" ? "`form: variables` was asked for" : homeUnknown(step),
    };
  }
  const target = "/run/secrets/git-config";
  return {
    form: "variables",
    why:
      given.form === "files"
        ? `files asked for, but ${homeUnknown(step)}`
        : "they add to the configuration that is there, and hide nothing of it",
    mounts: [
      shared,
      { kind: "file", id: "git-config", target, content: config },
      ...includes(target, step),
      ...(isTheirs(step, "GIT_TERMINAL_PROMPT", "git-terminal-prompt")
        ? []
        : [text("git-terminal-prompt", "GIT_TERMINAL_PROMPT", () => "0")]),
      ...(given.cargo && !isTheirs(step, "CARGO_NET_GIT_FETCH_WITH_CLI", "git-cargo")
        ? [text("git-cargo", "CARGO_NET_GIT_FETCH_WITH_CLI", () => "true")]
        : []),
    ],
    brings,
    notices,
  };
}

/** The job's own server where its platform names it, and who its own token is for there. */
function hostsOf(given: GitOptions, step: Surroundings): GitHost[] {
  const named = step.host("GITHUB_SERVER_URL") || step.host("CI_SERVER_URL") || "";
  const own = /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?\/?$/.test(named) ? named : "https://github.com";
  const ownUser = jobToken(step) === undefined ? "x-access-token" : "gitlab-ci-token";
  const hosts = given.hosts ?? [{ host: own }];
  return hosts.map(
    ({ host, secret = defaultSecret, user = secret === defaultSecret ? ownUser : "x-access-token" }) => ({
      origin: originOf(host),
      secret,
      user,
    }),
  );
}

/** Unless it is declared: the token of a GitLab job, else the one that GitHub's own tools read. */
function bringsToken(hosts: readonly GitHost[], step: Surroundings): Record<string, SourceConfig> {
  if (!hosts.some(({ secret }) => secret === defaultSecret)) return {};
  return { [defaultSecret]: { from: "env", name: jobToken(step) ?? "GH_TOKEN" } };
}

function jobToken(step: Surroundings): "CI_JOB_TOKEN" | undefined {
  return step.host("CI_JOB_TOKEN") && !step.host("GH_TOKEN") ? "CI_JOB_TOKEN" : undefined;
}

/** Git's "command line" configuration by variables, after what the Dockerfile has of it. */
function includes(target: string, step: Surroundings): RecipeMount[] {
  const written = step.variable("GIT_CONFIG_COUNT") ?? "";
  const next = /^\d{1,4}$/.test(written) ? Number(written) : 0;
  return [
    text("git-config-count", "GIT_CONFIG_COUNT", () => String(next + 1)),
    text("git-config-key", `GIT_CONFIG_KEY_${next}`, () => "include.path"),
    text("git-config-value", `GIT_CONFIG_VALUE_${next}`, () => target),
  ];
}

function countNotices(step: Surroundings): string[] {
  return isTheirs(step, "GIT_CONFIG_COUNT", "git-config-count")
    ? ["the step sets GIT_CONFIG_COUNT by itself, which takes away what the recipe gives: use `git -c` there"]
    : [];
}
