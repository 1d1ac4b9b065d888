import { execFileSync } from "node:child_process";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDocker } from "./docker.ts";
import { createGrantedBuild } from "./granted-build.ts";
import { searchFiles } from "./image-content.ts";
import { openPlace, type Place, type PlaceName } from "./place.ts";
import { createProject } from "./project.ts";
import { type Registry, startRegistry } from "./service/registry.ts";

const clean = ["RUN granted && sha256sum $token >/proof"];
const leak = ["RUN granted && cat $token >/left-behind"];

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const names: readonly PlaceName[] = ["the docker driver", "the containerd image store", "the remote driver"];
describe.each(names)("an output with %s", (name) => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace(name, registry);
  });
  afterAll(() => place.stop());

  test("of a folder is written when it is clean, and not at all with a leak", async () => {
    const good = await createGrantedBuild(place, clean);
    const outcome = await good.build(["-o", good.project.path("out")]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(readFileSync(good.project.path("out/proof"), "utf8")).toContain("/run/secrets/token");
    expect(await searchFiles(place.engine, good.project.path("out"))).toEqual([]);

    const bad = await createGrantedBuild(place, leak);
    const refused = await bad.build(["-o", `type=local,dest=${bad.project.path("out")}`]);
    expect(refused.status, refused.output).toBe(3);
    expect(existsSync(bad.project.path("out"))).toBe(false);
  });

  test("of a tar is written when it is clean, and not at all with a leak", async () => {
    const good = await createGrantedBuild(place, clean);
    const outcome = await good.build(["-o", `type=tar,dest=${good.project.path("out.tar")}`]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(await searchFiles(place.engine, good.project.path("out.tar"))).toEqual([]);

    const bad = await createGrantedBuild(place, leak);
    const refused = await bad.build(["-o", `type=tar,dest=${bad.project.path("out.tar")}`]);
    expect(refused.status, refused.output).toBe(3);
    expect(existsSync(bad.project.path("out.tar"))).toBe(false);
  });

  test("on stdout is a whole tar when it is clean, and nothing with a leak", async () => {
    const good = await createGrantedBuild(place, clean);
    const outcome = await good.build(["-o", "-"]);
    expect(outcome.status, outcome.stderr).toBe(0);
    await good.project.write("out.tar", outcome.stdoutBytes);
    expect(await searchFiles(place.engine, good.project.path("out.tar"))).toEqual([]);
    expect(outcome.stdoutBytes.includes("proof")).toBe(true);

    const bad = await createGrantedBuild(place, leak);
    const refused = await bad.build(["-o", "-"]);
    expect(refused.status, refused.stderr).toBe(3);
    expect(refused.stdoutBytes).toHaveLength(0);
  });

  test("to a link or a pipe goes through it, as Docker's does, and does not take its place", async () => {
    const { build } = await createGrantedBuild(place, clean);
    const outside = await createProject({});
    const [real, link, pipe, read] = ["real.tar", "link.tar", "pipe.tar", "read.tar"].map((file) => outside.path(file));
    writeFileSync(real!, "");
    symlinkSync("real.tar", link!);
    const byLink = await build(["-o", `type=tar,dest=${link}`]);
    expect(byLink.status, byLink.output).toBe(0);
    expect(lstatSync(link!).isSymbolicLink()).toBe(true);
    expect(statSync(real!).size).toBeGreaterThan(1_000_000);

    execFileSync("bash", ["-c", 'mkfifo "$1"', "bash", pipe!]);
    const reading = pipeline(createReadStream(pipe!), createWriteStream(read!));
    const byPipe = await build(["-o", `type=tar,dest=${pipe}`]);
    expect(byPipe.status, byPipe.output).toBe(0);
    expect(lstatSync(pipe!).isFIFO()).toBe(true);
    await reading;
    expect(statSync(read!).size).toBeGreaterThan(1_000_000);
  });

  test("is named where the result only stays in the builder's cache", async () => {
    const { build } = await createGrantedBuild(place, clean);
    const outcome = await build(["-o", "type=cacheonly"]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toContain("cacheonly");
  });

  if (name === "the docker driver") {
    test("of an OCI archive is refused in one sentence: this store has none", async () => {
      const { build, project } = await createGrantedBuild(place, clean);
      const outcome = await build(["-o", `type=oci,dest=${project.path("out.tar")}`]);
      expect(outcome.status, outcome.output).toBe(2);
      expect(outcome.stderr).toContain("cannot export an archive");
    });
    return;
  }

  test("of an OCI archive is written when it is clean, and not with a leak", async () => {
    const good = await createGrantedBuild(place, clean);
    const outcome = await good.build(["-t", "a/b:1", "-o", `type=oci,dest=${good.project.path("out.tar")}`]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(await searchFiles(place.engine, good.project.path("out.tar"))).toEqual([]);

    const bad = await createGrantedBuild(place, leak);
    const refused = await bad.build(["-o", `type=oci,dest=${bad.project.path("out.tar")}`]);
    expect(refused.status, refused.output).toBe(3);
    expect(existsSync(bad.project.path("out.tar"))).toBe(false);
  });

  test("of several kinds at once goes everywhere or nowhere", async () => {
    const outputs = (project: { path(name: string): string }, repository: string): string[] => [
      ...["-o", `type=${name === "the remote driver" ? "oci" : "tar"},dest=${project.path("out.tar")}`],
      ...["-o", `type=local,dest=${project.path("out")}`],
      ...["-t", `${registry.address}/${repository}:1`, "--push"],
    ];
    const good = await createGrantedBuild(place, clean);
    const outcome = await good.build(outputs(good.project, `several/${good.word}`));
    expect(outcome.status, outcome.output).toBe(0);
    expect(existsSync(good.project.path("out.tar"))).toBe(true);
    expect(readdirSync(good.project.path("out"))).toContain("proof");
    expect(await registry.tags(`several/${good.word}`)).toEqual(["1"]);

    const bad = await createGrantedBuild(place, leak);
    const refused = await bad.build(outputs(bad.project, `several/${bad.word}`));
    expect(refused.status, refused.output).toBe(3);
    expect(existsSync(bad.project.path("out.tar"))).toBe(false);
    expect(existsSync(bad.project.path("out"))).toBe(false);
    expect(await registry.tags(`several/${bad.word}`)).toEqual([]);
  });

  if (name === "the remote driver") return;

  test("an archive beside the engine's own image is refused before anything runs", async () => {
    const { build, project, word } = await createGrantedBuild(place, clean);
    const name = `${registry.address}/both/${word}:1`;
    const outcome = await build(["-o", `type=oci,dest=${project.path("out.tar")}`, "-t", name, "--push"]);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toContain("cannot come from one build under the gate");
    expect(existsSync(project.path("out.tar"))).toBe(false);
  });
});

describe.each(["the docker driver", "the remote driver"] as const)("a push with %s", (name) => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace(name, registry);
  });
  afterAll(() => place.stop());

  test.each([
    { form: "-o type=registry", output: (reference: string) => ["-t", reference, "-o", "type=registry"] },
    { form: "-o type=image,push=true", output: (name: string) => ["-o", `type=image,name=${name},push=true`] },
  ])("by $form is held back like --push", async ({ output }) => {
    const good = await createGrantedBuild(place, clean);
    const outcome = await good.build(output(`${registry.address}/form/${good.word}:1`));
    expect(outcome.status, outcome.output).toBe(0);
    expect(await registry.tags(`form/${good.word}`)).toEqual(["1"]);

    const bad = await createGrantedBuild(place, leak);
    const refused = await bad.build(output(`${registry.address}/form/${bad.word}:1`));
    expect(refused.status, refused.output).toBe(3);
    expect(await registry.tags(`form/${bad.word}`)).toEqual([]);
  });

  test("that one of two registries refuses is told, with status 2 or Docker's", async () => {
    const { build, word } = await createGrantedBuild(place, clean);
    const there = ["-t", `${registry.address}/half/${word}:1`, "-t", `127.0.0.1:9/half/${word}:1`];
    const outcome = await build([...there, "--push"]);
    expect([1, 2], outcome.output).toContain(outcome.status);
    expect(outcome.stderr).toContain("127.0.0.1:9");
    expect(outcome.stderr).not.toMatch(/ at .*\.js:\d+/);
  });
});

describe("a cache export", () => {
  /** The final image is clean; only a stage that it takes one file from has the value. */
  const twoStages = (base: string) => (makes: string) => [
    `RUN granted && ${makes} && echo built >/product`,
    `FROM ${base}`,
    "COPY --from=0 /product /product",
  ];
  let place: Place;
  beforeAll(async () => {
    place = await openPlace("the remote driver", registry);
  });
  afterAll(() => place.stop());

  test("with mode=max is refused, where a stage that is not in the image has a value: nothing is written", async () => {
    const { build, project, word } = await createGrantedBuild(place, twoStages(place.base)("cat $token >/left-behind"));
    const outcome = await build([
      ...["-t", `${registry.address}/cache/${word}:1`, "--push"],
      ...["--cache-to", `type=local,mode=max,dest=${project.path("cache")}`],
      ...["--cache-to", `type=registry,mode=max,ref=${registry.address}/cache/${word}:cache`],
    ]);
    expect(outcome.status, outcome.output).toBe(3);
    expect(existsSync(project.path("cache"))).toBe(false);
    expect(await registry.tags(`cache/${word}`)).toEqual([]);
  });

  test("with mode=max is written when all stages are clean, and serves a later build", async () => {
    const { build, project, word } = await createGrantedBuild(place, twoStages(place.base)("sha256sum $token"));
    const outcome = await build([
      ...["-t", `${registry.address}/cache/${word}:1`, "--push"],
      ...["--cache-to", `type=local,mode=max,dest=${project.path("cache")}`],
      ...["--cache-to", `type=registry,mode=max,ref=${registry.address}/cache/${word}:cache`],
    ]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(await registry.tags(`cache/${word}`)).toEqual(["1", "cache"]);
    expect(await searchFiles(place.engine, project.path("cache"))).toEqual([]);
    await runDocker(["buildx", "prune", ...place.flags, "--force", "--all"], place.engine);
    const again = await build(["--cache-from", `type=local,src=${project.path("cache")}`, "-o", "type=cacheonly"]);
    expect(again.status, again.output).toBe(0);
    expect(again.output).toContain("CACHED");
  });

  test("with mode=min of an image without a leak is written", async () => {
    const { build, project, word } = await createGrantedBuild(place, clean);
    const outcome = await build([
      "-t",
      `min:${word}`,
      "--load",
      "--cache-to",
      `type=local,dest=${project.path("cache")}`,
    ]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(existsSync(project.path("cache/index.json"))).toBe(true);
  });
});
