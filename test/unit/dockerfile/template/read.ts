import { type Dockerfile, readTemplate, type TemplateEngine } from "../../../../src/dockerfile/index.ts";

/** A template from text in UTF-8. */
export function readAs(engine: TemplateEngine | "none", text: string): Dockerfile {
  return readTemplate(new TextEncoder().encode(text), "Dockerfile", engine);
}

/** The lines in which steps begin for sure, with a ? where it is not known where they end. */
export function stepLines(dockerfile: Dockerfile): string[] {
  return dockerfile.instructions
    .filter(({ known, inner }) => known === "RUN" || inner?.known === "RUN")
    .map(({ line, ending }) => `${line}${ending === "unknown" ? "?" : ""}`);
}

export function uncertainLines(dockerfile: Dockerfile): number[] {
  return dockerfile.template!.uncertain.map(({ line }) => line);
}

export function unseenIn(dockerfile: Dockerfile): string[] {
  return dockerfile.template!.unseen.map(({ line, what }) => `${line} ${what}`);
}
