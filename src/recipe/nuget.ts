import { SealError } from "../error.ts";
import { runs, runsAny } from "./command-sign.ts";
import { placeOf, type Unfit } from "./home-file.ts";
import { needsOption } from "./needs-option.ts";
import type { NugetOptions } from "./nuget-options.ts";
import { clearNotices } from "./origin.ts";
import type { Content, NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";
import { refuseTwice } from "./refuse-twice.ts";
import { basicOf, lineOf } from "./value.ts";
import { xmlText, xmlValue } from "./xml-text.ts";

type Login = {
  readonly name: string;
  readonly url?: string | undefined;
  readonly secret: string;
  readonly user: string;
  readonly anonymous?: boolean | undefined;
};

/**
 * NuGet (dotnet restore) with private sources, by the user's NuGet.Config. (The additional files in `config` beside it are
 * not read by every version: tried with 5.4, which leaves them.) Elsewhere by `NuGetPackageSourceCredentials_NAME`.
 *
 * Passwords are in clear text: NuGet encrypts them on Windows only.
 */
export const nuget: Recipe<NugetOptions> = {
  name: "nuget",
  summary: "NuGet with private sources, by NuGet.Config",
  optional: false,
  options: async () => (await import("./nuget-options.ts")).nugetOptions,
  readsHost: [],
  signs: [
    {
      run: runs("dotnet", "restore|build|publish|test|pack|run|add|tool|workload|nuget push|new install"),
      says: "runs dotnet, which may restore packages",
    },
    { run: runs("nuget", "restore|install|push|update"), says: "runs NuGet" },
    { run: runsAny("dotnet|msbuild", "[-/](?:t|target):[Rr]estore|[-/]restore"), says: "restores packages by MSBuild" },
  ],
  serve,
};

const writesConfig = runs("dotnet|nuget", "nuget (?:add|update|remove|enable|disable)|sources? (?:add|update|remove)", {
  // one that is named is hardly the user's
  argument: /^(?:--configfile|-ConfigFile)\b/i,
});

function serve(given: NugetOptions, step: Surroundings): Serving | NeedsEnvMounts {
  if (given.sources === undefined) {
    throw needsOption("nuget", "sources", "options: { sources: [{ name: my-source, user: ci, secret: nuget-token }] }");
  }
  const logins = given.sources.map((one) => ({
    ...one,
    secret: one.secret ?? "nuget-token",
    user: one.user ?? "x-access-token",
  }));
  const names = logins.map(({ name }) => name);
  refuseTwice("nuget", "source", names, (name) => name.toLowerCase());
  const notices = clearNotices(logins.flatMap(({ url }) => url ?? []));
  const place = placeOf(step, {
    home: given.home,
    path: ".nuget/NuGet/NuGet.Config",
    end: ".nuget/NuGet/NuGet.Config",
    writes: writesConfig,
  });
  if ("at" in place) {
    return {
      form: "files",
      why: "NuGet reads it there without any variable",
      mounts: [{ kind: "file", id: "nuget-config", target: place.at, content: configFile(logins) }],
      brings: {},
      notices,
      notes: logins.some(({ anonymous }) => anonymous) ? [] : [publicSource],
    };
  }
  if (!step.envMounts) return { needs: "env-mounts", why: place.unfit };
  const withLogin = logins.filter(({ anonymous }) => !anonymous);
  // a container gets no value as a variable at all, and is told so
  if (!step.container) refuseAsVariables(logins, withLogin, place);
  return {
    form: "values as variables",
    why: `NuGet takes no other file beside its own, and ${place.unfit}`,
    mounts: withLogin.map(variableMount),
    brings: {},
    notices,
  };
}

/** A file that NuGet makes by itself, where there is none, begins with it (NuGet.Client, NuGetConfiguration.cs). */
const publicSource =
  "the file takes the place of NuGet's own, which names the public source: packages of that one are found where the checkout's nuget.config names it, or an entry of `sources` with its `url` and `anonymous: true`";

/** What the step may do to the folder of packages alone. */
const inPart: Partial<Record<NonNullable<Unfit["cause"]>, string>> = {
  kept: "cache",
  removed: "remove",
  changed: "change",
};

/** @throws SealError GRANT for what only a file could hold */
function refuseAsVariables(logins: readonly Login[], withLogin: readonly Login[], { unfit: why, cause }: Unfit): void {
  const verb = cause && inPart[cause];
  const unnamed = logins.find(({ url }) => url !== undefined);
  if (unnamed !== undefined) {
    throw new SealError(
      "GRANT",
      `recipe nuget: the \`url\` of ${unnamed.name} cannot be given, for ${why}`,
      `Write the source with its URL into the checkout's own nuget.config, and leave out \`url\`${verb === undefined ? "" : `; or ${verb} \`/root/.nuget/packages\`, not all of that folder`}`,
    );
  }
  // a shell throws other names away (dash, `environ`)
  const dotted = withLogin.find(({ name }) => !/^\w+$/.test(name));
  if (dotted === undefined) return;
  throw new SealError(
    "GRANT",
    `recipe nuget: the source ${dotted.name} cannot be part of a variable's name, and ${why}`,
    "Name the source with letters, digits and `_` only, or let the step be root's, with caches one level deeper",
  );
}

/** https://learn.microsoft.com/nuget/reference/nuget-config-file#packagesourcecredentials */
function configFile(logins: readonly Login[]): Content {
  const withLogin = logins.filter(({ anonymous }) => !anonymous);
  return {
    kind: "document",
    secrets: [...new Set(withLogin.map(({ secret }) => secret))],
    render: (value) =>
      [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<configuration>",
        ...(logins.some(({ url }) => url !== undefined)
          ? [
              "  <packageSources>",
              ...logins.flatMap(({ name, url }) =>
                url === undefined
                  ? []
                  : [
                      `    <add key="${xmlText(name)}" value="${xmlText(url)}"${url.startsWith("http://") ? ' allowInsecureConnections="true"' : ""} />`,
                    ],
              ),
              "  </packageSources>",
            ]
          : []),
        "  <packageSourceCredentials>",
        ...withLogin.flatMap(({ name, secret, user }) => [
          `    <${name}>`,
          `      <add key="Username" value="${xmlText(user)}" />`,
          `      <add key="ClearTextPassword" value="${plain(xmlValue(value(secret), secret), secret)}" />`,
          `    </${name}>`,
        ]),
        "  </packageSourceCredentials>",
        "</configuration>",
        "",
      ].join("\n"),
    forms: (value) => withLogin.map(({ secret, user }) => basicOf(user, value(secret))),
  };
}

function variableMount({ name, secret, user }: Login): RecipeMount {
  const content: Content = {
    kind: "document",
    secrets: [secret],
    // its parts are told apart by semicolons, which nothing escapes
    render: (value) => `Username=${user};Password=${unparted(lineOf(value(secret), secret), secret)}`,
    forms: (value) => [basicOf(user, value(secret))],
  };
  const id = `nuget-credentials-${name.toLowerCase()}`;
  return { kind: "variable", id, variable: `NuGetPackageSourceCredentials_${name}`, content };
}

/** NuGet puts the environment's variables in for `%NAME%`, and has no way to write it otherwise. */
function plain(text: string, secret: string): string {
  if (!/%[^%]+%/.test(text)) return text;
  throw unfit(secret, "has text between two percent signs in it, which NuGet reads as a variable's name");
}

function unparted(value: string, secret: string): string {
  if (!value.includes(";")) return value;
  throw unfit(secret, "has a semicolon in it, which ends it in a variable of NuGet's");
}

function unfit(secret: string, what: string): SealError {
  return new SealError("SOURCE", `Secret ${secret} ${what}`, "Have another password or token made");
}
