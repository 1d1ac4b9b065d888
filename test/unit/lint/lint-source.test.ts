// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the workflow's own expressions
import { expect, test } from "vitest";
import { lintSource } from "../../../src/index.ts";

const bytes = (text: string) => Buffer.from(text);
const rulesIn = async (...args: Parameters<typeof lintSource>) => (await lintSource(...args)).map(({ rule }) => rule);

const mounted = "FROM debian:13\nRUN --mount=type=secret,id=t make T=/run/secrets/t\n";

test("a program gives bytes and a name, and gets the findings with their places", async () => {
  const [finding] = await lintSource(bytes(mounted), "docker/Dockerfile");
  expect(finding).toMatchObject({
    rule: "require-secret-required",
    severity: "warning",
    where: { file: "docker/Dockerfile", line: 2, column: 5 },
  });
});

test("a template is told by its name, a CI file too", async () => {
  expect(await rulesIn(bytes(`{% if x %}\n${mounted}{% endif %}\n`), "Dockerfile.j2")).toEqual([
    "require-secret-required",
  ]);
  const workflow =
    "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: docker build --build-arg T=${{ secrets.T }} .\n";
  expect(await rulesIn(bytes(workflow), ".github/workflows/a.yml")).toEqual(["ci-build-arg-secret"]);
});

test("rules are set by their names, and another name is an error", async () => {
  expect(await rulesIn(bytes(mounted), "Dockerfile", { rules: { "require-secret-required": "off" } })).toEqual([]);
  await expect(rulesIn(bytes(mounted), "Dockerfile", { rules: { "require-secret-requird": "off" } })).rejects.toThrow(
    "There is no rule 'require-secret-requird'",
  );
});

test("what lies beside the file is known when the program tells", async () => {
  const text = bytes("FROM debian:13\nCOPY . .\n");
  expect(await rulesIn(text, "Dockerfile")).toEqual([]);
  const neighbours = { dockerignore: undefined, exists: (path: string) => path === ".npmrc" };
  expect(await rulesIn(text, "Dockerfile", { neighbours })).toEqual(["context-not-ignored"]);
});
