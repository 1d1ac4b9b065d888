import { type DockerfileError, dockerfileError } from "../../dockerfile/dockerfile-error.ts";
import type { Dockerfile } from "../../dockerfile/index.ts";

/** @throws SealError DOCKERFILE for what BuildKit cannot read, and for what is no text */
export function refuseUnreadable(dockerfile: Dockerfile): void {
  const problem = dockerfile.problem ?? notText(dockerfile) ?? unknownTemplate(dockerfile);
  if (problem !== undefined) throw problem;
}

/** BuildKit's parser takes such a file, and the step in it fails: no shell can be given a NUL byte. */
function notText({ name, text }: Dockerfile): DockerfileError | undefined {
  if (text.startsWith("\xff\xfe") || text.startsWith("\xfe\xff")) {
    return dockerfileError(name, 1, "the file is in UTF-16, which BuildKit does not read", "Save it as UTF-8.");
  }
  const nul = text.indexOf("\0");
  if (nul < 0) return undefined;
  const line = text.slice(0, nul).split("\n").length;
  return dockerfileError(name, line, "there is a NUL byte, so this is no text", "Name the file that was meant.");
}

function unknownTemplate({ name, template, instructions, text }: Dockerfile): DockerfileError | undefined {
  const first = instructions.find(({ known }) => known === undefined);
  if (template !== undefined || first === undefined || !/\{\{|\{%|<%/.test(text)) return undefined;
  return dockerfileError(
    name,
    first.line,
    "no instruction begins here, and the file looks like a template of an engine that is not known",
    "Name the engine with --engine, or rewrite what the template becomes.",
  );
}
