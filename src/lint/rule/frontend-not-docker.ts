import { detectSyntax } from "../../dockerfile/directive.ts";
import { holdsTemplate } from "../../dockerfile/template/spans-at.ts";
import type { LintRule } from "../rule.ts";

export const frontendNotDocker: LintRule = {
  id: "frontend-not-docker",
  severity: "warning",
  title: "The file asks for a frontend that is not Docker's own",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A `# syntax=` line (or one in another spelling that BuildKit takes) with another image than `docker/dockerfile` or `docker/dockerfile-upstream` from Docker Hub. A mirror of these counts too, as information.",
    why: "The frontend turns the file into the steps of the build. It can mount every secret that the build is given into any step of its own making, whatever stands in the file, and nothing of that is seen here. buildseal refuses to give secrets to such a build.",
    example: "# syntax=acme/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=key,required=true make",
    instead: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=key,required=true make",
  },
  *check({ dockerfile, frontend }) {
    if (frontend.isDockers || frontend.image === undefined) return;
    const directive = dockerfile.directives.find(({ name }) => name === "syntax");
    const line = placeOfLine(dockerfile.text, detectSyntax(dockerfile.text)?.line ?? 1);
    const { start, end } = directive === undefined ? line : { start: directive.valueStart, end: directive.valueEnd };
    if (holdsTemplate(dockerfile, start, end) || frontend.image.includes("{{")) return;
    const isMirror = /\/docker\/dockerfile(?:-upstream)?(?:[:@]|$)/.test(frontend.image);
    yield {
      start,
      end,
      ...(isMirror ? { severity: "info" as const } : {}),
      message: `The frontend ${frontend.image} is not Docker's own${isMirror ? ", but its name is that of a mirror" : ""}: it can use every secret of the build in any step`,
      remedy: isMirror
        ? "Ask for docker/dockerfile from Docker Hub, or set BUILDKIT_SYNTAX from outside where a mirror is needed."
        : "Ask for docker/dockerfile, or take the line out; if you trust this frontend, pin it by digest and say so in a comment.",
      key: frontend.image.split("@", 1)[0]!,
    };
  },
};

function placeOfLine(text: string, number: number): { readonly start: number; readonly end: number } {
  let start = text.startsWith("\xEF\xBB\xBF") ? 3 : 0;
  for (let line = 1; line < number; line++) start = text.indexOf("\n", start) + 1;
  const newline = text.indexOf("\n", start);
  const end = newline < 0 ? text.length : newline;
  return { start, end: text.charAt(end - 1) === "\r" && end > start ? end - 1 : end };
}
