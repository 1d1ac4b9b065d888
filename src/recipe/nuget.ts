import { SealError } from "../error.ts";
import { runs } from "./command-sign.ts";
import { placeInHome } from "./home-file.ts";
import { needsOption } from "./needs-option.ts";
import type { NugetOptions } from "./nuget-options.ts";
import { clearNotices } from "./origin.ts";
import { homeUnknown } from "./placement.ts";
import type { Content, NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";
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
      run: runs("dotnet", "restore|build|publish|test|pack|run|add|tool|workload|push"),
      says: "runs dotnet, which may restore packages",
    },
    { run: runs("nuget|msbuild", "restore|install|push|update|[-/]t:[Rr]estore|-restore"), says: "runs NuGet" },
  ],
  serve,
};

function serve(given: NugetOptions, step: Surroundings): Serving | NeedsEnvMounts {
  if (given.sources === undefined) {
    throw needsOption("nuget", "sources", "options: { sources: [{ name: my-source, user: ci, secret: nuget-token }] }");
  }
  const logins = given.sources.map((one) => ({
    ...one,
    secret: one.secret ?? "nuget-token",
    user: one.user ?? "x-access-token",
  }));
  const notices = clearNotices(logins.flatMap(({ url }) => url ?? []));
  const target = placeInHome(step, given.home, ".nuget/NuGet/NuGet.Config");
  if (target !== undefined) {
    return {
      form: "files",
      why: "NuGet reads it there without any variable",
      mounts: [{ kind: "file", id: "nuget-config", target, content: configFile(logins) }],
      brings: {},
      notices,
    };
  }
  if (!step.envMounts) return { needs: "env-mounts", why: homeUnknown(step) };
  const unnamed = logins.find(({ url }) => url !== undefined);
  if (unnamed !== undefined) {
    throw new SealError(
      "GRANT",
      `recipe nuget: the \`url\` of ${unnamed.name} cannot be given, for ${homeUnknown(step)}`,
      "Write the source with its URL into the checkout's own nuget.config, and leave out `url`",
    );
  }
  return {
    form: "values as variables",
    why: `NuGet takes no other file beside its own, and ${homeUnknown(step)}`,
    mounts: logins.filter(({ anonymous }) => !anonymous).map(variableMount),
    brings: {},
    notices,
  };
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
