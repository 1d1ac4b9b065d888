import { describe, expect, test } from "vitest";
import { linesBeyond, migrate } from "./migrated.ts";

const WORKFLOW = ".github/workflows/image.yml";
const wanted = { migration: "arg-secrets" } as const;

const step = (inputs: string) => `jobs:
  a:
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: . # here
${inputs}`;

describe("a command's build argument", () => {
  test.each([
    ["--build-arg NPM_TOKEN=$NPM_TOKEN", "--secret id=npm-token,env=NPM_TOKEN"],
    [`--build-arg "NPM_TOKEN=\${TOKEN}"`, "--secret id=npm-token,env=TOKEN"],
    ["--build-arg=GITHUB_TOKEN", "--secret id=github-token,env=GITHUB_TOKEN"],
    ["--build-arg VERSION=1", "--build-arg VERSION=1"],
    ["--build-arg NEXT_PUBLIC_TOKEN=$X", "--build-arg NEXT_PUBLIC_TOKEN=$X"],
  ])("%s becomes %s", (before, after) => {
    expect(migrate("a.sh", `docker build ${before} .\n`, wanted).text).toBe(`docker build ${after} .\n`);
  });

  test.each([
    ["a value that is no variable", "docker build --build-arg NPM_TOKEN=$(cat token) .\n", "no variable"],
    [
      "a variable of the script's own",
      "TOKEN=$(get)\ndocker build --build-arg NPM_TOKEN=$TOKEN .\n",
      "sets TOKEN itself",
    ],
  ])("with %s is listed only", (_, source, why) => {
    const { plan, text } = migrate("a.sh", source, wanted);
    expect(text).toBe(source);
    expect(plan.places).toMatchObject([{ edited: false, why: expect.stringContaining(why) }]);
  });
});

describe("a build argument of which the Dockerfiles of the run are known", () => {
  const source = "docker build --build-arg NPM_TOKEN --build-arg API_KEY .\n";

  test("stays where one still has the ARG, or none mounts the secret; the others go", () => {
    const known = { ...wanted, askedIds: new Set(["npm-token", "api-key"]), keptArgs: new Set(["API_KEY"]) };
    const { plan, text } = migrate("a.sh", source, known);
    expect(text).toBe("docker build --secret id=npm-token,env=NPM_TOKEN --build-arg API_KEY .\n");
    expect(plan.places[1]?.why).toContain("still has ARG API_KEY");
    const other = migrate("a.sh", source, { ...known, askedIds: new Set(["npm-token"]), keptArgs: new Set() });
    expect(other.plan.places[1]?.why).toContain("no Dockerfile of this run mounts api-key");
  });

  test("gets the id that they mount", () => {
    const { text } = migrate("a.sh", "docker build --build-arg NPM_TOKEN .\n", { ...wanted, idFor: () => "registry" });
    expect(text).toBe("docker build --secret id=registry,env=NPM_TOKEN .\n");
  });
});

describe("the lines of docker/build-push-action's `build-args`", () => {
  const args = `          build-args: |
            VERSION=1
            NPM_TOKEN=\${{ secrets.NPM_TOKEN }}
`;

  test("move to a block of `secrets` before them", () => {
    const source = step(args);
    expect(migrate(WORKFLOW, source, wanted).text).toBe(
      step(`          secrets: |
            npm-token=\${{ secrets.NPM_TOKEN }}
          build-args: |
            VERSION=1
`),
    );
  });

  test("move to the end of the secrets that are there, in the file's own line ends", () => {
    const source = step(
      `${args}          secrets: |\n            a=\${{ secrets.A }}\n          push: true\n`,
    ).replaceAll("\n", "\r\n");
    const { text } = migrate(WORKFLOW, source, wanted);
    expect(text).toContain(
      `a=\${{ secrets.A }}\r\n            npm-token=\${{ secrets.NPM_TOKEN }}\r\n          push: true\r\n`,
    );
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  });

  test("take their key with them when they were all of it", () => {
    const source = step(`          build-args: |\n            NPM_TOKEN=\${{ secrets.NPM_TOKEN }}\n`);
    expect(migrate(WORKFLOW, source, wanted).text).toBe(
      step(`          secrets: |\n            npm-token=\${{ secrets.NPM_TOKEN }}\n`),
    );
  });

  test("stay, and are listed, where `build-args` is no block or the value more than one expression", () => {
    for (const inputs of [
      `          build-args: NPM_TOKEN=\${{ secrets.NPM_TOKEN }}\n`,
      `          build-args: |\n            NPM_TOKEN=x\${{ secrets.NPM_TOKEN }}\n`,
    ]) {
      const { plan, text } = migrate(WORKFLOW, step(inputs), wanted);
      expect(linesBeyond(text, step(inputs))).toEqual([]);
      expect(plan.places).toMatchObject([{ edited: false, why: expect.any(String) }]);
    }
  });
});

describe("Hugging Face's token", () => {
  test("alone is what `hf-token` changes", () => {
    const source = "docker build --build-arg HF_TOKEN=$HF_TOKEN --build-arg NPM_TOKEN=$NPM_TOKEN .\n";
    expect(migrate("a.sh", source, { migration: "hf-token" }).text).toBe(
      "HF_TOKEN_PATH=/run/secrets/hf-token docker build --secret id=hf-token,env=HF_TOKEN --secret id=hf-token-path,env=HF_TOKEN_PATH --build-arg NPM_TOKEN=$NPM_TOKEN .\n",
    );
  });

  test("goes on with its path, where the Dockerfile mounts that too", () => {
    const hf = (ids: readonly string[]) => ({ migration: "hf-token" as const, askedIds: new Set(ids) });
    const source = "docker build --secret id=hf,env=HF_TOKEN .\n";
    const { text } = migrate("a.sh", source, hf(["hf", "hf-path"]));
    expect(text).toBe(
      "HF_TOKEN_PATH=/run/secrets/hf docker build --secret id=hf,env=HF_TOKEN --secret id=hf-path,env=HF_TOKEN_PATH .\n",
    );
    expect(migrate("a.sh", text, hf(["hf", "hf-path"])).plan.places).toEqual([]);
    expect(migrate("a.sh", source, hf(["hf"])).plan.places).toEqual([]);
    expect(migrate("a.sh", `sudo ${source}`, hf(["hf-path"])).plan.places).toMatchObject([{ edited: false }]);
    const action = step(`          secrets: |\n            hf=\${{ secrets.HF_TOKEN }}\n          push: true\n`);
    expect(linesBeyond(migrate(WORKFLOW, action, hf(["hf-path"])).text, action)).toEqual([
      "            hf-path=/run/secrets/hf",
    ]);
  });

  test("that is a secret already is listed, with what buildseal would take", () => {
    const source = "docker build --secret id=hf,env=HF_TOKEN .\n";
    const { plan, text } = migrate("a.sh", source, { migration: "hf-token" });
    expect(text).toBe(source);
    expect(plan.places).toMatchObject([{ why: expect.stringContaining("from: huggingface") }]);
  });
});
