import { describe, expect, test } from "vitest";
import { builderFacts } from "../../../src/buildx/builder.ts";
import { parseInspection } from "../../../src/buildx/inspection.ts";
import { type DockerFacts, dockerChecks } from "../../../src/doctor/docker-check.ts";
import { SealError } from "../../../src/error.ts";

const inspected = (driver: string, buildkit: string, nodes = 1): string =>
  `Name: ci\nDriver: ${driver}\n\nNodes:\n${Array.from({ length: nodes }, (_, at) => `Name: ci${at}\nEndpoint: unix:///x${at}\nStatus: running\nBuildKit version: ${buildkit}\nPlatforms: linux/amd64\n`).join("\n")}`;
const builder = (driver: string, buildkit: string, nodes?: number) =>
  builderFacts(parseInspection(inspected(driver, buildkit, nodes)));
const facts = (more: Partial<DockerFacts>): DockerFacts => ({
  docker: "/usr/bin/docker",
  engine: "28.5.2",
  buildx: [0, 36, 1],
  builder: builder("docker-container", "v0.32.0"),
  ...more,
});
const idsOf = (given: DockerFacts | SealError) => dockerChecks(given, []).map(({ id, state }) => `${id} ${state}`);

describe("docker", () => {
  test("of the newest versions has no limits to tell", () => {
    expect(idsOf(facts({}))).toEqual(["docker.programs ok", "docker.builder ok"]);
  });

  test("of old versions tells what a build does instead, which is no fault", () => {
    const ids = idsOf(facts({ buildx: [0, 13, 1], builder: builder("docker-container", "v0.12.0") }));
    expect(ids).toEqual([
      "docker.programs ok",
      "docker.builder ok",
      "docker.frontend none",
      "docker.push none",
      "docker.outputs none",
    ]);
    expect(idsOf(facts({ builder: builder("docker", "v0.25.1") }))).toContain("docker.archive none");
    expect(idsOf(facts({ builder: builder("remote", "v0.32.0", 2) }))).toContain("docker.nodes none");
  });

  test("that is not there, or whose builder is not, is an error with a remedy", () => {
    const missing = new SealError("DOCKER", "There is none.", "Install it.");
    expect(idsOf(missing)).toEqual(["docker.programs error"]);
    expect(idsOf(facts({ builder: missing }))).toEqual(["docker.programs error"]);
    expect(idsOf(facts({ builder: new SealError("BUILDER", "It is gone.", "Make it.") }))).toEqual([
      "docker.programs ok",
      "docker.builder error",
    ]);
    expect(idsOf(facts({ docker: undefined }))[0]).toBe("docker.programs warning");
  });

  test("with a builder that the policy does not list is an error in the policy's words", () => {
    const policy = [{ path: "policy.yaml", file: { version: 1 as const, builders: ["other"] } }];
    expect(dockerChecks(facts({}), policy)[1]).toMatchObject({
      state: "error",
      says: expect.stringContaining("policy.yaml"),
    });
    const allowing = [{ path: "policy.yaml", file: { version: 1 as const, builders: ["unix:///x0"] } }];
    expect(dockerChecks(facts({}), allowing)[1]?.state).toBe("ok");
  });
});
