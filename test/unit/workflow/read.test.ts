import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planCiMigration } from "../../../src/migrate/ci/plan.ts";
import { buildsIn, commandsIn } from "../../../src/workflow/build.ts";
import { readCiDocument } from "../../../src/workflow/read.ts";
import { at, bytesOf } from "./text-of.ts";

const fixtures = resolve(import.meta.dirname, "../../../fixtures/lint");
const corpus = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => name.startsWith("ci-") && /\.(?:yml|hcl|sh)$/.test(name))
  .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(fixtures, name))) }));

describe("a CI file", () => {
  test.each([
    ["docker: 'x' y\n", 1, "not valid YAML"],
    ["a: 1\nb: \0\n", 2, "NUL"],
    ["\xFF\xFEa", 1, "UTF-16"],
  ])("%j is a problem with its line and reason", (text, line, reason) => {
    const document = readCiDocument(".github/workflows/a.yml", new Uint8Array(Buffer.from(text, "latin1")));
    expect(document.problems[0]).toMatchObject({ line, reason: expect.stringContaining(reason) });
    expect(document.problem?.message).toContain(reason);
  });

  test("that is mutated in any way is read without an error, and every place is inside it", () => {
    const cuts = fc.array(fc.tuple(fc.nat(4000), fc.nat(30), fc.string({ maxLength: 6 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.constantFrom(...corpus), cuts, ({ name, bytes }, changes) => {
        let text = Buffer.from(bytes).toString("latin1");
        for (const [from, length, added] of changes) {
          const start = from % (text.length + 1);
          text = text.slice(0, start) + added.replace(/[^\0-\xff]/g, "?") + text.slice(start + length);
        }
        const document = readCiDocument(name, new Uint8Array(Buffer.from(text, "latin1")));
        const places = buildsIn(document).flatMap((build) => [build, ...build.args, ...build.secrets]);
        for (const { start, end } of [...places, ...commandsIn(document).map(({ command }) => command.span)]) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
        for (const migration of ["static-aws-keys", "arg-secrets", "hf-token"] as const) {
          planCiMigration(document, { migration });
        }
      }),
      { numRuns: 1500, seed: 11 },
    );
  });
});

describe("the builds of a file", () => {
  const builds = (name: string, text: string) => {
    const document = readCiDocument(name, bytesOf(text));
    expect(document.problems).toEqual([]);
    return buildsIn(document).map(({ label, args, secrets }) => ({
      label,
      args: args.map((one) => [one.name, one.value?.text, at(text, one)]),
      secrets: secrets.map((one) => one.name),
    }));
  };

  test("a command's arguments stand where they are in a block, behind text that is not ASCII", () => {
    const text = `jobs:
  a:
    steps:
      - run: |
          echo "größe"
          sudo docker --context x buildx build -qt app \\
            --secret id=a,env=A --build-arg "X=\${{ secrets.X }}" --build-arg=Y \\
            .
`;
    expect(builds(".github/workflows/a.yml", text)).toEqual([
      {
        label: "docker buildx build",
        args: [
          ["X", `\${{ secrets.X }}"`, `"X=\${{ secrets.X }}"`],
          ["Y", undefined, "Y"],
        ],
        secrets: ["a"],
      },
    ]);
  });

  test.each([
    ["podman build --build-arg A=1 .", "podman build"],
    ["buildah bud --build-arg A=1 .", "buildah bud"],
    ["docker image build --build-arg A=1 .", "docker image build"],
    ["buildseal build --build-arg A=1 .", "buildseal build"],
    ["docker buildseal build --build-arg A=1 .", "docker buildseal build"],
    ["/kaniko/executor --build-arg A=1", "/kaniko/executor"],
    ["buildctl build --opt build-arg:A=1", "buildctl build"],
    ["if true; then (cd x && docker build --build-arg A=1 .); fi", "docker build"],
    ["bash -c 'docker build --build-arg A=1 .'", "docker build"],
  ])("%s is a build", (command, label) => {
    const [build] = builds("a.sh", `${command}\n`);
    expect(build?.label).toBe(label);
    expect(build?.args[0]?.slice(0, 2)).toEqual(["A", "1"]);
  });

  test.each(["echo docker build --build-arg A=1", "# docker build .", "docker push x", "docker ps build"])(
    "%s is none",
    (command) => {
      expect(builds("a.sh", `${command}\n`)).toEqual([]);
    },
  );

  test("those of PowerShell are not guessed", () => {
    const step = "      - run: docker build --build-arg A=1 .\n";
    const workflow = (runsOn: string, more = "") => `jobs:\n  a:\n    runs-on: ${runsOn}\n    steps:\n${step}${more}`;
    expect(builds(".github/workflows/a.yml", workflow("windows-latest"))).toEqual([]);
    expect(builds(".github/workflows/a.yml", workflow("windows-latest", "        shell: bash\n"))).toHaveLength(1);
    expect(builds(".github/workflows/a.yml", workflow("ubuntu-latest", "        shell: pwsh\n"))).toEqual([]);
  });

  test("those of compose and bake files, in both of their languages, are the same", () => {
    const wanted = [{ label: "target app", args: [["A", `\${TOKEN}`, expect.any(String)]], secrets: ["x"] }];
    const hcl = 'target "app" {\n  args = { A = TOKEN }\n  secret = [{ id = "x", env = "X" }]\n}\n';
    const json = `{"target":{"app":{"args":{"A":"\${TOKEN}"},"secret":["type=env,id=x,env=X"]}}}`;
    expect(builds("docker-bake.hcl", hcl)).toEqual(wanted);
    expect(builds("docker-bake.json", json)).toEqual(wanted);
    const compose =
      "services:\n  app:\n    build:\n      args: [A]\n      secrets:\n        - x\n        - source: y\n";
    expect(builds("compose.yml", compose)).toEqual([
      { label: "service app", args: [["A", undefined, "A"]], secrets: ["x", "y"] },
    ]);
  });
});
