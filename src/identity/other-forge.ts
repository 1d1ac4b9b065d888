import type { Environment } from "./host.ts";

/** Gitea and Forgejo say GITHUB_ACTIONS too, and what GITHUB_API_URL and GITHUB_REPOSITORY name is their own. */
export function isOtherForge(environment: Environment): boolean {
  return environment["GITEA_ACTIONS"] === "true" || environment["FORGEJO_ACTIONS"] === "true";
}
