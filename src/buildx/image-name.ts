/** An image's name as Docker reads it, as far as it matters for names: registry, repository, tag. */
export type ImageName = { readonly repository: string; readonly tag?: string; readonly digest?: string };

/** Splits `registry:5000/a/b:tag@sha256:…`; nothing is checked. */
export function parseImageName(text: string): ImageName {
  const [, name = "", digest] = /^([^@]*)(?:@(.*))?$/s.exec(text) ?? [];
  const [, repository = "", tag] = /^(.*?)(?::([^:/]*))?$/s.exec(name) ?? [];
  return { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** With what Docker leaves unsaid: `docker.io/library/` and `:latest`. Source: distribution/reference, ParseNormalizedNamed. */
export function normalizeImageName(text: string): string {
  const { repository, tag, digest } = parseImageName(text);
  const [first = ""] = repository.split("/");
  const hasRegistry =
    repository.includes("/") && (/[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase());
  const path = hasRegistry
    ? repository
    : repository.includes("/")
      ? `docker.io/${repository}`
      : `docker.io/library/${repository}`;
  const end = digest === undefined ? `:${tag ?? "latest"}` : `${tag === undefined ? "" : `:${tag}`}@${digest}`;
  const own = path.replace(/^index\.docker\.io\//, "docker.io/");
  return own.replace(/^docker\.io\/(?=[^/]+$)/, "docker.io/library/") + end;
}

/** References by repository, in the order of their first mention. A bare repository is its tag `latest`. */
export function byRepository(references: readonly string[]): readonly { repository: string; references: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const reference of references) {
    const { repository, tag } = parseImageName(reference);
    groups.set(repository, [...(groups.get(repository) ?? []), `${repository}:${tag ?? "latest"}`]);
  }
  return [...groups].map(([repository, tagged]) => ({ repository, references: tagged }));
}
