import { isDockerfileName } from "../dockerfile/file-name.ts";
import type { CiKind } from "./document.ts";

/** How a CI file is to be read. */
export type CiFormat = Exclude<CiKind, "bake"> | "bake-hcl" | "bake-json";

/** Whether a file says, by its path alone, how containers are built. */
export function isCiFile(path: string): boolean {
  return formatByPath(path) !== undefined;
}

/** What a file is by its path alone; undefined: it takes a look into it, or it is none. */
export function formatByPath(path: string): CiFormat | undefined {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).toLowerCase();
  if (/\.(?:sh|bash)$/.test(name)) return "shell";
  if (/^docker-bake(?:[.-][^/]*)?\.hcl$|[.-]bake\.hcl$|^bake\.hcl$/.test(name)) return "bake-hcl";
  if (/^docker-bake(?:[.-][^/]*)?\.json$|[.-]bake\.json$|^bake\.json$/.test(name)) return "bake-json";
  if (!/\.ya?ml$/.test(name)) return undefined;
  if (/(?:^|[/\\])\.(?:github|gitea|forgejo)[/\\]workflows[/\\][^/\\]+$/.test(path)) return "github-workflow";
  if (/^action\.ya?ml$/.test(name)) return "github-action";
  if (/(?:^|\.)gitlab-ci\.ya?ml$/.test(name) || /(?:^|[/\\])\.gitlab(?:-ci)?[/\\]/.test(path)) return "gitlab";
  if (/^(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml$/.test(name)) return "compose";
  return undefined;
}

/**
 * What a file is, by its path and then by what it holds (one character a byte); undefined: no file that says how a
 * container is built. By content only where it is sure.
 */
export function formatOf(path: string, text: string): CiFormat | undefined {
  const told = formatByPath(path);
  if (told !== undefined) return told;
  if (/^#![ \t]*\S*\/(?:env[ \t]+)?(?:ba|da|z|k|a)?sh\b/.test(text)) return "shell";
  const name = path.toLowerCase();
  if (name.endsWith(".hcl")) return /^[ \t]*target[ \t]+"[^"\n]*"[ \t]*\{/m.test(text) ? "bake-hcl" : undefined;
  const isYaml = /\.ya?ml$/.test(name);
  if (!isYaml && path !== "-") return undefined;
  const has = (key: string) => new RegExp(`^${key}[ \\t]*:`, "m").test(text);
  if (has("jobs") && has(`["']?on["']?`) && /^[ \t]+(?:- )?(?:runs-on|uses)[ \t]*:/m.test(text))
    return "github-workflow";
  if (has("runs") && /^[ \t]+using[ \t]*:/m.test(text)) return "github-action";
  if (has("services") && /^[ \t]+(?:image|build)[ \t]*:/m.test(text)) return "compose";
  if (has("stages") && /^[ \t]+script[ \t]*:/m.test(text)) return "gitlab";
  return undefined;
}

/**
 * Whether a file is one of CI's rather than a Dockerfile: whatever has the name of a Dockerfile is one; what has no telling
 * name is told by its text, or else is one too.
 */
export function isCiText(name: string, text: string): boolean {
  return !isDockerfileName(name) && (formatOf(name, text) !== undefined || /\.ya?ml$/i.test(name));
}
