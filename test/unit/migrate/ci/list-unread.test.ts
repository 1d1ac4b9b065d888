import { expect, test } from "vitest";
import { listUnread } from "../../../../src/migrate/ci/list-unread.ts";
import { isUnreadBuildFile } from "../../../../src/migrate/ci/unread-file.ts";

const makefile = `build:
\t# docker build --secret id=k,env=AWS_ACCESS_KEY_ID is how it was
\tdocker build --secret id=k,env=AWS_ACCESS_KEY_ID --secret id=other,src=x \\
\t\t--build-arg NPM_TOKEN=$(NPM_TOKEN) --build-arg HF_TOKEN --build-arg V=1 .
`;

test.each([
  ["static-aws-keys", [[3, "a --secret with AWS_ACCESS_KEY_ID"]]],
  [
    "arg-secrets",
    [
      [4, "the build argument NPM_TOKEN"],
      [4, "the build argument HF_TOKEN"],
    ],
  ],
  ["hf-token", [[4, "the build argument HF_TOKEN"]]],
] as const)("a Makefile's lines that %s concerns are listed, and none is changed", (migration, lines) => {
  const { places, edits } = listUnread(makefile, { migration });
  expect(places.map(({ line, what }) => [line, what])).toEqual(lines);
  expect(edits).toEqual([]);
  for (const { why, edited, start, end } of places) {
    expect([typeof why, edited]).toEqual(["string", false]);
    expect(makefile.slice(start, end)).toMatch(/^--/);
  }
});

test("ids that a migrated Dockerfile mounted are known", () => {
  const { places } = listUnread(makefile, { migration: "static-aws-keys", goneIds: new Set(["other"]) });
  expect(places).toHaveLength(2);
});

test.each(["Makefile", "a/build.mk", "justfile", "Jenkinsfile", ".circleci/config.yml", ".buildkite/pipeline.yml"])(
  "%s is such a file",
  (path) => expect(isUnreadBuildFile(path)).toBe(true),
);

test.each(["makefile.txt", "src/make.ts", "circleci/config.yml", "Dockerfile", ".github/workflows/a.yml"])(
  "%s is none",
  (path) => expect(isUnreadBuildFile(path)).toBe(false),
);
