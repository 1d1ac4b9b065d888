import { type Dockerfile, readDockerfile, type Step, stepsOf } from "../../../src/dockerfile/index.ts";

/** A Dockerfile from text in UTF-8. */
export function read(text: string): Dockerfile {
  return readDockerfile(new TextEncoder().encode(text));
}

/** The step of a RUN with this body. */
export function stepOf(dockerfile: Dockerfile, body: string): Step {
  const found = stepsOf(dockerfile).find((step) => step.body === body);
  if (found === undefined) throw new Error(`there is no step ${body}`);
  return found;
}
