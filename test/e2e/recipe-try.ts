import { type Outcome, runBuildseal } from "./buildseal.ts";
import { createProject, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";

export interface Try {
  readonly recipe: string;
  readonly options: unknown;
  /** The body of a RUN; it runs as root and then as the user `app`. */
  readonly step: string;
  /** Lines of the Dockerfile before it. */
  readonly before?: readonly string[];
  /** Files of the context, at `/src` of the image, which both users may write. */
  readonly files?: Readonly<Record<string, string>>;
  /** `secrets:` by their names, each from a variable. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** More of buildseal.yaml. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly users?: readonly ("root" | "app")[];
  /** Further steps, as root; `$word` stands for a word that chooses them. */
  readonly after?: readonly string[];
}

export interface Tried {
  readonly outcome: Outcome;
  readonly word: string;
}

/** Where a step that runs as these users can write. */
const left = ["/root", "/home/app", "/src", "/tmp", "/var/tmp"];

/** Builds the step on the image of compilers with the recipe, as each user; without it the same Dockerfile as it is. */
export async function tryRecipe(engine: Engine, what: Try, mode: "with" | "without"): Promise<Tried> {
  const word = unique();
  const secrets = Object.entries(what.secrets ?? {});
  const configuration = {
    version: 1,
    ...what.config,
    secrets: Object.fromEntries(secrets.map(([name]) => [name, { from: "env", name: variableOf(name) }])),
    grants: [{ with: what.recipe, options: what.options, steps: { run: word } }],
  };
  const users = (what.users ?? ["root", "app"]).flatMap((user) => [
    `USER ${user}`,
    ...(user === "app" ? ["ENV HOME=/home/app"] : []),
    `RUN : ${word} && cp -r /src "$HOME/work" && cd "$HOME/work" && ${what.step}`,
  ]);
  const after = (what.after ?? []).map((line) => line.replaceAll("$word", word));
  const project = await createProject({
    ...Object.fromEntries(Object.entries(what.files ?? { none: "" }).map(([name, text]) => [`src/${name}`, text])),
    Dockerfile: [
      "FROM buildseal/compilers AS tried",
      ...(what.before ?? []),
      "COPY src /src",
      ...users,
      "USER root",
      ...after,
      // two gigabytes of compilers need not be searched each time: what the step may have left is
      "FROM buildseal/busybox",
      ...left.map((folder) => `COPY --from=tried ${folder} /left${folder}`),
      "",
    ].join("\n"),
    // JSON is YAML
    ...(mode === "with" && { "buildseal.yaml": JSON.stringify(configuration) }),
  });
  const outcome = await runBuildseal(
    ["build", "--network=host", "--progress=plain", "-t", `tried:${word}`, project.folder],
    {
      env: engine.env,
      variables: Object.fromEntries(secrets.map(([name, value]) => [variableOf(name), value])),
    },
  );
  return { outcome, word };
}

const variableOf = (secret: string): string => `JOB_${secret.toUpperCase().replaceAll("-", "_")}`;
