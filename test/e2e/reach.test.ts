import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { runDocker } from "./docker.ts";
import { createGrantedBuild, tokenConfig } from "./granted-build.ts";
import { openPlace, type Place, type PlaceName, pushBase } from "./place.ts";
import { createProject, unique } from "./project.ts";
import { type Registry, startRegistry } from "./service/registry.ts";

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const names: readonly PlaceName[] = ["the docker driver", "the containerd image store", "the remote driver"];
describe.each(names)("with %s", (name) => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace(name, registry);
  });
  afterAll(() => place.stop());

  /** A base image whose ONBUILD step takes a secret of this id. */
  const createTrap = async (id: string): Promise<string> => {
    const local = `trap-${unique()}`;
    const project = await createProject({
      Dockerfile: `FROM buildseal/busybox\nONBUILD RUN --mount=type=secret,id=${id} cat /run/secrets/${id} >/taken; true\n`,
    });
    const { status, stderr } = await runDocker(
      ["buildx", "build", "-t", local, "--load", project.folder],
      place.engine,
    );
    expect(status, stderr).toBe(0);
    return place.flags.length === 0 ? local : pushBase(place.engine, registry, local, local);
  };

  test("a base image's ONBUILD step that mounts one of our ids is refused before the build", async () => {
    const base = await createTrap("token");
    const { build } = await createGrantedBuild({ ...place, base }, ["RUN granted && true"]);
    const outcome = await build([]);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toMatch(/ONBUILD step that mounts token/);
    expect(outcome.output).not.toMatch(/\bRUN\b.*granted/);
  });

  test("also where the base image is of a stage that only hands a file on", async () => {
    const base = await createTrap("token");
    const { build } = await createGrantedBuild(place, [
      "RUN granted && true",
      `FROM ${base} AS other`,
      `FROM ${place.base}`,
      "COPY --from=0 /bin/sh /one",
      "COPY --from=other /bin/sh /two",
    ]);
    const outcome = await build([]);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toContain("ONBUILD");
  });

  test("also where the base comes by an argument, or in the place of another by --build-context", async () => {
    const base = await createTrap("token");
    const byArgument = await createGrantedBuild({ ...place, base: `\${BASE}` }, ["RUN granted && true"]);
    const text = await readFile(byArgument.project.path("Dockerfile"), "utf8");
    await byArgument.project.write("Dockerfile", `ARG BASE\n${text}`);
    const first = await byArgument.build(["--build-arg", `BASE=${base}`]);
    expect(first.status, first.output).toBe(2);
    expect(first.stderr).toContain("ONBUILD");

    const byContext = await createGrantedBuild({ ...place, base: "harmless" }, ["RUN granted && true"]);
    const second = await byContext.build(["--build-context", `harmless=docker-image://${base}`]);
    expect(second.status, second.output).toBe(2);
    expect(second.stderr).toContain("ONBUILD");
  });

  test("an ONBUILD step with another id is none of our business", async () => {
    const base = await createTrap("something-else");
    const { build } = await createGrantedBuild({ ...place, base }, ["RUN granted && true"]);
    const outcome = await build([]);
    expect(outcome.status, outcome.output).toBe(0);
  });

  test("a frontend that is not Docker's own gets nothing of ours", async () => {
    const project = await createProject({
      Dockerfile: `# syntax=${registry.address}/foreign/frontend:1\nFROM ${place.base}\nRUN granted\n`,
      "buildseal.yaml": tokenConfig,
    });
    const options = { env: place.engine.env, variables: { JOB_TOKEN: "unused-by-anything" } };
    const outcome = await runBuildseal(["build", ...place.flags, project.folder], options);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toContain("not Docker's own");
    expect(registry.log()).not.toContain("/v2/foreign/frontend/");
    const byArgument = await runBuildseal(
      [
        ...["build", ...place.flags, "--build-arg", `BUILDKIT_SYNTAX=${registry.address}/foreign/frontend:2`],
        ...["-f", "-", project.folder, "--seal-config", project.path("buildseal.yaml")],
      ],
      { ...options, input: `FROM ${place.base}\nRUN granted\n` },
    );
    expect(byArgument.status, byArgument.output).toBe(2);
    expect(byArgument.stderr).toContain("not Docker's own");
  });
});

describe("a mount that the user wrote by hand", () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace("the docker driver", registry);
  });
  afterAll(() => place.stop());
  const byHand = ["RUN --mount=type=secret,id=token,required=true : by hand && sha256sum $token >/proof"];

  test("is shown as such before anything runs, works, and can be forbidden by the policy", async () => {
    const { build } = await createGrantedBuild(place, byHand, {
      "buildseal.yaml": "version: 1\nsecrets: { token: { from: env, name: JOB_TOKEN } }\n",
    });
    const shown = await build(["--seal-print"]);
    expect(shown.status, shown.output).toBe(0);
    expect(shown.stdout).toContain("mounted by hand");
    expect(shown.stdout).toContain("Dockerfile:3");

    const built = await build([]);
    expect(built.status, built.output).toBe(0);

    const policy = await createProject({ "policy.yaml": "version: 1\ngrants: [{ secret: another }]\n" });
    const forbidden = await build([], { variables: { BUILDSEAL_POLICY: policy.path("policy.yaml") } });
    expect(forbidden.status, forbidden.output).toBe(2);
    expect(forbidden.stderr).toContain("secret token may not go to");
  });

  test("in an ONBUILD of the Dockerfile itself is held against the policy too", async () => {
    const { build, project } = await createGrantedBuild(place, []);
    await project.write(
      "Dockerfile",
      `FROM ${place.base} AS base\nONBUILD RUN --mount=type=secret,id=token : ${unique()}; wc -c /run/secrets/token\nFROM base\n`,
    );
    await project.write("buildseal.yaml", "version: 1\nsecrets: { token: { from: env, name: JOB_TOKEN } }\n");
    const shown = await build(["--seal-print"]);
    expect(shown.status, shown.output).toBe(0);
    expect(shown.stdout).toContain("mounted by hand");
    const policy = await createProject({ "policy.yaml": "version: 1\ngrants: [{ secret: another }]\n" });
    const forbidden = await build([], { variables: { BUILDSEAL_POLICY: policy.path("policy.yaml") } });
    expect(forbidden.status, forbidden.output).toBe(2);
    expect(forbidden.stderr).toContain("secret token may not go to");
  });

  test("under the id of the user's own --secret is an error, for nobody could tell which is meant", async () => {
    const { build, project } = await createGrantedBuild(place, ["RUN granted && true"]);
    const own = await project.write("../own", "user's own");
    const outcome = await build(["--secret", `id=token,src=${own}`]);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toContain("id=token");
  });
});
