/** The id of the secret that takes the place of a build argument: `NPM_TOKEN` → `npm-token`. */
export function secretIdFor(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
