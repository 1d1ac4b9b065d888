import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { runDocker } from "./docker.ts";
import { tokenConfig } from "./granted-build.ts";
import { openEngine } from "./open-engine.ts";
import { createProject } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { createValue } from "./value.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine("new");
});
afterAll(() => engine.stop());

/** An address of this machine that is not loopback, where there is one: nobody listens on the port, so it answers at once. */
const elsewhere = (): string =>
  Object.values(networkInterfaces())
    .flat()
    .find((entry) => entry?.family === "IPv4" && !entry.internal)?.address ?? "192.0.2.1";

describe("a builder in the clear on another machine", () => {
  const build = async (args: readonly string[], variables: Readonly<Record<string, string>> = {}) => {
    const project = await createProject({
      Dockerfile: "FROM scratch\nRUN granted\n",
      "buildseal.yaml": tokenConfig,
    });
    return runBuildseal(["build", ...args, project.folder], {
      env: engine.env,
      variables: { JOB_TOKEN: createValue(), ...variables },
    });
  };

  test("is refused as the engine of DOCKER_HOST", async () => {
    const outcome = await build([], { DOCKER_HOST: `tcp://${elsewhere()}:2375` });
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toContain("without TLS");
  });

  test("is refused as a builder of the remote driver", async () => {
    const name = "exposed";
    await runDocker(["buildx", "create", "--name", name, "--driver", "remote", `tcp://${elsewhere()}:1234`], engine);
    const outcome = await build(["--builder", name]);
    await runDocker(["buildx", "rm", "--force", name], engine);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toContain("without TLS");
  });
});
