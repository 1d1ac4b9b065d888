import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDockerfile } from "../../../src/dockerfile/read.ts";
import { settingsOf } from "../../../src/dockerfile/settings.ts";
import { scriptsOf } from "../../../src/dockerfile/shell/scripts.ts";
import { stepsOf } from "../../../src/dockerfile/step.ts";
import { type Plan, planGrants } from "../../../src/grant/plan.ts";
import type { GrantRequest } from "../../../src/grant/request.ts";
import { recipes } from "../../../src/recipe/recipes.ts";
import { printGrants } from "../../../src/report/grants.ts";
import { columnsOf } from "../../../src/report/printable.ts";

function plan(text: string, requests: readonly GrantRequest[], reached = true): Plan {
  const dockerfile = readDockerfile(new TextEncoder().encode(text));
  return planGrants({
    displayName: "Dockerfile",
    steps: stepsOf(dockerfile),
    reached: () => reached,
    settings: settingsOf(dockerfile, { baseImage: () => ({ user: "", workingDirectory: "", env: [] }) }),
    script: scriptsOf(dockerfile),
    host: () => undefined,
    envMounts: true,
    userIds: new Set(),
    requests,
    recipes,
    declared: new Set(["token"]),
    policy: [],
  });
}

const aws: GrantRequest = {
  kind: "recipe",
  origin: "--seal-with",
  recipe: recipes.get("aws")!,
  options: {},
  steps: undefined,
  allowNone: false,
};
const secret = (run: string, origin = "buildseal.yaml, grants[0]"): GrantRequest => ({
  kind: "secret",
  origin,
  steps: { run },
  allowNone: true,
  secret: "token",
  field: undefined,
  as: { file: "TOKEN_FILE" },
});

describe("the table of grants", () => {
  test("says which step gets what, as what, why, and what is secret of it", () => {
    const text = "FROM base AS fetch\nRUN aws s3 cp s3://b/x .\n# buildseal: with=aws\nONBUILD RUN true\n";
    expect(
      printGrants(plan(text, [aws, secret("aws")]), "Dockerfile"),
    ).toBe(`Dockerfile:2  fetch RUN 1: aws s3 cp s3://b/x .
  recipe aws (--seal-with): runs the AWS CLI
  as files: in AWS's own file, which is read without any variable
    aws-session  secret      /root/.aws/credentials
  secret token (buildseal.yaml, grants[0]): /aws/
  as a file, its path as a variable: asked for (\`file:\`)
    token       secret      /run/secrets/token
    token-path  not secret  TOKEN_FILE

Dockerfile:4  ${plan(text, [aws]).steps[1]!.step.label}
  an ONBUILD step: it runs in builds that take this image as their base
  recipe aws (Dockerfile:3): the comment above it
  as variables: the file's path as a variable, for it is not known who the
    step's user is
    aws-session       secret      /run/secrets/aws-session
    aws-session-path  not secret  AWS_SHARED_CREDENTIALS_FILE

note: recipe aws: no region is known: set \`options: { region: … }\` or AWS_REGION
  on the host
`);
  });

  test("says what the target does not need, and what is there already", () => {
    const text = "FROM base\nRUN --mount=type=secret,id=token make\n";
    expect(printGrants(plan(text, [], false), "Dockerfile")).toBe(`Dockerfile:2  ${plan(text, []).steps[0]!.step.label}
  not needed by this target: nothing is issued for it
  secret token (the Dockerfile): mounted by hand
  as it is written: the Dockerfile's own mount
    token  secret      /run/secrets/token  (there already)
`);
  });

  test("leaves a long path whole, so that it can be followed", () => {
    const path = `/${"folder/".repeat(12)}Dockerfile`;
    const shown = printGrants(plan("FROM base\nRUN make\n", [secret("make")]), path);
    expect(shown).toMatch(new RegExp(`^${path}:2$`, "m"));
  });

  test("is empty where nothing is granted", () => {
    expect(printGrants(plan("FROM base\nRUN make\n", []), "Dockerfile")).toBe("");
  });

  test("fits 80 columns but for long words, and can do nothing to a terminal, whatever a checkout holds", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.constantFrom("\x1b]52;c;aGk=\x07", "a\nb\rc", "\u202e", "漢字".repeat(60), "x".repeat(300)),
    );
    const [planned] = plan("FROM base\nRUN make\n", [secret("make")]).steps;
    fc.assert(
      fc.property(text, text, text, (origin, chosen, name) => {
        const grant = { ...planned!.grants[0]!, origin, chosen, notices: [origin], notes: [chosen] };
        const shown = printGrants({ steps: [{ ...planned!, grants: [grant] }] }, name);
        for (const line of shown.split("\n")) {
          if (line.trim().includes(" ")) expect(columnsOf(line)).toBeLessThanOrEqual(80);
          expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
        }
      }),
    );
  });
});
