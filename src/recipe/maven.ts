import { SealError } from "../error.ts";
import { runsAny } from "./command-sign.ts";
import { layFile } from "./home-file.ts";
import { javaHome } from "./java-home.ts";
import type { MavenOptions } from "./maven-options.ts";
import { needsOption } from "./needs-option.ts";
import { clearNotices } from "./origin.ts";
import type { Content, NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";
import { refuseTwice } from "./refuse-twice.ts";
import { basicOf } from "./value.ts";
import { xmlText, xmlValue } from "./xml-text.ts";

/** Of its three lifecycles (Maven, "Introduction to the Build Lifecycle"). */
const phases =
  "(?:pre-|post-)?(?:clean|site|integration-test)|site-deploy|validate|initialize|(?:generate|process)-(?:test-)?(?:sources|resources)|compile|process-(?:test-)?classes|test-compile|test|prepare-package|package|verify|install|deploy";
/** `dependency:go-offline`, or a plugin by its coordinates. */
const goal = "[\\w.-]+(?::[\\w.-]+)+";
const commands = "mvn|mvnd|mvnw";

/** Maven with private repositories, by ~/.m2/settings.xml; elsewhere by MAVEN_ARGS, which Maven 3.9 and later read. */
export const maven: Recipe<MavenOptions> = {
  name: "maven",
  summary: "Maven with private repositories, by settings.xml",
  optional: false,
  options: async () => (await import("./maven-options.ts")).mavenOptions,
  readsHost: [],
  signs: [
    {
      run: runsAny(commands, `${phases}|${goal}`),
      says: "runs Maven",
    },
  ],
  serve,
};

function serve(given: MavenOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const { servers, mirrors = [] } = given;
  if (servers === undefined) {
    throw needsOption(
      "maven",
      "servers",
      "options: { servers: [{ id: my-repository, user: ci, secret: maven-token }] }",
    );
  }
  refuseTwice(
    "maven",
    "server",
    servers.map(({ id }) => id),
  );
  refuseTwice(
    "maven",
    "mirror",
    mirrors.map(({ id }) => id),
  );
  const target = "/run/secrets/maven-settings.xml";
  const before = step.variable("MAVEN_ARGS");
  const own = `--settings ${target}`;
  const laid = layFile(step, {
    id: "maven-settings",
    content: settingsFile(servers, mirrors),
    path: ".m2/settings.xml",
    home: javaHome(given.home, step),
    end: ".m2/settings.xml",
    elsewhere: { variable: "MAVEN_ARGS", target, value: before ? `${before} ${own}` : own },
  });
  if ("needs" in laid) return laid;
  const byVariable = laid.mounts.some(({ kind }) => kind === "variable");
  return {
    ...laid,
    brings: {},
    notices: [
      ...clearNotices(mirrors.map(({ url }) => url)),
      ...laid.notices,
      // MAVEN_ARGS stands before the command's own options, of which Maven takes the first
      ...(byVariable ? [] : otherFileNotices(step, laid.mounts)),
    ],
    notes: byVariable
      ? [
          "the file's place is told by MAVEN_ARGS, which Maven reads from 3.9 on, and an older wrapper (`mvnw`) does not",
        ]
      : [],
  };
}

const isCommand = new RegExp(`^(?:${commands})$`);
const isAsked = new RegExp(`^(?:${phases}|${goal})$`);

/** Where all that the step runs of Maven is told of another file; one that has a variable in it may be the recipe's. */
function otherFileNotices(step: Surroundings, mounts: readonly RecipeMount[]): string[] {
  const at = mounts.find((mount) => mount.kind === "file")?.target;
  const calls = (step.ran?.().calls ?? []).filter(
    ({ program, arguments: words }) => isCommand.test(program) && words.some((word) => isAsked.test(word)),
  );
  const isOther = (path: string | undefined) =>
    path !== undefined && !/[$`]/.test(path) && path.replace(/^~(?=\/)/, step.home ?? "/root") !== at;
  return calls.length > 0 && calls.every(({ arguments: words }) => isOther(settingsIn(words)))
    ? [`mvn reads the file of \`-s\` and not the recipe's: take \`-s\` out, or name ${at} there`]
    : [];
}

/** Of the first such option, which goes before others. */
function settingsIn(words: readonly string[]): string | undefined {
  const [named] = words.flatMap((word, at) =>
    /^(?:-s|--settings)$/.test(words[at - 1] ?? "") ? [word] : (/^--settings=(.+)$/s.exec(word)?.[1] ?? []),
  );
  return named;
}

type Servers = NonNullable<MavenOptions["servers"]>;

/** https://maven.apache.org/settings.html; headers: https://maven.apache.org/guides/mini/guide-http-settings.html */
function settingsFile(servers: Servers, mirrors: NonNullable<MavenOptions["mirrors"]>): Content {
  const logins = servers.map(({ id, secret = "maven-token", user = "x-access-token", header }) => ({
    id,
    secret,
    user,
    header,
  }));
  return {
    kind: "document",
    secrets: [...new Set(logins.map(({ secret }) => secret))],
    render: (value) =>
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<settings xmlns="http://maven.apache.org/SETTINGS/1.0.0">',
        "  <servers>",
        ...logins.flatMap(({ id, secret, user, header }) => {
          const text = plain(xmlValue(value(secret), secret), secret);
          return [
            "    <server>",
            `      <id>${xmlText(id)}</id>`,
            ...(header === undefined
              ? [`      <username>${xmlText(user)}</username>`, `      <password>${text}</password>`]
              : [
                  "      <configuration><httpHeaders><property>",
                  `        <name>${xmlText(header)}</name>`,
                  `        <value>${text}</value>`,
                  "      </property></httpHeaders></configuration>",
                ]),
            "    </server>",
          ];
        }),
        "  </servers>",
        ...(mirrors.length === 0
          ? []
          : [
              "  <mirrors>",
              ...mirrors.map(
                ({ id, url, of }) =>
                  `    <mirror><id>${xmlText(id)}</id><url>${xmlText(url)}</url><mirrorOf>${xmlText(of)}</mirrorOf></mirror>`,
              ),
              "  </mirrors>",
            ]),
        "</settings>",
        "",
      ].join("\n"),
    forms: (value) => logins.map(({ secret, user }) => basicOf(user, value(secret))),
  };
}

/**
 * Maven puts variables in for `${…}`, and takes what stands in braces for a password that it has to decrypt, and there is
 * no way to write them otherwise. (A placeholder of the plan's own has braces too.)
 */
function plain(text: string, secret: string): string {
  if (text === `{${secret}.}` || !/\{.*\}/.test(text)) return text;
  throw new SealError(
    "SOURCE",
    `Secret ${secret} has braces in it, which Maven reads as a variable or as an encrypted password`,
    "Have another password or token made",
  );
}
