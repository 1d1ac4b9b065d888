import { describe, expect, test } from "vitest";
import { formatByPath, formatOf, isCiFile } from "../../../src/workflow/kind.ts";

describe("what a file is", () => {
  test.each([
    [".github/workflows/build.yml", "github-workflow"],
    ["repo/.forgejo/workflows/a.yaml", "github-workflow"],
    [".github/actions/build/action.yml", "github-action"],
    [".gitlab-ci.yml", "gitlab"],
    ["ci/build.gitlab-ci.yml", "gitlab"],
    [".gitlab/ci/build.yml", "gitlab"],
    ["compose.yaml", "compose"],
    ["docker-compose.override.yml", "compose"],
    ["docker-bake.hcl", "bake-hcl"],
    ["docker-bake.override.json", "bake-json"],
    ["scripts/build.sh", "shell"],
  ])("%s is told by its path", (path, format) => {
    expect(formatByPath(path)).toBe(format);
    expect(isCiFile(path)).toBe(true);
  });

  test.each(["package.json", "config.yml", ".github/dependabot.yml", "Dockerfile", "main.tf", "workflows/a.yml"])(
    "%s is none by its path",
    (path) => {
      expect(isCiFile(path)).toBe(false);
    },
  );

  test.each([
    ["a.yml", "on: push\njobs:\n  a:\n    runs-on: x\n", "github-workflow"],
    ["a.yml", '"on": push\njobs:\n  a:\n    uses: x\n', "github-workflow"],
    ["a.yml", "runs:\n  using: composite\n", "github-action"],
    ["a.yml", "services:\n  web:\n    image: x\n", "compose"],
    ["a.yml", "stages: [a]\nj:\n  script: x\n", "gitlab"],
    ["build", "#!/usr/bin/env bash\n", "shell"],
    ["x.hcl", 'target "a" {\n}\n', "bake-hcl"],
    ["a.yml", "jobs: 3\n", undefined],
    ["main.hcl", 'resource "a" "b" {}\n', undefined],
    ["a.txt", "services:\n  web:\n    image: x\n", undefined],
  ])("%s with %j is told by what it holds", (path, text, format) => {
    expect(formatOf(path, text)).toBe(format);
  });
});
