import type { Step } from "../dockerfile/step.ts";
import { SealError } from "../error.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { type CommentGrant, parseComment } from "./comment.ts";
import { type GrantRequest, requestRecipe } from "./request.ts";

type Known = {
  readonly displayName: string;
  readonly requests: readonly GrantRequest[];
  readonly recipes: ReadonlyMap<string, Recipe>;
};

/**
 * What the comments above a step ask for; a recipe has the options that the configuration gives it.
 *
 * @throws SealError GRANT with the comment's line
 */
export function commentRequests({ comments }: Step, known: Known): GrantRequest[] {
  return comments.flatMap(({ text, line }) => {
    const where = `${known.displayName}:${line}`;
    return parseComment(text, where).map((asked) => requestOf(asked, where, known));
  });
}

function requestOf(asked: CommentGrant, where: string, { recipes, requests }: Known): GrantRequest {
  if (asked.kind === "recipe") {
    const request = requestRecipe(asked.recipe, where, recipes);
    const [own, ...others] = requests.filter((one) => one.kind === "recipe" && one.recipe === request.recipe);
    if (own?.kind !== "recipe") return request;
    const isOther = (one: GrantRequest) =>
      one.kind === "recipe" && JSON.stringify(one.options) !== JSON.stringify(own.options);
    if (!others.some(isOther)) return { ...request, options: own.options };
    throw new SealError(
      "GRANT",
      `${where}: recipe ${asked.recipe} is granted with different options, and a comment cannot say which are meant`,
      "Take the comment out, and name its step under `steps:` of the one grant",
    );
  }
  const { secret, field, file, env, target } = asked;
  return {
    kind: "secret",
    origin: where,
    steps: undefined,
    allowNone: false,
    secret,
    field,
    as: { file, env, target },
  };
}
