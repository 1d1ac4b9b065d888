import { cp } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createUserFolders } from "./buildseal.ts";
import { hasImage } from "./docker.ts";
import { createGrantedBuild } from "./granted-build.ts";
import { openPlace, type Place } from "./place.ts";
import { createProject } from "./project.ts";
import { type Registry, startRegistry } from "./service/registry.ts";

const clean = ["RUN granted && sha256sum $token >/proof"];

let registry: Registry;
let places: readonly Place[];
beforeAll(async () => {
  registry = await startRegistry();
  places = [await openPlace("the docker driver", registry), await openPlace("the remote driver", registry)];
});
afterAll(async () => {
  // The first one started the engine that both use.
  for (const place of [...places].reverse()) await place.stop();
  await registry.stop();
});

/** Where a summary says that a step was not proven. */
const notProven = /from the cache, not proven|of them not proven/i;

describe.each(["the docker driver", "the remote driver"])(
  "with %s a granted step that comes from the cache",
  (name) => {
    const place = (): Place => places.find((one) => one.name === name)!;

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
      expect(second.stderr).not.toMatch(notProven);
    });

    test("is called not proven without a record, and the build goes on", async () => {
      const { build, word } = await createGrantedBuild(place(), clean);
      const args = [...place().loads, "-t", `unproven:${word}`];
      expect((await build(args)).status).toBe(0);
      const second = await build(args, { variables: createUserFolders() });
      expect(second.status, second.output).toBe(0);
      expect(second.stderr).toMatch(notProven);
      // What could not be proven once is not proven by having been seen.
      const third = await build(args, { variables: createUserFolders() });
      expect(third.stderr).toMatch(notProven);
    });

    test("is run again where the policy says so, and is then proven", async () => {
      const { build, word } = await createGrantedBuild(place(), clean);
      const args = [...place().loads, "-t", `rerun:${word}`];
      expect((await build([])).status).toBe(0);
      const policy = await createProject({ "policy.yaml": "version: 1\ncached: rerun\n" });
      const variables = { BUILDSEAL_POLICY: policy.path("policy.yaml"), ...createUserFolders() };
      const outcome = await build(args, { variables });
      expect(outcome.status, outcome.output).toBe(0);
      expect(outcome.stderr).not.toMatch(notProven);
      expect(await hasImage(place().engine, `rerun:${word}`)).toBe(true);
    });

    // What follows is decided from records and policy alone.
    if (name === "the remote driver") return;

    test("does not count a record that somebody else wrote", async () => {
      const { build, word } = await createGrantedBuild(place(), clean);
      const args = [...place().loads, "-t", `forged:${word}`];
      const theirs = createUserFolders();
      expect((await build(args, { variables: theirs })).status).toBe(0);
      // A cache folder can be restored from anywhere; the key that seals its records does not come with it.
      const ours = createUserFolders();
      await cp(theirs.XDG_CACHE_HOME, ours.XDG_CACHE_HOME, { recursive: true });
      const second = await build(args, { variables: ours });
      expect(second.status, second.output).toBe(0);
      expect(second.stderr).toMatch(notProven);
    });

    test("is refused where the policy says so, and nothing gets a name", async () => {
      const { build, word } = await createGrantedBuild(place(), clean);
      const args = [...place().loads, "-t", `refused:${word}`];
      expect((await build([])).status).toBe(0);
      const policy = await createProject({ "policy.yaml": "version: 1\ncached: refuse\n" });
      const variables = { BUILDSEAL_POLICY: policy.path("policy.yaml"), ...createUserFolders() };
      const outcome = await build(args, { variables });
      expect(outcome.status, outcome.output).toBe(2);
      expect(outcome.stderr).toMatch(/cache/);
      expect(await hasImage(place().engine, `refused:${word}`)).toBe(false);
    });
  },
);
