import { aws } from "./aws.ts";
import { azure } from "./azure.ts";
import { bazel } from "./bazel.ts";
import { cargo } from "./cargo.ts";
import { ccache } from "./ccache.ts";
import { dockerConfig } from "./docker-config.ts";
import { gcp } from "./gcp.ts";
import { git } from "./git.ts";
import { go } from "./go.ts";
import { gradle } from "./gradle.ts";
import { huggingface } from "./huggingface.ts";
import { maven } from "./maven.ts";
import { netrc } from "./netrc.ts";
import { npm, pnpm, yarn } from "./npm.ts";
import { nuget } from "./nuget.ts";
import { pip } from "./pip.ts";
import { poetry } from "./poetry.ts";
import type { Recipe } from "./recipe.ts";
import { sccache } from "./sccache.ts";
import { uv } from "./uv.ts";

/** Every recipe, by its name. */
export const recipes: ReadonlyMap<string, Recipe> = new Map(
  (
    [
      sccache,
      aws,
      git,
      cargo,
      go,
      maven,
      gradle,
      nuget,
      dockerConfig,
      gcp,
      azure,
      ccache,
      bazel,
      npm,
      pnpm,
      yarn,
      pip,
      uv,
      poetry,
      netrc,
      huggingface,
    ] as Recipe[]
  ).map((recipe) => [recipe.name, recipe]),
);
