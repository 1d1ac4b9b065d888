import { SealError } from "../error.ts";

/** What docker's own flags before the plugin's name mean: variables to set, or (undefined) to take away. */
export type PluginWords = {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/**
 * docker/cli, cli/flags/options.go: docker hands its global flags on to a plugin, which has to heed them by itself. A
 * context goes before DOCKER_HOST, and a host before DOCKER_CONTEXT, as they do for docker.
 */
const flags: Readonly<Record<string, (value: string) => PluginWords["environment"]>> = {
  "--config": (value) => ({ DOCKER_CONFIG: value }),
  "--context": (value) => ({ DOCKER_CONTEXT: value, DOCKER_HOST: undefined }),
  "--host": (value) => ({ DOCKER_HOST: value, DOCKER_CONTEXT: undefined }),
  "--log-level": () => ({}),
};
const switches: Readonly<Record<string, PluginWords["environment"]>> = {
  "--debug": {},
  "--tlsverify": { DOCKER_TLS_VERIFY: "1" },
};
const long: Readonly<Record<string, string>> = {
  "-c": "--context",
  "-H": "--host",
  "-l": "--log-level",
  "-D": "--debug",
};

/** Where our own name stands among the words that docker calls its plugin with: behind its flags and their values; or -1. */
export function placeOfName(words: readonly string[]): number {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === "buildseal") return at;
    if (flags[long[word] ?? word] !== undefined) at++;
  }
  return -1;
}

/**
 * The words of `docker-buildseal [globals] buildseal build …`, and of `docker help buildseal`.
 *
 * @throws SealError ARGUMENT for a flag that has no variable
 */
export function readPluginWords(words: readonly string[]): PluginWords {
  const own = placeOfName(words);
  if (own < 0) return { words, environment: {} };
  // docker runs the plugin with the very words of its own help command
  if (words[0] === "help") return { words: [...words.slice(own + 1), "--help"], environment: {} };
  const environment: Record<string, string | undefined> = {};
  for (let at = 0; at < own; at++) {
    const word = words[at]!;
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const short = /^-[cHl]./.test(word) ? word.slice(0, 2) : undefined;
    const name = long[short ?? word] ?? (equals < 0 ? word : word.slice(0, equals));
    const mean = flags[name];
    if (mean !== undefined) {
      const value = equals >= 0 ? word.slice(equals + 1) : short === undefined ? words[++at] : word.slice(2);
      Object.assign(environment, mean(value ?? ""));
    } else if (switches[name] !== undefined && (equals < 0 || word.endsWith("=true"))) {
      Object.assign(environment, switches[name]);
    } else if (equals < 0 || !word.endsWith("=false")) {
      throw new SealError(
        "ARGUMENT",
        `buildseal cannot take over docker's own flag ${name}`,
        "Use a docker context (`docker context create`), or DOCKER_HOST with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH",
      );
    }
  }
  return { words: words.slice(own + 1), environment };
}
