import { SealError } from "../error.ts";
import { runsAny } from "./command-sign.ts";
import type { GradleOptions } from "./gradle-options.ts";
import { firstOf, type Named, namedByFirst, placeOf, type Unfit } from "./home-file.ts";
import { javaHome } from "./java-home.ts";
import { needsOption } from "./needs-option.ts";
import { inFolder } from "./placement.ts";
import type { Content, NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings, ValueOf } from "./recipe.ts";
import { refuseTwice } from "./refuse-twice.ts";
import { basicOf, lineOf } from "./value.ts";

/** One property of a build: a text of the options, or a secret's value. */
type Property = { readonly name: string } & ({ readonly text: string } | { readonly secret: string });

/**
 * Gradle with private repositories, by the properties that `credentials(PasswordCredentials)` looks for: in the
 * gradle.properties of the Gradle user home, which goes before the project's own; else by the variables
 * `ORG_GRADLE_PROJECT_NAME`, as Gradle can be told of no other file.
 */
export const gradle: Recipe<GradleOptions> = {
  name: "gradle",
  summary: "Gradle with private repositories, by gradle.properties",
  optional: false,
  options: async () => (await import("./gradle-options.ts")).gradleOptions,
  readsHost: [],
  signs: [
    {
      // of its plugins' tasks too: `:app:assembleRelease`, `quarkusBuild`, `nativeCompile`, `resolveDependencies`
      run: runsAny(
        "gradle|gradlew",
        String.raw`(?=[\w:][\w:-]*$).*(?:[aA]ssemble|[bB]oot|[bB]uild|[cC]heck|[cC]lasses|[cC]ompile|[dD]ependencies|[iI]nstall|[jJ]ar|[pP]ublish|[rR]un|[tT]est|[wW]ar).*`,
      ),
      says: "runs Gradle",
    },
  ],
  serve,
};

function serve(given: GradleOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const properties = propertiesOf(given);
  refuseTwice(
    "gradle",
    "property",
    properties.map(({ name }) => name),
  );
  const logins = (given.repositories ?? []).map(({ secret = "gradle-token", user = "x-access-token" }) => ({
    secret,
    user,
  }));
  const forms = (value: ValueOf) => logins.map(({ secret, user }) => basicOf(user, value(secret)));
  const place = placeOf(step, {
    path: ".gradle/gradle.properties",
    home: javaHome(given.home, step),
    named: firstOf([namedByOption(step), namedByFirst(step, given.home, ["GRADLE_USER_HOME", "gradle.properties"])]),
    end: ".gradle/gradle.properties",
  });
  if ("at" in place) {
    const content: Content = {
      kind: "document",
      secrets: secretsOf(properties),
      render: (value) =>
        properties.map((property) => `${property.name}=${propertyText(textOf(property, value))}\n`).join(""),
      forms,
    };
    return {
      form: "files",
      why: "Gradle reads it there without any variable",
      mounts: [{ kind: "file", id: "gradle-properties", target: place.at, content }],
      brings: {},
      notices: [],
    };
  }
  // a container gets no value as a variable at all, and is told so
  const dotted = step.container ? undefined : properties.find(({ name }) => !/^\w+$/.test(name));
  if (dotted !== undefined) throw noVariable(dotted, place);
  if (!step.envMounts) return { needs: "env-mounts", why: place.unfit };
  return {
    form: "values as variables",
    why: `Gradle can be told of no other file, and ${place.unfit}`,
    mounts: properties.map((property) => variableMount(property, forms)),
    brings: {},
    notices: [],
  };
}

/** The Gradle user home that a call of the step names goes before the variable's. */
function namedByOption(step: Surroundings): Named {
  const calls = step.placesUnasked ? [] : (step.ran?.().calls ?? []);
  const homes = calls.flatMap(({ program, arguments: words }) =>
    /^gradlew?$/.test(program) ? userHomesIn(words) : [],
  );
  const [first, ...others] = new Set(homes);
  if (first === undefined) return undefined;
  const named = first.replace(/^~(?=\/)/, () => step.home ?? "~");
  const says = others.length === 0 ? inFolder(named, "gradle.properties") : undefined;
  const unfit = "the step calls Gradle with a user home of its own (`-g`)";
  return { unfit, cause: "assigned", own: { says, without: undefined } };
}

function userHomesIn(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    if (/^(?:-g|--gradle-user-home)$/.test(words[at - 1] ?? "")) return [word];
    return /^(?:--gradle-user-home|-Dgradle\.user\.home)=(.+)$/s.exec(word)?.[1] ?? [];
  });
}

function noVariable({ name }: Property, { unfit, cause }: Unfit): SealError {
  return new SealError(
    "GRANT",
    `recipe gradle: the property ${name} cannot be a variable's name, and ${unfit}`,
    remedyFor(cause),
  );
}

function remedyFor(cause: Unfit["cause"]): string {
  const naming = "Name the property with letters, digits and `_` only";
  switch (cause) {
    case "unseen":
      return "Write `ENV GRADLE_USER_HOME=/root/.gradle` into the Dockerfile, or, if the image says nothing else, set `options: { home: /root }`";
    case "assigned":
      return `${naming}, or set GRADLE_USER_HOME by ENV alone`;
    case "written":
      return `${naming}, or write that file in a step before, or use \`-P\` or GRADLE_OPTS`;
    case "removed":
      return `${naming}, or remove the folders in it alone (\`~/.gradle/caches\`)`;
    case "changed":
      return `${naming}, or change the folders in it alone (\`~/.gradle/caches\`)`;
    default:
      return `${naming}, or let the step be root's, with caches one level deeper`;
  }
}

function propertiesOf({ repositories = [], properties = {} }: GradleOptions): Property[] {
  const all: Property[] = [
    ...repositories.flatMap(({ name, secret = "gradle-token", user = "x-access-token" }) => [
      { name: `${name}Username`, text: user },
      { name: `${name}Password`, secret },
    ]),
    ...Object.entries(properties).map(([name, secret]) => ({ name, secret })),
  ];
  if (all.length > 0) return all;
  throw needsOption(
    "gradle",
    "repositories",
    "options: { repositories: [{ name: myRepository, user: ci, secret: gradle-token }] }",
  );
}

function secretsOf(properties: readonly Property[]): string[] {
  return [...new Set(properties.flatMap((property) => ("secret" in property ? [property.secret] : [])))];
}

function textOf(property: Property, value: ValueOf): string {
  return "text" in property ? property.text : lineOf(value(property.secret), property.secret);
}

function variableMount(property: Property, forms: (value: ValueOf) => readonly string[]): RecipeMount {
  const variable = `ORG_GRADLE_PROJECT_${property.name}`;
  const id = `gradle-${property.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const content: Content =
    "text" in property
      ? { kind: "text", render: () => property.text }
      : { kind: "document", secrets: [property.secret], render: (value) => textOf(property, value), forms };
  return { kind: "variable", id, variable, content };
}

/** `java.util.Properties.load` of bytes: Latin-1, a backslash escapes, blanks at the beginning are left away. */
function propertyText(value: string): string {
  return [...value]
    .map((character, at) => {
      if (character === "\\" || (at === 0 && character === " ")) return `\\${character}`;
      if (/[\x20-\x7e]/.test(character)) return character;
      return Array.from({ length: character.length }, (_, unit) => character.charCodeAt(unit))
        .map((code) => `\\u${code.toString(16).padStart(4, "0")}`)
        .join("");
    })
    .join("");
}
