import type { CcacheOptions } from "./ccache-options.ts";
import { compilerVariables, compilesC } from "./compiles-c.ts";
import { configPath, firstOf, layFile, namedByFirst } from "./home-file.ts";
import { names } from "./named-program.ts";
import { needsOption } from "./needs-option.ts";
import { clearNotices } from "./origin.ts";
import type { Content, NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";
import { basicOf, lineOf } from "./value.ts";

const runsCcache = names(
  "ccache",
  /\bccache\s+(?:-M|-F|-o|-V|--max-size|--set-config|--version|--show-config|-p)\b.*|\bupdate-ccache-symlinks\b/g,
);

/** ccache (4.4 and later) with a remote storage over HTTP or Redis, by its own configuration file. */
export const ccache: Recipe<CcacheOptions> = {
  name: "ccache",
  summary: "ccache with a remote storage over HTTP or Redis",
  optional: true,
  options: async () => (await import("./ccache-options.ts")).ccacheOptions,
  readsHost: [],
  signs: [
    { run: runsCcache, says: "runs ccache" },
    {
      run: compilesC,
      variable: {
        names: [...compilerVariables, "PATH"],
        value: /(?:^|[\s:/])(?:ccache\b|lib(?:64)?\/ccache)/,
      },
      says: "compiles, and its compiler launcher is ccache",
    },
  ],
  serve,
};

function serve(given: CcacheOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const { url } = given;
  if (url === undefined) {
    throw needsOption("ccache", "url", "options: { url: http://cache:8080/ccache, secret: ccache-token }");
  }
  const target = "/run/secrets/ccache.conf";
  const { path, home = given.home, named } = configPath(step, "ccache/ccache.conf");
  const laid = layFile(step, {
    id: "ccache-config",
    content: configFile(given, url),
    path,
    home,
    // with CCACHE_DIR its own file is read and no other (ccache, "Configuration")
    named: firstOf([namedByFirst(step, given.home, ["CCACHE_CONFIGPATH"], ["CCACHE_DIR", "ccache.conf"]), named]),
    end: "ccache.conf",
    elsewhere: { variable: "CCACHE_CONFIGPATH", target, value: target },
  });
  if ("needs" in laid) return laid;
  const theirs = ["CCACHE_REMOTE_STORAGE", "CCACHE_SECONDARY_STORAGE"].find(
    (name) => step.variable(name) || step.assigned(name),
  );
  return {
    ...laid,
    brings: {},
    notices: [
      ...clearNotices([url]),
      ...laid.notices,
      ...(theirs === undefined ? [] : [`the step sets ${theirs}, which goes before the file: take it out`]),
    ],
    notes: helperNotes(url),
  };
}

/** ccache's manual, "HTTP storage backend" ("HTTPS is not supported") and "Storage helper process". */
function helperNotes(url: string): string[] {
  const [, scheme] = /^(https|rediss):/.exec(url) ?? [];
  return scheme === undefined
    ? []
    : [`ccache has no TLS of its own: the image needs ccache 4.13 or later and the helper ccache-storage-${scheme}`];
}

/** ccache's manual, "Configuration file syntax" and "Remote storage backends"; attributes are percent-decoded. */
function configFile(given: CcacheOptions, url: string): Content {
  const { secret = "ccache-token", user, settings = {} } = given;
  const isRedis = url.startsWith("redis");
  const place = (login: string): string => url.replace("://", `://${login}`);
  return {
    kind: "document",
    secrets: [secret],
    render: (value) => {
      const word = percent(lineOf(value(secret), secret));
      // ccache looks for the colon after decoding (4.7, `split_user_info`): a password that has one needs a user before it
      const login = user ?? (value(secret).includes(":") ? "default" : undefined);
      const storage =
        user === undefined && !isRedis
          ? [url, `bearer-token=${word}`]
          : [place(login === undefined ? `${word}@` : `${percent(login)}:${word}@`)];
      const attributes = [
        ...(given.layout === undefined ? [] : [`layout=${given.layout}`]),
        ...(given.mode === "read-only" ? ["read-only"] : []),
      ];
      return [
        `remote_storage = ${[...storage, ...attributes].join("|")}`,
        ...(given.remoteOnly === undefined ? [] : [`remote_only = ${given.remoteOnly}`]),
        ...Object.entries(settings).map(([key, text]) => `${key} = ${text}`),
        "",
      ].join("\n");
    },
    forms: (value) => [...(user === undefined ? [] : [basicOf(user, value(secret))]), percent(value(secret))],
  };
}

/** Also what a URL could hold as it is: `$` begins a variable in the file, `|` an attribute. */
function percent(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
