/** The template languages that are read; each has a file in engine/. */
export const templateEngines = [
  "jinja",
  "go",
  "erb",
  "ejs",
  "handlebars",
  "liquid",
  "jq",
  "m4",
  "empy",
  "cpp",
  "placeholder",
] as const;

export type TemplateEngine = (typeof templateEngines)[number];

/** A piece of a template that is not text: nobody knows what stands in its place after rendering. Offsets count bytes. */
export type TemplateSpan = {
  readonly start: number;
  readonly end: number;
  readonly kind: "value" | "control" | "comment" | "include" | "macro";
};

/** What a template hides: instructions may come from there. */
export type Unseen = { readonly line: number; readonly what: string };

/** A line that begins with RUN, of which it is not sure that a step begins there: nothing may be inserted. */
export type Uncertain = { readonly line: number; readonly start: number; readonly why: string };

/** What a file is besides a Dockerfile when a template engine makes the Dockerfile from it. */
export type Template = {
  readonly engine: TemplateEngine;
  /** In order, without overlap. */
  readonly spans: readonly TemplateSpan[];
  readonly unseen: readonly Unseen[];
  readonly uncertain: readonly Uncertain[];
};
