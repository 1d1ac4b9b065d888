import { isTheirs, text } from "./placement.ts";
import type { RecipeMount, Surroundings } from "./recipe.ts";

/** AWS_REGION, and AWS_DEFAULT_REGION beside it; `secret` begins the ids: `aws-session-region`, `aws-session-default-region`. */
export function regionVariables(step: Surroundings, secret: string, region: string | undefined): RecipeMount[] {
  if (region === undefined) return [];
  const isSaid = region === step.variable("AWS_REGION");
  return [
    ...(isSaid ? [] : [text(`${secret}-region`, "AWS_REGION", () => region)]),
    ...defaultRegion(step, secret, region),
  ];
}

/**
 * For boto3 and version 1 of the CLI, which read no other variable (botocore, `configprovider.py`). One that the step has
 * by itself is left to it.
 */
export function defaultRegion(step: Surroundings, secret: string, region: string | undefined): RecipeMount[] {
  const [id, variable] = [`${secret}-default-region`, "AWS_DEFAULT_REGION"];
  if (region === undefined || step.variable(variable) || isTheirs(step, variable, id)) return [];
  return [text(id, variable, () => region)];
}
