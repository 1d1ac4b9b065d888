import type { SourceConfig } from "../source/kind/kind.ts";
import { runs, starts } from "./command-sign.ts";
import { configFile, credentials, credentialsTarget, type GitHost } from "./git-files.ts";
import type { GitOptions } from "./git-options.ts";
import { jobServer, jobToken, jobUser, jobVariables } from "./git-token.ts";
import { configPath, placeOf } from "./home-file.ts";
import { clearNotices, originOf } from "./origin.ts";
import { doesWrite, either, writesTo } from "./own-writes.ts";
import { isTheirs, text } from "./placement.ts";
import type { NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";
import { refuseTwice } from "./refuse-twice.ts";

const defaultSecret = "git-token";

const asking =
  "clone|fetch|pull|push|ls-remote|submodule (?:add|update)|remote (?:update|show|prune)|lfs (?:clone|fetch|pull|push)|subtree (?:add|pull|push)";
const asksAnyServer = runs("git", asking);
/** A server that is asked by ssh is not asked with a token. */
const asksAServer = runs("git", asking, { argument: /^(?:ssh:\/\/|[\w.-]+@[\w.-]+:)/ });

const writesConfig = either(
  starts("git", (words) => words.includes("config") && words.includes("--global")),
  writesTo("git/config"),
);

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
  readsHost: jobVariables,
  signs: [
    { run: (ran, { fromSsh }) => (fromSsh ? asksAnyServer : asksAServer)(ran), says: "runs Git against a server" },
    {
      run: starts("pip[\\d.]*|uv|poetry|pipx|npm|pnpm|yarn", (words) =>
        words.some((word) => /git\+https?:\/\//.test(word)),
      ),
      says: "installs a package from a Git server",
    },
    {
      run: runs("go", "get|install|build|test|run|vet|generate|list|mod|work"),
      variable: { names: ["GOPRIVATE"], value: /./ },
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

  const place = placeOf(step, {
    home: given.home,
    ...configPath(step, "git/config"),
    unfit: doesWrite(step, writesConfig) ? "the step writes Git's configuration by itself" : undefined,
  });
  if (given.form === "files" || (given.form === undefined && !step.envMounts)) {
    if ("at" in place) {
      return {
        form: "files",
        why:
          given.form === "files"
            ? "asked for (`form: files`)"
            : "this builder's frontend takes no variable from a mount",
        mounts: [shared, { kind: "file", id: "git-config", target: place.at, content: config }],
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
      why: "at" in place ? "`form: variables` was asked for" : place.unfit,
    };
  }
  const target = "/run/secrets/git-config";
  return {
    form: "variables",
    why:
      given.form === "files" && "unfit" in place
        ? `files asked for, but ${place.unfit}`
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

function hostsOf(given: GitOptions, step: Surroundings): GitHost[] {
  const hosts = (given.hosts ?? [{ host: jobServer(step) }]).map(({ host, secret = defaultSecret, user }) => {
    const origin = originOf(host);
    return { origin, secret, user: user ?? (secret === defaultSecret ? jobUser(origin, step) : "x-access-token") };
  });
  const origins = hosts.map(({ origin }) => origin);
  refuseTwice("git", "host", origins, (origin) => new URL(origin).origin);
  return hosts;
}

/** Unless it is declared: the job's own token for these hosts. */
function bringsToken(hosts: readonly GitHost[], step: Surroundings): Record<string, SourceConfig> {
  const origins = hosts.filter(({ secret }) => secret === defaultSecret).map(({ origin }) => origin);
  const token = jobToken(origins, step);
  return token === undefined ? {} : { [defaultSecret]: token };
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
