// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { describe, expect, test } from "vitest";
import { linesBeyond, migrate } from "./migrated.ts";

const WORKFLOW = ".github/workflows/image.yml";
const wanted = { migration: "static-aws-keys" } as const;

const workflow = `# größe
jobs:
  image:
    runs-on: [self-hosted]
    steps:
      - name: Build # keeps its comment
        env:
          AWS_ACCESS_KEY_ID: \${{ secrets.AWS_ACCESS_KEY_ID }} # goes
          AWS_SECRET_ACCESS_KEY: \${{ secrets.AWS_SECRET_ACCESS_KEY }}
          REGION: us-west-2
        run: |
          set -euo pipefail   
          docker buildx build \\
            --secret id=aws-key-id,env=AWS_ACCESS_KEY_ID \\
            --secret=id=aws-secret-id,env=AWS_SECRET_ACCESS_KEY \\
            --tag app \\
            .
`;

describe("the arguments of a build", () => {
  test("vanish with their lines and the step's variables for them, and buildseal builds", () => {
    const { plan, text } = migrate(WORKFLOW, workflow, wanted);
    expect(text).toContain(
      "          buildseal build --seal-with sccache \\\n            --tag app \\\n            .\n",
    );
    expect(text).not.toMatch(/AWS_|--secret/);
    expect(linesBeyond(text, workflow).map((line) => line.trim())).toEqual(["buildseal build --seal-with sccache \\"]);
    expect(plan.places.map(({ line, edited }) => [line, edited])).toEqual([
      [8, true],
      [9, true],
      [14, true],
      [15, true],
    ]);
  });

  test("go with a session token's", () => {
    const { text } = migrate(
      "a.sh",
      "docker build --secret id=a,env=AWS_ACCESS_KEY_ID --secret id=b,env=AWS_SECRET_ACCESS_KEY --secret id=c,env=AWS_SESSION_TOKEN .\n",
      wanted,
    );
    expect(text).toBe("buildseal build --seal-with sccache .\n");
  });

  test("go from an array and a text, where one build takes them", () => {
    const script = `#!/bin/bash
# --secret id=aws,env=AWS_ACCESS_KEY_ID is how it was
args=(--progress=plain)
args+=(--pull --secret id=a,env=AWS_ACCESS_KEY_ID)
MORE="$MORE --secret id=b,env=AWS_SECRET_ACCESS_KEY"
docker buildx build "\${args[@]}" $MORE .
`;
    const { text } = migrate("build.sh", script, wanted);
    expect(linesBeyond(text, script)).toEqual([
      "args+=(--pull)",
      'MORE="$MORE"',
      'buildseal build --seal-with sccache "${args[@]}" $MORE .',
    ]);
  });

  test("a recipe that is asked for is named, once", () => {
    const { text } = migrate(
      "a.sh",
      "buildseal build --secret id=a,env=AWS_ACCESS_KEY_ID --secret id=b,env=AWS_SECRET_ACCESS_KEY .\n",
      { ...wanted, recipe: "aws" },
    );
    expect(text).toBe("buildseal build --seal-with aws .\n");
  });

  test.each(["docker buildx --builder b build", "sudo docker build"])(
    "of one build stay, and those of another go: %s",
    (odd) => {
      const pair = "--secret id=a,env=AWS_ACCESS_KEY_ID --secret id=b,env=AWS_SECRET_ACCESS_KEY";
      const { text } = migrate("a.sh", `docker build ${pair} a\n${odd} ${pair} b\n`, wanted);
      expect(text).toBe(`buildseal build --seal-with sccache a\n${odd} ${pair} b\n`);
    },
  );

  test("in a line of an array go with it, and a comment behind one stays", () => {
    const script = `args=(
  --pull
  --secret id=a,env=AWS_ACCESS_KEY_ID

  --secret id=b,env=AWS_SECRET_ACCESS_KEY # the cache
)
docker build "\${args[@]}" .
docker build other
`;
    for (const text of [script, script.replaceAll("\n", "\r\n")]) {
      const end = text.includes("\r") ? "\r\n" : "\n";
      expect(migrate("a.sh", text, wanted).text).toBe(
        [
          "args=(",
          "  --pull",
          "",
          "  # the cache",
          ")",
          'buildseal build --seal-with sccache "${args[@]}" .',
          "docker build other",
          "",
        ].join(end),
      );
    }
    const inYaml = (body: string) =>
      `jobs:\n  a:\n    steps:\n      - run: |\n${body.replace(/^(?=.)/gm, "          ")}      - run: make\n`;
    expect(migrate(WORKFLOW, inYaml(script), wanted).text).toBe(inYaml(migrate("a.sh", script, wanted).text));
  });

  test("may be files, or have a name that a migrated Dockerfile mounted", () => {
    const file = "docker build --secret id=x,src=$HOME/.aws/credentials .\n";
    expect(migrate("a.sh", file, wanted).text).toBe("buildseal build --seal-with sccache .\n");
    const named = "docker build --secret id=AWS_ACCESS_KEY_ID,src=a --secret id=AWS_SECRET_ACCESS_KEY,src=b .\n";
    expect(migrate("a.sh", named, wanted).text).toBe("buildseal build --seal-with sccache .\n");
    const gone = "docker build --secret id=creds,src=my.txt --secret id=other,src=o .\n";
    expect(migrate("a.sh", gone, { ...wanted, goneIds: new Set(["creds"]) }).text).toBe(
      "buildseal build --seal-with sccache --secret id=other,src=o .\n",
    );
    expect(migrate("a.sh", gone, wanted).plan.places).toEqual([]);
  });

  test("go with what sets their variables for that command alone", () => {
    const source =
      "AWS_ACCESS_KEY_ID=$K AWS_SECRET_ACCESS_KEY=$S A=1 docker build --secret id=a,env=AWS_ACCESS_KEY_ID --secret id=b,env=AWS_SECRET_ACCESS_KEY .\n";
    expect(migrate("a.sh", source, wanted).text).toBe("A=1 buildseal build --seal-with sccache .\n");
    expect(migrate("a.sh", source.replace("$K", "$(key)"), wanted).text).toContain("AWS_ACCESS_KEY_ID=$(key) A=1");
  });

  test.each([
    ["sudo docker build", "another program"],
    ["docker --context far build", "no counterpart"],
    ["podman build", "no counterpart"],
  ])("`%s` is listed only", (head, why) => {
    const source = `${head} --secret id=a,env=AWS_ACCESS_KEY_ID --secret id=b,env=AWS_SECRET_ACCESS_KEY .\n`;
    const { plan, text } = migrate("a.sh", source, wanted);
    expect(text).toBe(source);
    expect(plan.places).toHaveLength(2);
    for (const place of plan.places) expect(place.why).toContain(why);
  });
});

describe("what is not certain is listed, with its reason, and nothing is changed", () => {
  const pair = "--secret id=a,env=AWS_ACCESS_KEY_ID --secret id=b,env=AWS_SECRET_ACCESS_KEY";

  test.each([
    [
      "the script asks for the key itself",
      `if [ -n "$AWS_ACCESS_KEY_ID" ]; then\n  docker build ${pair} .\nfi\n`,
      "itself",
    ],
    ["half a key", "docker build --secret id=a,env=AWS_ACCESS_KEY_ID .\n", "only a part"],
    [
      "a here-document that another shell gets",
      `cat > x <<E\ndocker build ${pair} .\nE\ndocker build .\n`,
      "which command",
    ],
    ["a text for another machine", `docker build a\nssh host "docker build ${pair} ."\n`, "which command"],
    ["a text that is run later", `docker build a\nrun="docker build ${pair} ."\neval "$run"\n`, "which command"],
    ["a program whose name is a variable", `docker build a\n$DOCKER build ${pair} .\n`, "which command"],
    ["an array that no build takes", `A+=(${pair})\ndocker build a\nwrap "\${A[@]}"\n`, "which command"],
    [
      "an array that another command takes too",
      `A=(${pair})\ndocker build "\${A[@]}" a\nwrap "\${A[@]}"\n`,
      "which command",
    ],
    ["arguments that a function hands on", `set -- ${pair}\nb() { docker build "$@"; }\nb "$@"\n`, "which command"],
    ["single quotes", `ARGS='${pair}'\ndocker build $ARGS .\n`, "single quotes"],
  ])("%s", (_, source, why) => {
    const { plan, text } = migrate("a.sh", source, wanted);
    expect(text).toBe(source);
    expect(plan.places.length).toBeGreaterThan(0);
    for (const place of plan.places) expect([place.edited, place.why]).toEqual([false, expect.stringContaining(why)]);
  });

  test("a runner that has no web identity, a Dockerfile that still asks for a key, and none that has the identity", () => {
    const hosted = workflow.replace("[self-hosted]", "ubuntu-latest");
    expect(migrate(WORKFLOW, hosted, wanted).text).toBe(hosted);
    expect(migrate(WORKFLOW, hosted, wanted).plan.places.at(-1)?.why).toContain("the job runs on ubuntu-latest");
    const source = `docker build ${pair} .\n`;
    const why = (askedIds: readonly string[]) =>
      migrate("a.sh", source, { ...wanted, askedIds: new Set(askedIds) }).plan.places[0]?.why;
    expect(why(["aws-identity-token"])).toBeUndefined();
    expect(why(["aws-identity-token", "b"])).toContain("still mounts b");
    expect(why([])).toContain("no Dockerfile of this run has a web identity");
  });

  test("a variable of the step that its script takes for something else stays", () => {
    const source = `jobs:
  a:
    steps:
      - run: |
          echo "$KEY" > key
          docker build ${pair} .
        env:
          KEY: \${{ secrets.AWS_ACCESS_KEY_ID }}
`;
    const { text, plan } = migrate(WORKFLOW, source, wanted);
    expect(text).toContain("KEY: ${{");
    expect(plan.places.at(-1)).toMatchObject({ edited: false });
  });

  test("keys that a script gets as text, a bake command's, and those of Windows' shell", () => {
    const source = `jobs:
  a:
    steps:
      - run: aws configure set aws_secret_access_key \${{ secrets.AWS_SECRET_ACCESS_KEY }}
      - run: docker buildx bake --set "*.secrets=id=k,env=AWS_ACCESS_KEY_ID"
      - shell: pwsh
        run: docker build --secret id=k,env=AWS_ACCESS_KEY_ID .
`;
    const { text, plan } = migrate(WORKFLOW, source, wanted);
    expect(text).toBe(source);
    expect(plan.places.map(({ line }) => line)).toEqual([4, 5, 7]);
    for (const place of plan.places) expect(place.why).toBeTruthy();
  });

  test("a variable that another program of the step may use stays", () => {
    const source = workflow.replace("set -euo pipefail   ", "aws s3 ls");
    const { plan, text } = migrate(WORKFLOW, source, wanted);
    expect(text).toContain("AWS_SECRET_ACCESS_KEY: $");
    expect(plan.places.filter(({ edited }) => edited)).toHaveLength(2);
  });

  test("inputs of actions, declarations, and what is passed on", () => {
    const source = `on:
  workflow_call:
    secrets:
      AWS_ACCESS_KEY_ID: { required: true }
env:
  AWS_REGION: us-west-2
jobs:
  call:
    uses: ./.github/workflows/other.yml
    secrets:
      aws-secret-access-key: \${{ secrets.AWS_SECRET_ACCESS_KEY }}
  image:
    env:
      AWS_SECRET_ACCESS_KEY: \${{ secrets.CACHE_SECRET }}
      AWS_SESSION_TOKEN: \${{ steps.login.outputs.session }}
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with: { aws-access-key-id: "\${{ secrets.AWS_ACCESS_KEY_ID }}" }
      - uses: ./.github/actions/build
        with:
          key: \${{ secrets.AWS_ACCESS_KEY_ID }}
      - uses: docker/build-push-action@v6
        with:
          secrets: |
            k=\${{ secrets.AWS_ACCESS_KEY_ID }}
          secret-envs: s=AWS_SECRET_ACCESS_KEY
`;
    const { plan, text } = migrate(WORKFLOW, source, wanted);
    expect(text).toBe(source);
    expect(plan.places.map(({ line, what }) => `${line} ${what}`)).toEqual([
      "4 the declared secret AWS_ACCESS_KEY_ID",
      "11 aws-secret-access-key, handed to a reusable workflow",
      "14 a job's variable AWS_SECRET_ACCESS_KEY",
      "18 aws-actions/configure-aws-credentials: the input aws-access-key-id",
      "21 ./.github/actions/build: the input key",
      "25 docker/build-push-action: the secret k (secrets)",
      "26 docker/build-push-action: the secret s (secret-envs)",
    ]);
    for (const place of plan.places) expect(place.why).toBeTruthy();
    expect(plan.places[3]?.replacement).toContain("role-to-assume");
    expect(plan.places[5]?.why).toContain("buildseal");
  });

  test("compose and bake files, and a composite action's inputs", () => {
    const lines = (name: string, source: string) => migrate(name, source, wanted).plan.places.map(({ line }) => line);
    expect(lines("compose.yml", "secrets:\n  key:\n    environment: AWS_SECRET_ACCESS_KEY\n")).toEqual([2]);
    expect(lines("compose.yml", "secrets:\n  key:\n    file: ~/.aws/credentials\n")).toEqual([2]);
    expect(lines("docker-bake.hcl", 'variable "AWS_SECRET_ACCESS_KEY" {}\ntarget "a" {}\n')).toEqual([1]);
    expect(lines("docker-bake.hcl", 'target "a" {\n  secret = [\n    "id=k,env=AWS_ACCESS_KEY_ID",\n  ]\n}\n')).toEqual(
      [3],
    );
    const action = `inputs:
  aws-access-key-id: { required: true }
runs:
  using: composite
  steps:
    - shell: bash
      run: docker build --secret id=k,env=AWS_ACCESS_KEY_ID .
      env:
        AWS_ACCESS_KEY_ID: \${{ inputs.aws-access-key-id }}
`;
    expect(lines("action.yml", action)).toEqual([2, 7, 9]);
  });

  test("a web identity that is there already is nothing to list", () => {
    const source =
      "docker build --secret id=aws-identity-token,src=$AWS_WEB_IDENTITY_TOKEN_FILE --secret id=aws-identity-role-arn,env=AWS_ROLE_ARN .\n";
    expect(migrate("a.sh", source, wanted).plan.places).toEqual([]);
  });
});
