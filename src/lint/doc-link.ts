/** Where the page of a rule can be read: the pages are in the package, and this serves a package's files. */
export function docLink(id: string, version: string): string {
  return `https://unpkg.com/buildseal@${version}/docs/rule/${id}.md`;
}
