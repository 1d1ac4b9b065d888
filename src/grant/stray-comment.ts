import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { dockerfileError } from "../dockerfile/dockerfile-error.ts";
import { type Comment, commentsAbove } from "../dockerfile/instruction.ts";
import { directiveBody } from "./comment.ts";

/**
 * Refuses a file with a comment that reads as a grant and is above no step: a grant that hits nothing is an error,
 * whoever asks for it.
 *
 * @throws DOCKERFILE with the comment's line
 */
export function refuseStrayComments({ name, text, instructions, trailingComments }: Dockerfile): void {
  if (!text.includes("buildseal:")) return;
  const stray = [
    ...instructions.flatMap((instruction) => {
      const isStep = instruction.known === "RUN" || instruction.inner?.known === "RUN";
      const above = new Set(isStep ? commentsAbove(instruction) : []);
      return instruction.comments.filter((comment) => !above.has(comment));
    }),
    ...trailingComments,
  ].find(isGrant);
  if (stray === undefined) return;
  throw dockerfileError(
    name,
    stray.line,
    "the comment grants nothing, for no RUN begins on the line below it",
    "Put it on the line right above the RUN that it is for",
  );
}

function isGrant({ text }: Comment): boolean {
  const body = directiveBody(text);
  return body !== undefined && !body.startsWith("ignore=");
}
