import { runs } from "./command-sign.ts";
import { configPath, firstOf, layFile, namedBy, sets, unlessUnseen } from "./home-file.ts";
import { needsOption } from "./needs-option.ts";
import { writeNotices } from "./own-writes.ts";
import type { PoetryOptions } from "./poetry-options.ts";
import type { Content, NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";
import { refuseTwice } from "./refuse-twice.ts";
import { tomlText } from "./toml-text.ts";
import { basicOf, lineOf } from "./value.ts";

type PoetrySource = { readonly name: string; readonly user: string; readonly secret: string };

/**
 * Poetry keeps logins by the name of a source, in `auth.toml` beside its `config.toml` (poetry, `config/config.py`).
 * There is no variable for that file alone: elsewhere it is POETRY_CONFIG_DIR, which hides a `config.toml` of the image.
 */
export const poetry: Recipe<PoetryOptions> = {
  name: "poetry",
  summary: "Poetry with sources that want a login",
  optional: false,
  options: async () => (await import("./poetry-options.ts")).poetryOptions,
  readsHost: [],
  signs: [
    {
      run: runs("poetry", "install|update|add|remove|lock|sync|publish|search|self (?:add|update|install|sync)"),
      says: "runs Poetry with an index",
    },
  ],
  serve,
};

function serve(given: PoetryOptions, step: Surroundings): Serving | NeedsEnvMounts {
  if (given.sources === undefined) {
    throw needsOption("poetry", "sources", "options: { sources: [{ name: acme, user: ci, secret: poetry-acme }] }");
  }
  const sources = given.sources.map(({ name, user = "__token__", secret = secretFor(name) }) => ({
    name,
    user,
    secret,
  }));
  refuseTwice(
    "poetry",
    "source",
    sources.map(({ name }) => name),
  );
  const config = configPath(step, "pypoetry/auth.toml");
  const laid = layFile(step, {
    id: "poetry-auth",
    content: authFile(sources),
    path: config.path,
    end: "pypoetry/auth.toml",
    home: config.home ?? given.home,
    // hardly an image sets it, and to give it would hide the settings of many (`virtualenvs.create`)
    named: firstOf([unlessUnseen(namedBy(step, "POETRY_CONFIG_DIR", "auth.toml")), config.named]),
    elsewhere: {
      variable: "POETRY_CONFIG_DIR",
      target: "/run/secrets/poetry/auth.toml",
      value: "/run/secrets/poetry",
    },
  });
  if ("needs" in laid) return laid;
  const byVariable = laid.mounts.some(({ kind }) => kind === "variable");
  return {
    ...laid,
    brings: Object.fromEntries(
      sources
        .filter(({ name, secret }) => secret === secretFor(name))
        .map(({ name, secret }) => [secret, { from: "env", name: passwordVariable(name) }]),
    ),
    notices: [...laid.notices, ...configNotices(step, byVariable)],
    notes: byVariable
      ? [
          "Poetry's own config.toml is not read where POETRY_CONFIG_DIR is given, and `poetry config` cannot write it: use variables (`POETRY_VIRTUALENVS_CREATE=false`)",
        ]
      : [],
  };
}

const logins = String.raw`(?:http-basic|pypi-token|certificates)\.`;
const writesLogin = runs("poetry", String.raw`config ${logins}\S+`);
/** `--local` writes the project's own file. */
const writesSetting = runs("poetry", String.raw`config (?!${logins})\S+ \S+`, { argument: /^--local$/ });

/** `poetry config` writes into the folder that POETRY_CONFIG_DIR names. */
function configNotices(step: Surroundings, byVariable: boolean): string[] {
  if (sets(step, "POETRY_CONFIG_DIR")) return [];
  const ofLogin =
    "the step has Poetry write a login into the file that is mounted and cannot be written to: name that source in the options, and take `poetry config` of a login out";
  const ofSetting =
    "the step has Poetry write a setting into the folder that POETRY_CONFIG_DIR names, where only root may and which no later step reads: set a variable in the place of `poetry config` (`ENV POETRY_VIRTUALENVS_CREATE=false`)";
  return [
    ...writeNotices(step, writesLogin, ofLogin),
    ...(byVariable ? writeNotices(step, writesSetting, ofSetting) : []),
  ];
}

function authFile(sources: readonly PoetrySource[]): Content {
  return {
    kind: "document",
    secrets: [...new Set(sources.map(({ secret }) => secret))],
    render: (value) =>
      sources
        .map(
          ({ name, user, secret }) =>
            `[http-basic.${name}]\nusername = ${tomlText(user)}\npassword = ${tomlText(lineOf(value(secret), secret))}\n`,
        )
        .join("\n"),
    forms: (value) => sources.map(({ user, secret }) => basicOf(user, value(secret))),
  };
}

const secretFor = (source: string): string => `poetry-${source.toLowerCase()}`;

/** Poetry's own name for it (poetry, "Repositories", "Configuring credentials"). */
const passwordVariable = (source: string): string =>
  `POETRY_HTTP_BASIC_${source.toUpperCase().replaceAll("-", "_")}_PASSWORD`;
