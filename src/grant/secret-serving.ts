import { SealError } from "../error.ts";
import type { Content, RecipeMount, Serving } from "../recipe/recipe.ts";
import type { GrantRequest } from "./request.ts";

/** A secret by its name, as its grant asks for it. @throws SealError GRANT where it is not declared */
export function serveSecret(
  request: Extract<GrantRequest, { kind: "secret" }>,
  declared: ReadonlySet<string>,
): Serving {
  if (!declared.has(request.secret)) throw undeclared(request.origin, request.secret, declared);
  const { secret, field, as } = request;
  const id = field === undefined ? secret : `${secret}-${field}`;
  const content: Content = { kind: "secret", secret, ...(field === undefined ? {} : { field }) };
  if (as.env !== undefined) {
    return {
      form: "the value as a variable",
      why: "asked for (`env:`)",
      mounts: [{ kind: "variable", id, content, variable: as.env }],
      brings: {},
      notices: [],
    };
  }
  const target = as.target ?? `/run/secrets/${id}`;
  const file: RecipeMount = { kind: "file", id, content, target };
  if (as.file === undefined) return { form: "a file", why: "asked for", mounts: [file], brings: {}, notices: [] };
  const path: RecipeMount = {
    kind: "variable",
    id: `${id}-path`,
    variable: as.file,
    content: { kind: "text", render: () => target },
  };
  const why = "asked for (`file:`)";
  return { form: "a file, its path as a variable", why, mounts: [file, path], brings: {}, notices: [] };
}

export function undeclared(origin: string, secret: string, declared: ReadonlySet<string>): SealError {
  const known = declared.size === 0 ? "" : ` (there are: ${[...declared].join(", ")})`;
  return new SealError(
    "GRANT",
    `${origin}: there is no secret \`${secret}\``,
    `Declare it under \`secrets:\` in buildseal.yaml${known}`,
  );
}

export function twoSources(origin: string, secret: string): SealError {
  return new SealError(
    "GRANT",
    `${origin}: the secret \`${secret}\` would come from two different sources`,
    `Declare \`${secret}\` under \`secrets:\` in buildseal.yaml, or give both grants the same options`,
  );
}
