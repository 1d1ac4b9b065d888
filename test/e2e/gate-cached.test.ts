import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasImage } from "./docker.ts";
import { createGrantedBuild } from "./granted-build.ts";
import { openPlace, type Place } from "./place.ts";
import { createProject } from "./project.ts";
import { createScratch } from "./scratch.ts";
import { type Registry, startRegistry } from "./service/registry.ts";

const clean = ["RUN granted && sha256sum $token >/proof"];

let registry: Registry;
let places: readonly Place[];
beforeAll(async () => {
  registry = await startRegistry();
  places = [await openPlace("the docker driver", registry), await openPlace("the remote driver", registry)];
});
afterAll(async () => {
  for (const place of places) await place.stop();
  await registry.stop();
});

/** A machine that has not seen earlier builds: a cache folder of its own. */
const elsewhere = () => ({ XDG_CACHE_HOME: createScratch("elsewhere") });

describe.each([0, 1])("a granted step that comes from the cache, builder %i", (number) => {
  const place = (): Place => places[number]!;

  test("still fails, where its first run left a value behind: running a job again does not help", async () => {
    const { build, word } = await createGrantedBuild(place(), ["RUN granted && cat $token >/left-behind"]);
    const args = [...place().loads, "-t", `again:${word}`];
    expect((await build(args)).status).toBe(3);
    const again = await build(args);
    expect(again.status, again.output).toBe(3);
    expect(again.output).toContain("CACHED");
    expect(await hasImage(place().engine, `again:${word}`)).toBe(false);
  });

  test("is proven by the record of the build that ran it", async () => {
    const { build, word } = await createGrantedBuild(place(), clean);
    const args = [...place().loads, "-t", `proven:${word}`];
    const first = await build(args);
    expect(first.status, first.output).toBe(0);
    const second = await build(args);
    expect(second.status, second.output).toBe(0);
    expect(second.output).not.toContain("not proven");
  });

  test("is called not proven without a record, and the build goes on", async () => {
    const { build, word } = await createGrantedBuild(place(), clean);
    const args = [...place().loads, "-t", `unproven:${word}`];
    expect((await build(args)).status).toBe(0);
    const second = await build(args, { variables: elsewhere() });
    expect(second.status, second.output).toBe(0);
    expect(second.stderr).toContain("from the cache, not proven");
    // What could not be proven once is not proven by having been seen.
    const third = await build(args, { variables: elsewhere() });
    expect(third.stderr).toContain("from the cache, not proven");
  });

  test("does not count a record that somebody else wrote", async () => {
    const { build, word } = await createGrantedBuild(place(), clean);
    const args = [...place().loads, "-t", `forged:${word}`];
    const theirs = elsewhere();
    expect((await build(args, { variables: theirs })).status).toBe(0);
    const { cp, readdir, rm, stat } = await import("node:fs/promises");
    const ours = elsewhere();
    await cp(theirs.XDG_CACHE_HOME, ours.XDG_CACHE_HOME, { recursive: true });
    // The key is the one file there that is not the record: a restored cache folder comes without this machine's own.
    const names = (await readdir(ours.XDG_CACHE_HOME, { recursive: true })).filter((name) => /key/i.test(name));
    for (const name of names) {
      const path = `${ours.XDG_CACHE_HOME}/${name}`;
      if ((await stat(path)).isFile()) await rm(path);
    }
    expect(names.length).toBeGreaterThan(0);
    const second = await build(args, { variables: ours });
    expect(second.status, second.output).toBe(0);
    expect(second.stderr).toContain("from the cache, not proven");
  });

  test("is refused where the policy says so, and nothing gets a name", async () => {
    const { build, word } = await createGrantedBuild(place(), clean);
    const args = [...place().loads, "-t", `refused:${word}`];
    expect((await build([])).status).toBe(0);
    const policy = await createProject({ "policy.yaml": "version: 1\ncached: refuse\n" });
    const variables = { BUILDSEAL_POLICY: policy.path("policy.yaml"), ...elsewhere() };
    const outcome = await build(args, { variables });
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toMatch(/cache/);
    expect(await hasImage(place().engine, `refused:${word}`)).toBe(false);
  });

  test("is run again where the policy says so, and is then proven", async () => {
    const { build, word } = await createGrantedBuild(place(), clean);
    const args = [...place().loads, "-t", `rerun:${word}`];
    expect((await build([])).status).toBe(0);
    const policy = await createProject({ "policy.yaml": "version: 1\ncached: rerun\n" });
    const variables = { BUILDSEAL_POLICY: policy.path("policy.yaml"), ...elsewhere() };
    const outcome = await build(args, { variables });
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).not.toContain("not proven");
    expect(await hasImage(place().engine, `rerun:${word}`)).toBe(true);
  });
});
