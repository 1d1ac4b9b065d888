/** What templates are rendered with: all combinations of a few conditions and a list. */
export type Context = {
  readonly a: boolean;
  readonly b: boolean;
  readonly c: boolean;
  readonly items: readonly string[];
  readonly base: string;
  readonly name: string;
  readonly user: string;
};

export const CONTEXTS: readonly Context[] = [false, true].flatMap((a) =>
  [false, true].flatMap((b) =>
    [false, true].flatMap((c) =>
      [[], ["one"], ["one", "two"]].map((items) => ({
        a,
        b,
        c,
        items,
        base: "debian:12",
        name: "widget",
        user: "1000",
      })),
    ),
  ),
);

/** What templates include. */
export const PARTS: Readonly<Record<string, string>> = {
  part: "RUN from elsewhere\nCOPY a /b\n",
  tail: "and a tail",
};

/** What is not in a template, but decides what is made of it. */
export type Settings = { readonly trim?: boolean; readonly lstrip?: boolean; readonly mode?: string };

export const SETTINGS: Readonly<Record<string, readonly Settings[]>> = {
  jinja: [{}, { trim: true }, { lstrip: true }, { trim: true, lstrip: true }],
  erb: [{ mode: "-" }, { mode: "<>-" }],
  cpp: [{ mode: "-x assembler-with-cpp" }, { mode: "-traditional-cpp" }],
};
