import { runs } from "./command-sign.ts";
import { configPath } from "./home-file.ts";
import { layNetrc } from "./netrc-file.ts";
import { pythonIndexes, tellIndex } from "./python-index.ts";
import type { PythonIndexOptions } from "./python-index-options.ts";
import type { NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";

const variables = ["UV_DEFAULT_INDEX", "UV_INDEX_URL"];

/** uv reads a netrc file too, and asks it for each host it meets: also for those that `pyproject.toml` names. */
export const uv: Recipe<PythonIndexOptions> = {
  name: "uv",
  summary: "uv with an index that wants a login",
  optional: false,
  options: async () => (await import("./python-index-options.ts")).pythonIndexOptions,
  readsHost: variables,
  signs: [
    {
      run: runs(
        "uv",
        String.raw`sync|lock|add|remove|run|build|publish|tree|tool\s+(?:install|run|upgrade)|pip\s+(?:install|sync|compile|download)`,
      ),
      says: "runs uv with an index",
    },
    { run: runs("uvx", String.raw`[a-z][\w.@=-]*`), says: "runs uvx" },
  ],
  serve,
};

function serve(given: PythonIndexOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const { machines, tell, notices } = pythonIndexes(given, step, "uv", variables);
  const laid = layNetrc(step, machines, given.home);
  if ("needs" in laid) return laid;
  const config = configPath(step, "uv/uv.toml");
  const index = tellIndex(step, tell, {
    id: "uv-index",
    variables,
    unread: ["UV_CONFIG_FILE", "UV_NO_CONFIG"],
    end: "uv/uv.toml",
    home: config.home ?? given.home,
    path: config.path,
    named: config.named,
    file: (url) => `[[index]]\nurl = ${JSON.stringify(url)}\ndefault = true\n`,
  });
  if ("needs" in index) return index;
  return { ...laid, mounts: [...laid.mounts, ...index], brings: {}, notices: [...notices, ...laid.notices] };
}
