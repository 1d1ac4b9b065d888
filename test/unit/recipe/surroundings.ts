import type { Command } from "../../../src/dockerfile/index.ts";
import { readShell } from "../../../src/dockerfile/shell/index.ts";
import { readStep } from "../../../src/dockerfile/shell/step-script.ts";
import { signOf as signOfStep } from "../../../src/grant/sign.ts";
import { callsOf, type Ran } from "../../../src/recipe/call.ts";
import type { Content, Recipe, RecipeMount, Serving, Surroundings } from "../../../src/recipe/recipe.ts";

export type Here = {
  readonly home?: string | undefined;
  readonly user?: Surroundings["user"];
  readonly mounted?: readonly string[];
  readonly step?: Readonly<Record<string, string>>;
  /** What its own commands set. */
  readonly assigned?: Readonly<Record<string, string | null>>;
  /** What of that only adds to what the variable says before. */
  readonly expands?: readonly string[];
  readonly host?: Readonly<Record<string, string>>;
  readonly envMounts?: boolean;
  readonly container?: true;
  /** The ids of its own mounts. */
  readonly ids?: readonly string[];
  /** … and of those at a path. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** The folder of its own cache mount. */
  readonly cache?: string;
  /** The folder of its own tmpfs mount. */
  readonly tmpfs?: string;
  /** Variables that an image may set which is not seen. */
  readonly unknown?: readonly string[];
  readonly written?: true;
  readonly directory?: string;
  /** What the step runs. */
  readonly body?: string;
};

/** What a step of this text runs; a JSON array is one without a shell. */
export function ranBy(body: string): Ran {
  const isJson = body.startsWith("[");
  const script = isJson ? readStep({ form: "json", body } as Command, { templates: false }) : readShell(body);
  return { text: body, calls: callsOf(script) };
}

/** Root's step with a home, on a frontend that takes variables, where nothing else is said. */
export function surroundings(here: Here = {}): Surroundings {
  return {
    home: "home" in here ? here.home : "/root",
    directory: here.directory,
    ran: () => ranBy(here.body ?? ""),
    user: here.user ?? "root",
    variable: (name) => here.step?.[name],
    mounted: (name) => (here.mounted?.includes(name) ? `their-${name}` : undefined),
    assigned: (name) => here.assigned?.[name],
    expandsItself: (name) => here.expands?.includes(name) ?? false,
    host: (name) => here.host?.[name],
    envMounts: here.envMounts ?? true,
    ...(here.container && { container: here.container }),
    isUnknown: (name) => here.unknown?.includes(name) ?? false,
    hasMount: (id) => here.ids?.includes(id) ?? false,
    keptUnder: (path) => (here.cache !== undefined && path.startsWith(`${here.cache}/`) ? here.cache : undefined),
    mountAt: (path) => here.mounts?.[path],
    isInMemory: (path) => path === here.tmpfs,
    ...(here.written && { written: here.written }),
  };
}

/** What the recipe gives; an error where it needs a newer frontend. */
export function serve<Options>(recipe: Recipe<Options>, options: Options, here: Here = {}): Serving {
  const serving = recipe.serve(options, surroundings(here));
  if ("needs" in serving) throw new Error(`needs a newer frontend: ${serving.why}`);
  return serving;
}

export const needs = <Options>(recipe: Recipe<Options>, options: Options, here: Here): string | undefined => {
  const serving = recipe.serve(options, surroundings(here));
  return "needs" in serving ? serving.why : undefined;
};

const role = "arn:aws:iam::123456789012:role/ci";

function textOf(content: Content): string {
  switch (content.kind) {
    case "secret":
      return `(${content.secret}.${content.field})`;
    case "text":
      return content.render(() => role);
    case "document":
      return content.render(
        (secret, field) => `(${secret}${field === undefined ? "" : `.${field}`})`,
        () => role,
      );
  }
}

/** The variables that the step gets. */
export function variablesOf({ mounts }: Serving): Record<string, string> {
  return Object.fromEntries(
    mounts.flatMap((mount) => (mount.kind === "variable" ? [[mount.variable, textOf(mount.content)]] : [])),
  );
}

/** The files that the step gets, by path. */
export function filesOf({ mounts }: Serving): Record<string, string> {
  const files = mounts.filter((mount): mount is RecipeMount & { kind: "file" } => mount.kind === "file");
  return Object.fromEntries(files.map(({ target, content }) => [target, textOf(content)]));
}

/** Whether the recipe would choose a step of this text by itself, and why. */
export function signOf(
  recipe: Recipe<never>,
  body: string,
  step: Readonly<Record<string, string>> = {},
  options: object = {},
): string | undefined {
  return signOfStep(recipe as never, surroundings({ body, step }), options);
}
