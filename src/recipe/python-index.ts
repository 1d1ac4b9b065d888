import { SealError } from "../error.ts";
import type { Shows } from "./command-sign.ts";
import { type Named, placeOf } from "./home-file.ts";
import type { NetrcMachine } from "./netrc-file.ts";
import { clearNotices } from "./origin.ts";
import { isTheirs, text } from "./placement.ts";
import type { PythonIndexOptions } from "./python-index-options.ts";
import type { NeedsEnvMounts, RecipeMount, Surroundings } from "./recipe.ts";
import { saidUrl } from "./registry-url.ts";

/** What the recipes for Python's package indexes share: a login in a netrc file, and the index's URL without it. */
export type PythonIndexes = {
  readonly machines: readonly NetrcMachine[];
  /** What has to be told to the consumer: the index that all packages come from. */
  readonly tell: string | undefined;
  readonly notices: readonly string[];
};

/** The user's name that goes with a token (PyPI's own, and GitLab's). */
const tokenUser = "__token__";
/** The secret's name where the options give none: one for pip and uv, for a step may use both. */
const indexSecret = "index-password";

/**
 * The indexes by the options, else the one that the Dockerfile's or the host's own variables name.
 *
 * @throws SealError GRANT where there is none
 */
export function pythonIndexes(
  given: PythonIndexOptions,
  step: Surroundings,
  recipe: string,
  variables: readonly string[],
): PythonIndexes {
  if (given.indexes !== undefined) {
    const defaults = given.indexes.filter((index) => index.default);
    if (defaults.length > 1) {
      throw new SealError("GRANT", `recipe ${recipe}: two of \`indexes\` are \`default\``, "Let one be it");
    }
    return {
      machines: given.indexes.map(({ url, user = tokenUser, secret = indexSecret }) => ({
        host: hostName(url),
        user,
        secret,
      })),
      tell: defaults[0]?.url,
      notices: clearNotices(given.indexes.map(({ url }) => url)),
    };
  }
  const { said, notices } = saidUrl(step, variables);
  if (said === undefined) {
    throw new SealError(
      "GRANT",
      `recipe ${recipe}: it is not known which index the login is for`,
      `Set \`options: { indexes: [{ url: … }] }\`, or ${variables[0]} in the Dockerfile or on the host`,
    );
  }
  return {
    machines: [{ host: hostName(said.url), user: tokenUser, secret: indexSecret }],
    tell: said.by === "host" ? said.url : undefined,
    notices: [...notices, ...clearNotices([said.url])],
  };
}

/**
 * The index's URL for a consumer that does not know it: as its variable, which goes before every file. A file of its own in
 * the home folder is read only where no variable names another one, and an index that is lost is another one that is asked.
 */
export function tellIndex(
  step: Surroundings,
  url: string | undefined,
  how: {
    readonly id: string;
    readonly variables: readonly string[];
    /** With one of these the consumer reads no file in the home folder. */
    readonly unread: readonly string[];
    /** How a path of that file ends, and what else writes into it. */
    readonly end: string;
    readonly writes?: Shows;
    readonly home: string | undefined;
    readonly path: string;
    readonly named: Named;
    readonly file: (url: string) => string;
  },
): readonly RecipeMount[] | NeedsEnvMounts {
  const [variable = ""] = how.variables;
  if (url === undefined || how.variables.some((name) => isTheirs(step, name, how.id))) return [];
  if (step.envMounts) return [text(how.id, variable, () => url)];
  const before = [...how.variables, ...how.unread].find(
    (name) => step.variable(name) || step.assigned(name) || step.mounted(name) !== undefined,
  );
  if (before !== undefined) return { needs: "env-mounts", why: `with ${before} in the step no file tells the index` };
  const place = placeOf(step, how);
  if ("unfit" in place) return { needs: "env-mounts", why: `the index is told by ${variable}, for ${place.unfit}` };
  return [
    { kind: "file", id: `${how.id}-config`, target: place.at, content: { kind: "text", render: () => how.file(url) } },
  ];
}

const hostName = (url: string): string => new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
