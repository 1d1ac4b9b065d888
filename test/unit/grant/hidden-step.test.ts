import { describe, expect, it } from "vitest";
import { settingsOf, stepsOf } from "../../../src/dockerfile/index.ts";
import { scriptsOf } from "../../../src/dockerfile/shell/scripts.ts";
import { readTemplate } from "../../../src/dockerfile/template/read-template.ts";
import { refuseHiddenSteps } from "../../../src/grant/hidden-step.ts";
import { planGrants } from "../../../src/grant/plan.ts";
import { type GrantRequest, requestRecipe } from "../../../src/grant/request.ts";
import { recipes } from "../../../src/recipe/recipes.ts";

const sccache: GrantRequest = { ...requestRecipe("sccache", "--with", recipes), allowNone: true };
const npm: GrantRequest = { ...requestRecipe("npm", "--with", recipes), allowNone: true };
const run: GrantRequest = {
  kind: "secret",
  origin: "buildseal.yaml",
  secret: "s",
  field: undefined,
  as: {},
  steps: { run: "npm ci" },
  allowNone: true,
};

function refuse(text: string, requests: readonly GrantRequest[], name = "Dockerfile.j2"): void {
  const dockerfile = readTemplate(Buffer.from(text), name);
  const plan = planGrants({
    displayName: name,
    steps: stepsOf(dockerfile),
    settings: settingsOf(dockerfile),
    script: scriptsOf(dockerfile),
    reached: () => true,
    host: () => undefined,
    envMounts: true,
    requests,
    recipes,
    declared: new Set(["s"]),
    userIds: new Set(),
    policy: [],
  });
  refuseHiddenSteps(dockerfile, plan, requests);
}

const macro = (body: string) => `FROM a\n{% macro m() %}\n${body}\n{% endmacro %}\n{{ m() }}\nRUN make\n`;

describe("a template that hides a step", () => {
  it.each<[string, string, GrantRequest[]]>([
    ["in a macro, by the recipe's signs", macro("RUN sccache make"), [sccache]],
    ["in a macro, by a command that a recipe knows", macro("RUN --mount=type=cache,target=/c sudo npm ci"), [npm]],
    ["in a macro, by a selector", macro("RUN npm ci"), [run]],
    ["in a macro, by a comment", macro("# buildseal: secret=s\nRUN anything"), []],
    ["in a call that names what is granted", 'FROM a\n{{ step("sccache make") }}\nRUN x\n', [sccache]],
  ])("that is granted is refused: %s", (_, text, requests) => {
    expect(() => refuse(text, requests)).toThrow(/Dockerfile\.j2, line [234]: .* is for /);
  });

  it.each<[string, string, GrantRequest[]]>([
    ["in a macro, of something else", macro("RUN make"), [sccache]],
    ["in a macro, of another command of the same program", macro("RUN npm run ci"), [npm]],
    ["in an include, which may hold anything", 'FROM a\n{% include "x" %}\nRUN sccache make\n', [sccache]],
    ["in a macro, with a comment that only suppresses", macro("# buildseal: ignore=x\nRUN anything"), []],
  ])("that no grant shows to want is not: %s", (_, text, requests) => {
    expect(() => refuse(text, requests)).not.toThrow();
  });

  it("is none where the file is no template", () => {
    expect(() => refuse("FROM a\nRUN sccache make\n", [sccache], "Dockerfile")).not.toThrow();
  });
});
