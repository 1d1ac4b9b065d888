import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runBuildseal } from "./buildseal.ts";
import { runDocker } from "./docker.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, type Project, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { createValue } from "./value.ts";

let engines: readonly Engine[];
beforeAll(async () => {
  engines = [await openEngine("new"), await openEngine("old")];
});
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const secrets = "version: 1\nsecrets: { token: { from: env, name: JOB_TOKEN } }\n";
const grants = (...entries: readonly string[]): string =>
  `${secrets}grants:\n${entries.map((entry) => `  - { secret: token, ${entry} }\n`).join("")}`;

async function build(engine: Engine, project: Project, args: readonly string[] = []): Promise<Outcome> {
  const outcome = await runBuildseal(["build", "--network=none", ...args, project.folder], {
    env: engine.env,
    variables: { JOB_TOKEN: createValue() },
  });
  expect(outcome.status, outcome.output).toBe(0);
  return outcome;
}

/** Fails the step unless its file holds a value of the usual length. */
const check = (path = "/run/secrets/token"): string => `test $(wc -c <${path}) -eq 34`;

const difficult = (): string => `# escape=\`
FROM buildseal/busybox AS first
# a comment right above
RUN --network=none \`
  # in the midst of a step
  : granted ${unique()} && \`

  ${check()}
RUN <<'END'
: granted heredoc
${check()}
END
RUN ["sh", "-c", ": granted exec && ${check()}"]
	run : granted keyword && ${check()}
RUN --mount=type=cache,target=/cache --mount=type=tmpfs,target=/t : granted beside others && ${check()}
USER 1000
RUN : granted uid && ${check()}
USER app
RUN : granted name && ${check()}
USER root
SHELL ["/bin/sh", "-ec"]
RUN : granted shell && ${check()}
RUN ! test -e /run/secrets/token
FROM first
RUN : granted second stage && ${check()}
RUN test -z "$(ls /run/secrets 2>&1 | grep -v 'No such')"
`;

describe.each(["new", "old"])("on the %s engine a real frontend understands what is inserted", (kind) => {
  const engine = (): Engine => engines[kind === "new" ? 0 : 1]!;

  test.each([
    { what: "in a Dockerfile of every difficulty", change: (text: string) => text },
    {
      what: "with CRLF line ends",
      change: (text: string) => text.replaceAll("\n", "\r\n").replace(/<<'END'[\s\S]*?END\r\n/, "true\r\n"),
    },
    { what: "behind a byte order mark", change: (text: string) => `\ufeff${text}` },
  ])("$what, and only granted steps have the secret", async ({ change }) => {
    const project = await createProject({
      Dockerfile: change(difficult()),
      "buildseal.yaml": grants("steps: { run: granted }"),
    });
    await build(engine(), project);
  });
});

describe("a secret is delivered", () => {
  const engine = (): Engine => engines[0]!;
  const withStep = (step: string, config: string): Promise<Project> =>
    createProject({
      Dockerfile: `FROM buildseal/busybox\nRUN ${step} && : granted ${unique()}\n`,
      "buildseal.yaml": config,
    });

  test("as a file at a path, also one that is told by a variable", async () => {
    const target = await withStep(
      check("/etc/deep/er/token"),
      grants("steps: { run: granted }, as: { target: /etc/deep/er/token }"),
    );
    await build(engine(), target, ["-t", `target:${unique()}`]);
    const byVariable = await withStep(check("$WHERE"), grants("steps: { run: granted }, as: { file: WHERE }"));
    await build(engine(), byVariable);
  });

  test("as the value of a variable, where that is asked for", async () => {
    const project = await withStep(
      'test $(printf %s "$VALUE" | wc -c) -eq 34',
      grants("steps: { run: granted }, as: { env: VALUE }"),
    );
    await build(engine(), project);
  });

  test("to the step below a comment, and to no other", async () => {
    const project = await createProject({
      Dockerfile: `FROM buildseal/busybox
# buildseal: secret=token,file=WHERE
RUN ${check("$WHERE")} && : ${unique()}
RUN test -z "$WHERE" && ! test -e /run/secrets/token
`,
      "buildseal.yaml": secrets,
    });
    await build(engine(), project);
  });

  test("to the steps of a stage by name and number", async () => {
    const project = await createProject({
      Dockerfile: `FROM buildseal/busybox AS one\nRUN : ${unique()}\nRUN ${check()}\nFROM one AS two\nRUN ! test -e /run/secrets/token\n`,
      "buildseal.yaml": grants("steps: { stage: one, index: 2 }"),
    });
    await build(engine(), project);
  });

  test("to nobody, and is not even asked for, where the target does not need the step", async () => {
    const project = await createProject({
      Dockerfile: `FROM buildseal/busybox AS wanted\nRUN : ${unique()}\nFROM wanted AS unwanted\nRUN : granted\n`,
      "buildseal.yaml": grants("steps: { run: granted }"),
    });
    const outcome = await runBuildseal(["build", "--network=none", "--target", "wanted", project.folder], engine());
    expect(outcome.status, outcome.output).toBe(0);
  });

  test("from a Dockerfile elsewhere whose own ignore file still counts", async () => {
    const project = await createProject({
      "docker/app.Dockerfile": `FROM buildseal/busybox\nCOPY . /context\nRUN ${check()} && : granted ${unique()} && ! test -e /context/ignored\n`,
      "docker/app.Dockerfile.dockerignore": "ignored\n",
      "docker/buildseal.yaml": grants("steps: { run: granted }"),
      ignored: "not for the image",
      kept: "",
    });
    await build(engine(), project, ["-f", project.path("docker/app.Dockerfile")]);
  });

  test("and leaves nothing in the image: no mount, no folder, no history", async () => {
    const project = await withStep(check(), grants("steps: { run: granted }"));
    const name = `bare:${unique()}`;
    await build(engine(), project, ["-t", name]);
    const look = await runDocker(["run", "--rm", "--network=none", name, "ls", "/run"], engine());
    expect(look.status, look.stderr).toBe(1);
    const history = await runDocker(["history", "--no-trunc", name], engine());
    expect(history.stdout.toString()).not.toContain("mount");
  });
});
