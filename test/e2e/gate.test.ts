import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasImage } from "./docker.ts";
import { createGrantedBuild } from "./granted-build.ts";
import { searchImage } from "./image-content.ts";
import { openPlace, type Place, placeNames } from "./place.ts";
import { unique } from "./project.ts";
import { type Registry, startRegistry } from "./service/registry.ts";

const clean = ["RUN granted && sha256sum $token >/proof"];
const leak = ["RUN granted && cat $token >/left-behind"];

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

/** Whether anything of a repository was ever sent to the registry. */
const wasSent = (repository: string): boolean =>
  new RegExp(`(?:PUT|POST|PATCH) \\S*/v2/${repository}/`).test(registry.log()) ||
  registry.log().includes(`http.request.uri="/v2/${repository}/blobs/uploads`);

describe.each(placeNames)("the gate with %s", (name) => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace(name, registry);
  });
  afterAll(() => place.stop());

  test("gives a clean image its tag in the engine, and nothing of the token is in it", async () => {
    const { build, word } = await createGrantedBuild(place, clean);
    const outcome = await build([...place.loads, "-t", `clean:${word}`]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(await hasImage(place.engine, `clean:${word}`)).toBe(true);
    expect(await searchImage(place.engine, `clean:${word}`)).toEqual([]);
  });

  test("pushes a clean image by its tags, and the registry has the digest that is told", async () => {
    const { build, word, project } = await createGrantedBuild(place, clean);
    const repository = `pushed/${word}`;
    const metadata = project.path("metadata.json");
    const tags = ["1", "latest"].flatMap((tag) => ["-t", `${registry.address}/${repository}:${tag}`]);
    const outcome = await build([...tags, "--push", "--metadata-file", metadata]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(await registry.tags(repository)).toEqual(["1", "latest"]);
    const told = JSON.parse(await readFile(metadata, "utf8"))["containerimage.digest"];
    const pushed = await registry.manifest(repository, "1");
    // An engine with the graph store makes the manifest only when it pushes: it told an image's id.
    if (name === "the docker driver") expect(pushed).toBeDefined();
    else expect(pushed?.digest).toBe(told);
    await place.engine.docker("pull", "--quiet", `${registry.address}/${repository}:1`);
    expect(await searchImage(place.engine, `${registry.address}/${repository}:1`)).toEqual([]);
  });

  test("lets nothing of an image with a leak out: no tag, no push, no record, status 3", async () => {
    const { build, word, project } = await createGrantedBuild(place, leak);
    const repository = `leaked/${word}`;
    const reference = `${registry.address}/${repository}:1`;
    const outcome = await build(["-t", reference, "--push", "--iidfile", project.path("id")], { report: true });
    expect(outcome.status, outcome.output).toBe(3);
    expect(await registry.tags(repository)).toEqual([]);
    expect(wasSent(repository)).toBe(false);
    expect(await hasImage(place.engine, reference)).toBe(false);
    expect(existsSync(project.path("id"))).toBe(false);
    expect(outcome.stderr).toContain("left-behind");
    expect(outcome.stderr).toContain("token");
  });

  // The rest is the same code for all builders, and takes time.
  if (name !== "the docker driver" && name !== "the remote driver") return;

  test("does not load an image with a leak", async () => {
    const { build, word } = await createGrantedBuild(place, leak);
    const outcome = await build([...place.loads, "-t", `leaked:${word}`]);
    expect(outcome.status, outcome.output).toBe(3);
    expect(await hasImage(place.engine, `leaked:${word}`)).toBe(false);
  });

  test("says a leak and publishes all the same with --seal-scan=warn", async () => {
    const { build, word } = await createGrantedBuild(place, leak);
    const outcome = await build([...place.loads, "-t", `warned:${word}`, "--seal-scan=warn"]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toContain("left-behind");
    expect(await hasImage(place.engine, `warned:${word}`)).toBe(true);
  });

  test("does not look with --seal-scan=off, and masks all the same", async () => {
    const { build, word } = await createGrantedBuild(place, ["RUN granted && cat $token && cat $token >/left-behind"]);
    const outcome = await build([...place.loads, "-t", `unsearched:${word}`, "--seal-scan=off"]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).not.toContain("left-behind is in");
    expect(outcome.output).toContain("[secret token]");
    expect(await hasImage(place.engine, `unsearched:${word}`)).toBe(true);
  });

  test("publishes nothing of a build that fails, and keeps Docker's status", async () => {
    const { build, word } = await createGrantedBuild(place, ["RUN granted && exit 9"]);
    const repository = `failed/${word}`;
    const outcome = await build(["-t", `${registry.address}/${repository}:${unique()}`, "--push"]);
    expect(outcome.status, outcome.output).toBe(1);
    expect(await registry.tags(repository)).toEqual([]);
  });
});
