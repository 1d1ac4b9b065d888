import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * HOME, or the user's entry in passwd: an empty or relative HOME would be the folder that one is in, which may be anybody's.
 * Undefined: this user has neither.
 */
export function homeFolder(environment: Environment): string | undefined {
  const named = environment["HOME"];
  if (named !== undefined && isAbsolute(named)) return named;
  const entry = homeOfEntry();
  return entry !== undefined && isAbsolute(entry) ? entry : undefined;
}

const settings = {
  cache: { variable: "XDG_CACHE_HOME", usual: ".cache" },
  config: { variable: "XDG_CONFIG_HOME", usual: ".config" },
  state: { variable: "XDG_STATE_HOME", usual: ".local/state" },
};

/** The user's folder of a kind, as the XDG Base Directory Specification has it: a relative path counts for none. */
export function userFolder(kind: keyof typeof settings, environment: Environment): string | undefined {
  const { variable, usual } = settings[kind];
  const named = environment[variable];
  if (named !== undefined && isAbsolute(named)) return named;
  const home = homeFolder(environment);
  return home === undefined ? undefined : join(home, usual);
}

function homeOfEntry(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    // a container's user that is but a number
    return undefined;
  }
}
