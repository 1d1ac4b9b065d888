import { runs } from "./command-sign.ts";
import { configPath } from "./home-file.ts";
import { layNetrc } from "./netrc-file.ts";
import { pythonIndexes, tellIndex } from "./python-index.ts";
import type { PythonIndexOptions } from "./python-index-options.ts";
import type { NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";

const variables = ["PIP_INDEX_URL"];

/**
 * pip: the login in a netrc file, which requests reads for it, and the index's URL without it. So neither pip's own
 * output ("Looking in indexes: …", `pip config list`) nor a file that is made from it has anything to show.
 */
export const pip: Recipe<PythonIndexOptions> = {
  name: "pip",
  summary: "pip with an index that wants a login",
  optional: false,
  options: async () => (await import("./python-index-options.ts")).pythonIndexOptions,
  readsHost: variables,
  signs: [
    {
      run: runs(String.raw`pip[\d.]*`, "install|download|wheel|index|lock", { argument: /^--no-index$/ }),
      says: "runs pip with an index",
    },
    { run: runs("pipx", "install|run|upgrade|inject|upgrade-all"), says: "runs pipx" },
  ],
  serve,
};

function serve(given: PythonIndexOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const { machines, tell, notices } = pythonIndexes(given, step, "pip", variables);
  const laid = layNetrc(step, machines, given.home);
  if ("needs" in laid) return laid;
  const config = configPath(step, "pip/pip.conf");
  const index = tellIndex(step, tell, {
    id: "pip-index",
    variables,
    unread: ["PIP_CONFIG_FILE"],
    end: "pip/pip.conf",
    writes: runs(String.raw`pip[\d.]*`, "config (?:set|unset|edit)"),
    home: config.home ?? given.home,
    path: config.path,
    named: config.named,
    file: (url) => `[global]\nindex-url = ${url}\n`,
  });
  if ("needs" in index) return index;
  return { ...laid, mounts: [...laid.mounts, ...index], brings: {}, notices: [...notices, ...laid.notices] };
}
