import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { homeFolder, userFolder } from "./home.ts";

/**
 * The files of patterns that git reads beside `.gitignore`, the weakest first (gitignore(5)): `core.excludesFile`, else the
 * user's `git/ignore`, then the repository's own `info/exclude`. Git is not asked, as it would run what a repository's
 * configuration names; of that language what sets one path is read, and no `[include]`.
 */
export function gitExcludes(root: string, environment: Readonly<Record<string, string | undefined>>): string[] {
  const git = gitFolderOf(root);
  const home = homeFolder(environment);
  const settings = userFolder("config", environment);
  const ofUser = environment["GIT_CONFIG_GLOBAL"];
  const configs = [
    environment["GIT_CONFIG_NOSYSTEM"] ? undefined : "/etc/gitconfig",
    ...(ofUser === undefined ? [within(settings, "git/config"), within(home, ".gitconfig")] : [ofUser]),
    join(git, "config"),
  ].filter((path) => path !== undefined);
  let excludes = within(settings, "git/ignore");
  for (const path of configs) {
    const named = excludesFileIn(textOf(path) ?? "");
    if (named !== undefined) excludes = named.startsWith("~/") ? within(home, named.slice(2)) : resolve(root, named);
  }
  return [excludes, join(git, "info", "exclude")].filter((path) => path !== undefined);
}

/** Nothing where there is no such folder. */
function within(folder: string | undefined, path: string): string | undefined {
  return folder === undefined ? undefined : join(folder, path);
}

/** gitrepository-layout(5): in a worktree or submodule `.git` is a file that says where the repository is. */
function gitFolderOf(root: string): string {
  const git = join(root, ".git");
  const named = /^gitdir: (.*)$/m.exec(textOf(git) ?? "")?.[1];
  if (named === undefined) return git;
  const folder = resolve(root, named);
  return resolve(folder, textOf(join(folder, "commondir"))?.trim() ?? ".");
}

/** git-config(1), "Syntax": the last one counts, names are read without regard to case. */
function excludesFileIn(config: string): string | undefined {
  let section = "";
  let found: string | undefined;
  for (const line of config.split(/\r?\n/)) {
    const head = /^\s*\[\s*([^\]]*?)\s*\](.*)$/.exec(line);
    if (head !== null) section = head[1]!.toLowerCase();
    if (section !== "core") continue;
    const value = /^\s*excludesfile\s*=\s*(.*)$/i.exec(head === null ? line : head[2]!)?.[1];
    if (value !== undefined) found = unquoted(value);
  }
  return found === "" ? undefined : found;
}

/** A comment ends a value outside of quotes; in quotes a backslash keeps what follows. */
function unquoted(value: string): string {
  let text = "";
  let inQuotes = false;
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === '"') inQuotes = !inQuotes;
    else if (character === "\\") text += value.charAt(++at);
    else if (!inQuotes && /[#;]/.test(character)) break;
    else text += character;
  }
  return text.trim();
}

/** None where it cannot be read: as git does, which only warns. */
export function textOf(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
